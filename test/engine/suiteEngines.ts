/** The engine processes of one suite: bundled before its first test, ended after its last. */

import { afterAll, beforeAll } from 'vitest';
import { EngineProcess } from '../../src/node/engineProcess.js';
import type { EngineProcessOptions } from '../../src/node/engineSupervisor.js';
import { bundleEngine, type Sabotage } from './engineBundle.js';
import { silentLog } from './fixtures.js';

export interface SuiteEngines {
  /** The path of engine.mjs, from the first test on. */
  readonly bundle: () => string;
  readonly start: (options?: Partial<EngineProcessOptions>) => EngineProcess;
}

/** @param name one a test file and sabotage. */
export const suiteEngines = (name: string, sabotage?: Sabotage): SuiteEngines => {
  const engines: EngineProcess[] = [];
  let bundle = '';
  beforeAll(async () => {
    bundle = await bundleEngine(name, sabotage);
  });
  afterAll(() => {
    for (const engine of engines) engine.dispose();
  });
  return {
    bundle: () => bundle,
    start: (options = {}) => {
      const engine = new EngineProcess({ bundle, nodePath: null, rung: 'auto', log: silentLog, ...options });
      engines.push(engine);
      return engine;
    },
  };
};
