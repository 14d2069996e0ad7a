/** A fine-tuning: the network that ships, and, where folds were asked for, the networks that judge what it learned from. */

import type { FineTuneJob, FineTuneResult, FoldPlace, TrainingEvent } from '../../protocol/training.js';
import { dropCheckpoints } from './checkpoint.js';
import { foldRuns } from './foldRuns.js';
import { networkBeforeFolds, networkRun } from './networkRun.js';
import type { TrainingListener } from './trainOnce.js';

/**
 * @param signal aborted = leave; checkpoints stay, and the same job goes on from them.
 * Throws `bad-model` naming an operator without a gradient, `too-few`, `bad-image`, `cancelled`.
 */
export const fineTuneRun = async (
  job: FineTuneJob,
  listener: TrainingListener<TrainingEvent>,
  signal?: AbortSignal,
): Promise<FineTuneResult> => {
  const started = performance.now();
  const of = job.settings.folds;
  if (of === 0) {
    const result = await networkRun(job, placed(listener, null), signal);
    await dropCheckpoints(job.runDir);
    return result;
  }
  const result = await networkBeforeFolds(job, placed(listener, { at: 0, of }), signal);
  const isThrough =
    result.endedEarly !== 'asked' && (await foldRuns(job, (at) => placed(listener, { at, of }), signal));
  if (!isThrough) {
    const message = `It was stopped before all ${String(of)} folds were through, so nothing is said out of fold. The network itself is kept.`;
    listener.onEvent({ kind: 'notice', message, fold: null });
  }
  return { ...result, timingMs: performance.now() - started };
};

/** What one of several trainings tells, with its place among them; the time that is left counts those that come after it. */
const placed = (listener: TrainingListener<TrainingEvent>, fold: FoldPlace | null): TrainingListener => {
  let batch = 0;
  return {
    ...listener,
    onEvent: (event) => {
      if (event.kind === 'start') batch = event.batch;
      if (event.kind !== 'step' || fold === null) {
        listener.onEvent({ ...event, fold });
        return;
      }
      const secondsEach = (event.steps * batch) / event.imagesPerSecond;
      listener.onEvent({ ...event, fold, secondsLeft: event.secondsLeft + (fold.of - fold.at) * secondsEach });
    },
  };
};
