import { WinnowError } from '../base/errors.js';
import type { RunConfig } from '../ports/dataset.js';
import type { DatasetSnapshot } from './openDataset.js';

/** The run of that name, null = the newest. Throws `no-run` before the first train, `usage` naming the newest five. */
export const namedRun = (datasetName: string, { runs }: DatasetSnapshot, name: string | null): RunConfig => {
  const [newest] = runs;
  if (!newest)
    throw new WinnowError('no-run', `${datasetName} has not been trained yet. Train it first, then ask again.`);
  const run = name === null ? newest : runs.find((each) => each.run === name);
  if (run) return run;
  throw new WinnowError(
    'usage',
    `There is no run ${name ?? ''}. Known, newest first: ${runs
      .slice(0, 5)
      .map((each) => each.run)
      .join(', ')}.`,
  );
};
