import { WinnowError } from '../base/errors.js';
import type { FailedPrediction, Prediction } from '../core/predict/prediction.js';
import type { OnProgress } from '../ports/engine.js';
import type { PredictAnswer, PredictJob } from '../protocol/engine.js';
import { itemsById } from './snapshotItems.js';
import type { DatasetSnapshot, OpenDataset } from './openDataset.js';
import { runRows } from './runRows.js';

export interface PredictFile {
  /** Absolute. */
  readonly file: string;
  /** As the person named it; echoed. */
  readonly path: string;
}

export interface PredictReport {
  readonly run: string;
  readonly predictions: readonly (Prediction | FailedPrediction)[];
}

/**
 * An answer a file, in the order of `files`. A photo that is in the dataset gets its held-out row.
 * Throws `no-run` before the first train; a file that cannot be read or decoded is a FailedPrediction.
 */
export const predictFiles = async (
  dataset: OpenDataset,
  files: readonly PredictFile[],
  onProgress?: OnProgress,
  signal?: AbortSignal,
): Promise<PredictReport> => {
  const snapshot = await dataset.snapshot(signal);
  const config = snapshot.runs[0];
  if (!config)
    throw new WinnowError('no-run', `${dataset.name} has not been trained yet. Train it first, then ask again.`);
  const groups = new Map((await runRows(dataset, config)).map((row) => [row.id, row.group]));
  const asked: PredictJob['files'][number][] = [];
  const answers = new Map<string, Prediction | FailedPrediction>();
  for (const { file, path } of files) {
    try {
      asked.push({ id: await dataset.store.hashOf(file), file, path });
    } catch (error) {
      answers.set(path, { path, error: { code: 'not-found', message: messageOf(error) } });
    }
  }
  const job: PredictJob = {
    run: config.run,
    runDir: dataset.store.runs.dirOf(config.run),
    cacheDir: dataset.store.cacheDir,
    files: asked,
    items: judgedItems(snapshot, groups),
  };
  for (const answer of await dataset.engine.predict(job, onProgress, signal)) answers.set(answer.path, plain(answer));
  return { run: config.run, predictions: files.map(({ path }) => answers.get(path) ?? lost(path)) };
};

const judgedItems = (snapshot: DatasetSnapshot, groups: ReadonlyMap<string, string>): PredictJob['items'] =>
  [...itemsById(snapshot).values()]
    .filter((item) => snapshot.state.items.get(item.id)?.status === 'in')
    .map((item) => ({
      id: item.id,
      path: item.paths[0] ?? item.at,
      label: snapshot.state.items.get(item.id)?.label ?? null,
      group: (groups.get(item.id) ?? item.id) as typeof item.id,
    }));

const plain = (answer: PredictAnswer): Prediction | FailedPrediction => {
  if (!answer.ok) return { path: answer.path, error: answer.error };
  const { ok: _ok, ...prediction } = answer;
  return prediction;
};

const lost = (path: string): FailedPrediction => ({
  path,
  error: { code: 'internal', message: 'The engine gave no answer for this file. Try again.' },
});

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
