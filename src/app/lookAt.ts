import { WinnowError } from '../base/errors.js';
import type { Look, LookMethod } from '../protocol/evidence.js';
import { namedRun } from './namedRun.js';
import type { OpenDataset } from './openDataset.js';
import { rowLabels } from './rowLabels.js';
import type { SimilarTo } from './similar.js';
import { itemsById } from './snapshotItems.js';

export interface LookQuestion {
  readonly label: string;
  readonly method: LookMethod;
  /** A side of the grid of places that are covered; an activation has its own. */
  readonly cells: number;
}

/**
 * Which places of a picture the newest run's predictor goes by; of a photo of the dataset, by a fit that has not seen it.
 * Throws `no-run`, `unknown-item`, `not-found`, `bad-image`, `bad-model` (no exact activation here), `cancelled`.
 */
export const lookAt = async (
  dataset: OpenDataset,
  at: SimilarTo,
  { label, method, cells }: LookQuestion,
  signal?: AbortSignal,
): Promise<Look> => {
  const snapshot = await dataset.snapshot(signal);
  const config = namedRun(dataset.name, snapshot, null);
  let of;
  if ('id' in at) {
    const item = itemsById(snapshot).get(at.id);
    if (!item) throw new WinnowError('unknown-item', 'This photo is no longer in the dataset.');
    of = { id: at.id, file: dataset.store.absolute(item.at) };
  } else of = { id: await dataset.store.hashOf(at.file), file: at.file };
  return dataset.engine.look(
    {
      run: config.run,
      runDir: dataset.store.runs.dirOf(config.run),
      cacheDir: dataset.store.cacheDir,
      of,
      label,
      method,
      cells,
      ...(await rowLabels(dataset, snapshot, config)),
    },
    signal,
  );
};
