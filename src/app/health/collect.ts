/** What to collect next, on demand: hundreds of small fits in the engine, which go on beside the review and can be stopped. */

import type { ItemId } from '../../core/dataset/item.js';
import type { CollectReport, ConfusedPair } from '../../core/health/collectReport.js';
import type { OnProgress } from '../../ports/engine.js';
import { confusionReport } from '../confusion.js';
import { labelsNow } from '../currentRanking.js';
import type { OpenDataset } from '../openDataset.js';
import { firstPath, itemsById } from '../snapshotItems.js';
import { needRanking } from '../topLosses.js';

const nextWanted = 20;
const mostPairs = 5;
/** Confused less often, it is chance. */
const leastConfused = 2;

/** Throws `no-run`, `too-few`, `cancelled`. */
export const collectReport = async (
  dataset: OpenDataset,
  onProgress?: OnProgress,
  signal?: AbortSignal,
): Promise<CollectReport> => {
  const { config, ranking } = await needRanking(dataset, signal);
  const snapshot = await dataset.snapshot(signal);
  const now = await labelsNow(dataset, snapshot, config);
  const items = itemsById(snapshot);
  // Copies under two labels wait for a decision of another kind.
  const isAsked = (id: ItemId): boolean => items.get(id)?.paths.length === 1;
  const labels = now.labels.filter(({ id, label }) => label !== null || isAsked(id));
  const { runs, cacheDir } = dataset.store;
  const found = await dataset.engine.collect(
    { run: config.run, runDir: runs.dirOf(config.run), cacheDir, vocab: now.vocab, labels, wanted: nextWanted },
    onProgress,
    signal,
  );
  const { mostConfused } = await confusionReport(dataset, signal);
  const termsOf = (label: string): readonly string[] => {
    const spec = snapshot.spec.classes.find(({ name }) => name.normalize('NFC') === label);
    return spec && spec.terms.length > 0 ? spec.terms : [label];
  };
  const judged = new Map(ranking.unlabelled.map((row) => [row.id, row]));
  return {
    run: config.run,
    photos: found.photos,
    curves: found.curves,
    pairs: mostConfused
      .filter(({ count }) => count >= leastConfused)
      .slice(0, mostPairs)
      .map((pair): ConfusedPair => ({ ...pair, terms: termsOf(pair.actual) })),
    unlabelled: ranking.unlabelled.filter(({ id }) => isAsked(id)).length,
    next: found.next.map((id) => {
      const row = judged.get(id);
      return {
        id,
        path: firstPath(snapshot, id),
        prediction: row ? (ranking.vocab[row.prediction] ?? null) : null,
        probability: row?.probability ?? null,
      };
    }),
  };
};
