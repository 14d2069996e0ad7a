/** The harness of one suite: started before its first test, stopped after its last. */

import { afterAll, beforeAll } from 'vitest';
import { Harness } from './harness.js';

export type Pages = Pick<Harness, 'open' | 'close'>;

export const startedHarness = (): Pages => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await Harness.start();
  }, 60_000);
  afterAll(async () => {
    await harness.stop();
  });
  return {
    open: (surface, look) => harness.open(surface, look),
    close: (page) => harness.close(page),
  };
};
