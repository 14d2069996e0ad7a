/** A training through all of its phases, with fewer photos at a time where memory is short. */

import { WinnowError } from '../../base/errors.js';
import { TrainingLoop, type TrainPhasesJob, type TrainPhasesResult } from './trainingLoop.js';

/** Throws `cancelled`; what is on the disk then goes on exactly. */
export const trainPhases = async (job: TrainPhasesJob): Promise<TrainPhasesResult> => {
  const batch = Math.min(job.found?.checkpoint.batch ?? job.settings.batch, job.photos.length);
  try {
    return await new TrainingLoop(job, batch).run();
  } catch (error) {
    if (!isOutOfMemory(error)) throw error;
    if (batch < 2) throw noMemory(error, batch);
    const half = Math.floor(batch / 2);
    job.onEvent({
      kind: 'notice',
      message: `There was not enough memory for ${String(batch)} photos at a time; it goes on with ${String(half)}.`,
    });
    return await new TrainingLoop(job, half).run().catch((again: unknown) => {
      throw isOutOfMemory(again) ? noMemory(again, half) : again;
    });
  }
};

const noMemory = (cause: unknown, batch: number): WinnowError =>
  new WinnowError(
    'out-of-memory',
    `There is not enough memory for ${String(batch)} photos at a time (${String(Math.round(process.memoryUsage.rss() / 2 ** 20))} MB are in use). What it learned before is kept. Close other programs, or fine-tune with a smaller batch or size.`,
    { cause },
  );

const isOutOfMemory = (error: unknown): boolean =>
  error instanceof Error &&
  /out of memory|bad_alloc|Failed to allocate|OutOfMemory|buffer allocation|OOM when allocating/i.test(error.message);
