import type { ItemId } from '../core/dataset/item.js';
import type { Ranking } from '../core/findings/ranking.js';
import type { RunConfig } from '../ports/dataset.js';
import type { RankJob } from '../protocol/engine.js';
import type { DatasetSnapshot, OpenDataset } from './openDataset.js';
import { runRows, storedRanking } from './runRows.js';

export interface CurrentRanking {
  readonly config: RunConfig;
  readonly ranking: Ranking;
}

interface Kept {
  readonly key: string;
  readonly result: Promise<CurrentRanking>;
}
const kept = new WeakMap<OpenDataset, Kept>();

/**
 * The newest run's ranking on the labels as of now; null before the first train.
 * Straight from the run when no label has changed since; otherwise the engine re-fits (milliseconds, no pixels).
 */
export const currentRanking = async (dataset: OpenDataset, signal?: AbortSignal): Promise<CurrentRanking | null> => {
  const snapshot = await dataset.snapshot(signal);
  const config = snapshot.runs[0];
  if (!config) return null;
  const { vocab, labels, isAsTrained } = await labelsNow(dataset, snapshot, config);
  const key = `${config.run} ${isAsTrained ? 'as trained' : JSON.stringify([vocab, labels.map((row) => row.label)])} ${labels.length}`;
  const before = kept.get(dataset);
  if (before?.key === key) return before.result;
  const result = (async (): Promise<CurrentRanking> => ({
    config,
    ranking: isAsTrained
      ? await storedRanking(dataset, config)
      : await dataset.engine.rank(rankJob(dataset, config, vocab, labels), signal),
  }))();
  kept.set(dataset, { key, result });
  result.catch(() => {
    if (kept.get(dataset)?.result === result) kept.delete(dataset);
  });
  return result;
};

/** Has the engine read the newest run, so that the first decision does not wait for it. Throws what `rank` throws. */
export const warmRanking = async (dataset: OpenDataset, signal?: AbortSignal): Promise<void> => {
  const snapshot = await dataset.snapshot(signal);
  const config = snapshot.runs[0];
  if (!config) return;
  const { vocab, labels, isAsTrained } = await labelsNow(dataset, snapshot, config);
  // Other labels have been ranked by the engine already, when the list was opened.
  if (!isAsTrained) return;
  await dataset.engine.rank(rankJob(dataset, config, vocab, labels), signal);
};

const rankJob = (
  { store }: OpenDataset,
  { run }: RunConfig,
  vocab: readonly string[],
  labels: LabelsNow['labels'],
): RankJob => ({ run, runDir: store.runs.dirOf(run), cacheDir: store.cacheDir, vocab, labels });

export interface LabelsNow {
  /** The run's vocab, then labels that people have added since. */
  readonly vocab: readonly string[];
  /** Of the run's items that are still in the dataset. */
  readonly labels: readonly { readonly id: ItemId; readonly label: number | null }[];
  readonly isAsTrained: boolean;
}

/** What a run is asked with on the labels as of now. */
export const labelsNow = async (
  dataset: OpenDataset,
  snapshot: DatasetSnapshot,
  config: RunConfig,
): Promise<LabelsNow> => {
  const rows = await runRows(dataset, config);
  const vocab = [...config.vocab];
  const indexOf = new Map(vocab.map((label, index) => [label, index]));
  const labels: { id: ItemId; label: number | null }[] = [];
  let isAsTrained = true;
  for (const row of rows) {
    const state = snapshot.state.items.get(row.id);
    if (state?.status !== 'in') {
      isAsTrained = false;
      continue;
    }
    let label: number | null = null;
    if (state.label !== null) {
      label = indexOf.get(state.label) ?? null;
      if (label === null) {
        label = vocab.length;
        vocab.push(state.label);
        indexOf.set(state.label, label);
      }
    }
    if (label !== row.label) isAsTrained = false;
    labels.push({ id: row.id, label });
  }
  return { vocab, labels, isAsTrained };
};
