import type { RunConfig } from '../ports/dataset.js';
import { noLabel, notThere } from '../protocol/evidence.js';
import type { DatasetSnapshot, OpenDataset } from './openDataset.js';
import { runRows } from './runRows.js';

export interface RowLabels {
  /** One a row of the run: index into `vocab`, `noLabel` or `notThere`. */
  readonly labels: readonly number[];
  readonly vocab: readonly string[];
}

/** The labels as of now of a run's photos. The run's own classes come first; `vocab` holds those that people added since, too. */
export const rowLabels = async (
  dataset: OpenDataset,
  { state }: DatasetSnapshot,
  config: RunConfig,
): Promise<RowLabels> => {
  const vocab = [...config.vocab];
  const numbers = new Map(vocab.map((label, at) => [label, at]));
  const labels = (await runRows(dataset, config)).map(({ id }) => {
    const now = state.items.get(id);
    if (now?.status !== 'in') return notThere;
    if (now.label === null) return noLabel;
    const known = numbers.get(now.label);
    if (known !== undefined) return known;
    numbers.set(now.label, vocab.length);
    return vocab.push(now.label) - 1;
  });
  return { labels, vocab };
};
