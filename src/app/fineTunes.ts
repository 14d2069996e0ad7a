/** Finished fine-tunings of a dataset: which one answers, by name or by itself. */

import { WinnowError } from '../base/errors.js';
import type { ItemId } from '../core/dataset/item.js';
import type { FineTuneConfig } from '../ports/dataset.js';
import type { TrainedNetwork } from '../protocol/engine.js';
import type { FineTuneSettings, OutOfFoldRows, ValidationRows } from '../protocol/training.js';
import type { DatasetSnapshot, OpenDataset } from './openDataset.js';

/** What those of before these could be chosen were trained with. */
export const earlierSettings: Pick<FineTuneSettings, 'view' | 'patience' | 'folds'> = {
  view: 'crop',
  patience: 0,
  folds: 0,
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
): Promise<TrainedNetwork> => {
  const { run, vocab, result } = tuned;
  const folded = await outOfFoldRowsOf(dataset, run);
  const straddling = straddlingGroups(folded, groups);
  const wanted = new Set(asked);
  return {
    file: `${dataset.store.fineTunes.dirOf(run)}/${result.model}`,
    recipe: result.recipe,
    view: result.view ?? { kind: 'crop', side: result.recipe.size },
    vocab,
    heldOut: folded.length > 0 ? [] : (await validationRowsOf(dataset, run)).map(({ id }) => id),
    outOfFold: folded
      .filter(({ id }) => wanted.has(id) && !straddling.has(groups.get(id) ?? id))
      .map(({ id, probabilities }) => ({ id, probabilities })),
  };
};

const straddlingGroups = (rows: OutOfFoldRows['rows'], groups: ReadonlyMap<ItemId, ItemId>): ReadonlySet<ItemId> => {
  const foldOf = new Map<ItemId, number>();
  const straddling = new Set<ItemId>();
  for (const { id, fold } of rows) {
    const group = groups.get(id) ?? id;
    if ((foldOf.get(group) ?? fold) !== fold) straddling.add(group);
    foldOf.set(group, fold);
  }
  return straddling;
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
