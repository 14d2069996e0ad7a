/** Progress a person can follow: ten times a second at most, and always the last one. */

import type { OnProgress } from '../../ports/engine.js';
import type { EngineProgress } from '../../protocol/engine.js';

const everyMs = 100;

export interface Reporter {
  advance(by: number): void;
  finish(): void;
}

export const reporter = (
  stage: EngineProgress['stage'],
  total: number,
  onProgress: OnProgress | undefined,
): Reporter => {
  let done = 0;
  let told = -Infinity;
  let toldDone = -1;
  const tell = (): void => {
    if (done === toldDone) return;
    told = performance.now();
    toldDone = done;
    onProgress?.({ stage, done, total });
  };
  return {
    advance: (by) => {
      done += by;
      if (performance.now() - told >= everyMs) tell();
    },
    finish: tell,
  };
};
