import { WinnowError } from '../base/errors.js';
import type { ItemId } from '../core/dataset/item.js';
import { folderSummary, type ClassSummary } from '../core/predict/folderSummary.js';
import type { FailedPrediction, Prediction } from '../core/predict/prediction.js';
import { usualAugmentations } from '../core/predict/testTimeAugmentation.js';
import type { OnProgress } from '../ports/engine.js';
import type { PredictAnswer, PredictJob } from '../protocol/engine.js';
import { fineTuneNamed, networkOf } from './fineTunes.js';
import { namedRun } from './namedRun.js';
import { itemsById } from './snapshotItems.js';
import type { DatasetSnapshot, OpenDataset } from './openDataset.js';
import { runRows } from './runRows.js';

export interface PredictFile {
  /** Absolute. */
  readonly file: string;
  /** As the person named it; echoed. */
  readonly path: string;
}

export interface PredictOptions {
  /** A run or a fine-tuning by name; null = the newest run, with the network that answers for this dataset. */
  readonly run?: string | null;
  /**
   * Whether a fine-tuned network also looks at photos changed at random: 'yes' is refused where none answers. Of photos whose
   * answer is kept (out of fold) it changes nothing.
   */
  readonly tta?: 'no' | 'if-possible' | 'yes';
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface PredictReport {
  readonly run: string;
  /** Views changed at random that the fine-tuned network also looked at; 0 = none. */
  readonly augmentations: number;
  readonly predictions: readonly (Prediction | FailedPrediction)[];
  /** The answers in a few lines, by predicted class. */
  readonly byClass: readonly ClassSummary[];
}

/**
 * An answer a file, in the order of `files`. A photo that is in the dataset gets its held-out row.
 * Throws `no-run` before the first train, `usage` (no such run, no network for `tta`); a file that cannot be read or decoded is a FailedPrediction.
 */
export const predictFiles = async (
  dataset: OpenDataset,
  files: readonly PredictFile[],
  { run = null, tta = 'no', onProgress, signal }: PredictOptions = {},
): Promise<PredictReport> => {
  const snapshot = await dataset.snapshot(signal);
  const tuned = await fineTuneNamed(dataset, snapshot, run);
  const config = namedRun(dataset.name, snapshot, tuned ? null : run);
  if (tta === 'yes' && !tuned) {
    throw new WinnowError(
      'usage',
      'Looking at a photo changed at random helps a fine-tuned network, and none answers here. Leave out --tta, or fine-tune first: winnow fine-tune DIR.',
    );
  }
  const augmentations = tuned && tta !== 'no' ? usualAugmentations : 0;
  const groups = new Map<ItemId, ItemId>((await runRows(dataset, config)).map((row) => [row.id, row.group]));
  const asked: PredictJob['files'][number][] = [];
  /** Place of each asked file in `files`: several may be named alike. */
  const places: number[] = [];
  const answers = new Map<number, Prediction | FailedPrediction>();
  for (const [at, { file, path }] of files.entries()) {
    try {
      asked.push({ id: await dataset.store.hashOf(file), file, path });
      places.push(at);
    } catch (error) {
      answers.set(at, { path, error: { code: 'not-found', message: messageOf(error) } });
    }
  }
  const job: PredictJob = {
    run: config.run,
    runDir: dataset.store.runs.dirOf(config.run),
    cacheDir: dataset.store.cacheDir,
    files: asked,
    network:
      tuned &&
      (await networkOf(
        dataset,
        tuned,
        asked.map(({ id }) => id),
        groups,
        augmentations,
      )),
    items: judgedItems(snapshot, groups),
  };
  const given = await dataset.engine.predict(job, onProgress, signal);
  given.forEach((answer, at) => answers.set(places[at]!, plain(answer)));
  const predictions = files.map(({ path }, at) => answers.get(at) ?? lost(path));
  return { run: tuned?.run ?? config.run, augmentations, predictions, byClass: folderSummary(predictions) };
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
