import { reportHtml, type ReportPhoto } from '../core/report/html.js';
import { confusionReport } from './confusion.js';
import { currentRanking } from './currentRanking.js';
import { findingsOf } from './findings.js';
import { itemsById } from './snapshotItems.js';
import { runOddness } from './runRows.js';
import type { OpenDataset } from './openDataset.js';
import { scanReport } from './verify.js';

const photosShown = 48;

/**
 * The dataset's report as one HTML text.
 * @param readThumbnail answers a `data:` URI of a thumbnail, null when it cannot be read.
 */
export const makeReport = async (
  dataset: OpenDataset,
  readThumbnail: (file: string) => Promise<string | null>,
  signal?: AbortSignal,
): Promise<string> => {
  const snapshot = await dataset.snapshot(signal);
  const ranked = await currentRanking(dataset, signal);
  const confusion = ranked ? await confusionReport(dataset, signal) : null;
  const recall = new Map(confusion?.perClass.map((row) => [row.label, row.recall]));
  const photos: ReportPhoto[] = [];
  if (ranked) {
    const { ranking } = ranked;
    const items = itemsById(snapshot);
    const shown = ranking.items.slice(0, photosShown).flatMap((row) => {
      const item = items.get(row.id);
      return item ? [{ row, item }] : [];
    });
    const thumbs = await dataset.engine.thumbnails(
      {
        files: shown.map(({ item }) => ({ id: item.id, file: dataset.store.absolute(item.at) })),
        size: 256,
        cacheDir: dataset.store.cacheDir,
      },
      signal,
    );
    for (const [index, { row, item }] of shown.entries()) {
      const file = thumbs[index];
      photos.push({
        path: item.paths[0] ?? item.at,
        label: ranking.vocab[row.label] ?? '',
        prediction: ranking.vocab[row.prediction] ?? '',
        probability: row.probability,
        labelProbability: row.labelProbability,
        surprise: row.surprise,
        decision: snapshot.state.items.get(row.id)?.decision ?? null,
        thumb: file ? await readThumbnail(file) : null,
      });
    }
  }
  return reportHtml({
    name: dataset.name,
    at: new Date().toISOString().slice(0, 10),
    classes: Object.entries(scanReport(snapshot, false).classes).map(([label, count]) => ({
      label,
      count,
      recall: recall.get(label) ?? null,
    })),
    judged:
      ranked && confusion
        ? {
            accuracy: confusion.accuracy ?? 0,
            backbone: ranked.config.backbone.id,
            matrix: confusion.matrix,
            vocab: confusion.vocab,
            photos,
          }
        : null,
    findings: findingsOf({
      snapshot,
      ranking: ranked?.ranking ?? null,
      oddness: ranked ? await runOddness(dataset, ranked.config) : null,
      factsOf: (id) => dataset.store.scanner.factsOf(id),
    }).findings.map((finding) => ({
      kind: finding.kind,
      why: finding.why,
      paths: finding.items.map((item) => item.path),
    })),
  });
};
