/** Finished fine-tunings of a dataset: which one answers, by name or by itself. */

import { WinnowError } from '../base/errors.js';
import type { ItemId } from '../core/dataset/item.js';
import type { FineTuneConfig } from '../ports/dataset.js';
import type { TrainedNetwork } from '../protocol/engine.js';
import type { ValidationRows } from '../protocol/training.js';
import type { DatasetSnapshot, OpenDataset } from './openDataset.js';

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

export const networkOf = async (dataset: OpenDataset, tuned: FineTuneConfig): Promise<TrainedNetwork> => {
  const { run, vocab, result } = tuned;
  const rows = await validationRowsOf(dataset, run);
  return {
    file: `${dataset.store.fineTunes.dirOf(run)}/${result.model}`,
    recipe: result.recipe,
    view: result.view ?? { kind: 'crop', side: result.recipe.size },
    vocab,
    heldOut: rows.map(({ id }): ItemId => id),
  };
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
