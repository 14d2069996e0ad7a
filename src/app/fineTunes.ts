/** Finished fine-tunings of a dataset: which one answers, by name or by itself. */

import { WinnowError } from '../base/errors.js';
import type { ItemId } from '../core/dataset/item.js';
import type { FineTuneConfig } from '../ports/dataset.js';
import type { TrainedNetwork } from '../protocol/engine.js';
import type { FineTuneSettings, OutOfFoldRows, ValidationRows } from '../protocol/training.js';
import type { DatasetSnapshot, OpenDataset } from './openDataset.js';

/** What those of before these could be chosen were trained with. */
export const earlierSettings: Pick<FineTuneSettings, 'view' | 'patience' | 'folds' | 'augmentations'> = {
  view: 'crop',
  patience: 0,
  folds: 0,
  augmentations: 0,
};

/**
 * The fine-tuning of that name; with no name the newest one, if it answers and knows the classes of the newest run.
 * Null = the predictor answers alone.
 */
export const fineTuneNamed = async (
  dataset: OpenDataset,
  { runs }: DatasetSnapshot,
  name: string | null,
): Promise<FineTuneConfig | null> => {
  if (name !== null && runs.some(({ run }) => run === name)) return null;
  const tunings = await dataset.store.fineTunes.list();
  if (name !== null) return tunings.find(({ run }) => run === name) ?? null;
  const [newest] = tunings;
  const vocab = runs[0]?.vocab ?? [];
  const isCurrent = newest?.answers === true && sameSet(newest.vocab, vocab);
  return isCurrent ? newest : null;
};

const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((label) => b.includes(label));

export const validationRowsOf = async (dataset: OpenDataset, run: string): Promise<ValidationRows['rows']> => {
  const found = (await dataset.store.fineTunes.readJson(run, 'validation.json')) as ValidationRows | null;
  return found?.rows ?? [];
};

const foldsOfRun = new WeakMap<OpenDataset, { run: string; rows: OutOfFoldRows['rows'] }>();

/** What networks that had not seen a photo answered about it; empty without folds. Kept for the last run asked. */
export const outOfFoldRowsOf = async (dataset: OpenDataset, run: string): Promise<OutOfFoldRows['rows']> => {
  const kept = foldsOfRun.get(dataset);
  if (kept?.run === run) return kept.rows;
  const found = (await dataset.store.fineTunes.readJson(run, 'out-of-fold.json')) as OutOfFoldRows | null;
  if (found) foldsOfRun.set(dataset, { run, rows: found.rows });
  return found?.rows ?? [];
};

/**
 * @param asked photos that it is asked about.
 * @param groups of the newest run: look-alikes that were found since, and lie in another fold, were seen by the fold's network.
 */
export const networkOf = async (
  dataset: OpenDataset,
  tuned: FineTuneConfig,
  asked: readonly ItemId[],
  groups: ReadonlyMap<ItemId, ItemId>,
  augmentations: number,
): Promise<TrainedNetwork> => {
  const { run, vocab, result } = tuned;
  const folded = await outOfFoldRowsOf(dataset, run);
  const honest = honestRows(folded, groups);
  return {
    file: `${dataset.store.fineTunes.dirOf(run)}/${result.model}`,
    recipe: result.recipe,
    view: result.view ?? { kind: 'crop', side: result.recipe.size },
    vocab,
    augmentations,
    heldOut: folded.length > 0 ? [] : (await validationRowsOf(dataset, run)).map(({ id }) => id),
    outOfFold: asked.flatMap((id) => {
      const probabilities = honest.get(id);
      return probabilities ? [{ id, probabilities }] : [];
    }),
  };
};

/** What the newest fine-tuning with folds answered about each photo without having seen it; null where there is none. */
export const newestOutOfFold = async (
  dataset: OpenDataset,
  groups: ReadonlyMap<ItemId, ItemId>,
): Promise<{
  readonly run: string;
  readonly vocab: readonly string[];
  readonly rows: ReadonlyMap<ItemId, readonly number[]>;
} | null> => {
  const tuned = (await dataset.store.fineTunes.list()).find(({ outOfFold }) => outOfFold);
  if (!tuned) return null;
  const { run, vocab } = tuned;
  return { run, vocab, rows: honestRows(await outOfFoldRowsOf(dataset, run), groups) };
};

/** Without the photos of a group that straddles two folds: of them a network has seen a look-alike. */
const honestRows = (
  rows: OutOfFoldRows['rows'],
  groups: ReadonlyMap<ItemId, ItemId>,
): ReadonlyMap<ItemId, readonly number[]> => {
  const groupOf = (id: ItemId): ItemId => groups.get(id) ?? id;
  const foldOf = new Map<ItemId, number>();
  const straddling = new Set<ItemId>();
  for (const { id, fold } of rows) {
    if ((foldOf.get(groupOf(id)) ?? fold) !== fold) straddling.add(groupOf(id));
    foldOf.set(groupOf(id), fold);
  }
  return new Map(
    rows.filter(({ id }) => !straddling.has(groupOf(id))).map(({ id, probabilities }) => [id, probabilities]),
  );
};

/** Throws `usage` naming the newest five. */
export const requireFineTune = async (dataset: OpenDataset, name: string): Promise<FineTuneConfig> => {
  const tunings = await dataset.store.fineTunes.list();
  const found = tunings.find(({ run }) => run === name);
  if (found) return found;
  const known = tunings.slice(0, 5).map(({ run }) => run);
  throw new WinnowError(
    'usage',
    known.length === 0
      ? `${dataset.name} has no fine-tuning yet. winnow fine-tune makes one.`
      : `There is no fine-tuning ${name}. Known, newest first: ${known.join(', ')}.`,
  );
};
