/** How a dataset is, in one report: what is wrong, how well each class is known, and how far the figures can be trusted. */

import { findingKinds } from '../../core/findings/finding.js';
import type { HealthClass, HealthReport } from '../../core/health/healthReport.js';
import { calibrationBins } from '../../core/metrics/calibrationBins.js';
import { clopperPearson } from '../../core/metrics/clopperPearson.js';
import { confusionMatrix, perClass } from '../../core/metrics/confusion.js';
import { groupedShare } from '../../core/metrics/groupedBootstrap.js';
import type { Ranking } from '../../core/findings/ranking.js';
import type { RunConfig } from '../../ports/dataset.js';
import type { OnProgress } from '../../ports/engine.js';
import { currentRanking, labelsNow } from '../currentRanking.js';
import { listFindings } from '../findings.js';
import type { DatasetSnapshot, OpenDataset } from '../openDataset.js';
import { judgedItems } from '../snapshotItems.js';
import { cleaningReport } from './cleaning.js';
import { familiesOf, leftOutFigures, missingProducts, missingSites, type LeftOutFigures } from './leftOutHealth.js';

/** Before a train only what needs none. Throws `no-run` (its files are gone), `too-few`, `cancelled`. */
export const healthReport = async (
  dataset: OpenDataset,
  onProgress?: OnProgress,
  signal?: AbortSignal,
): Promise<HealthReport> => {
  const ranked = await currentRanking(dataset, signal);
  const { findings, properties } = await listFindings(dataset, signal);
  const snapshot = await dataset.snapshot(signal);
  const families = familiesOf(dataset, snapshot);
  const figures = ranked
    ? await leftOutFigures(dataset, snapshot, ranked.config, families.familyOf, onProgress, signal)
    : withoutRun(snapshot);
  const photos = judgedItems(snapshot);
  return {
    name: dataset.name,
    run: ranked?.config.run ?? null,
    labelsAt: snapshot.state.labelsAt,
    images: photos.length,
    labelled: photos.filter(({ id }) => (snapshot.state.items.get(id)?.label ?? null) !== null).length,
    findings: findingKinds
      .map((kind) => ({ kind, count: findings.filter((finding) => finding.kind === kind).length }))
      .filter(({ count }) => count > 0),
    properties,
    shortcuts: findings.filter(({ kind }) => kind === 'shortcut').map(({ why }) => why),
    classes: classesOf(snapshot, ranked?.ranking ?? null),
    accuracy: ranked
      ? groupedShare(ranked.ranking.items.map((row) => ({ group: row.leftOut, isHit: row.prediction === row.label })))
      : null,
    calibration: ranked ? await calibrationNow(dataset, snapshot, ranked.config, signal) : null,
    lookAlikes: { pairs: families.pairs, straddling: families.straddling, ...figures.lookAlikes },
    sites: figures.sites,
    products: figures.products,
    cleaning: await cleaningReport(dataset, signal),
  };
};

const withoutRun = (snapshot: DatasetSnapshot): LeftOutFigures => {
  const missing = 'Known after the first training.';
  const sites = snapshot.entries.some(({ kind }) => kind === 'gathered') ? missing : missingSites(0);
  const hasProducts = snapshot.spec.groupBy !== null && snapshot.spec.groupBy.by !== 'site';
  return {
    lookAlikes: { accuracyAlone: null, accuracyTogether: null, difference: null },
    sites: { known: null, missing: sites },
    products: { known: null, missing: hasProducts ? missing : missingProducts(snapshot) },
  };
};

/** Every class in force, code-point order. */
const classesOf = ({ state, scan }: DatasetSnapshot, ranking: Ranking | null): HealthClass[] => {
  const photos = new Map<string, number>();
  for (const { id } of scan.items) {
    const item = state.items.get(id);
    if (item?.status === 'in' && item.label !== null) photos.set(item.label, (photos.get(item.label) ?? 0) + 1);
  }
  const scores = ranking
    ? perClass(
        confusionMatrix(
          ranking.items.map((row) => row.label),
          ranking.items.map((row) => row.prediction),
          ranking.vocab.length,
        ),
      )
    : [];
  return state.vocab.map((label) => {
    const score = scores[ranking?.vocab.indexOf(label) ?? -1];
    const recall = score?.recall ?? null;
    return {
      label,
      photos: photos.get(label) ?? 0,
      precision: score?.precision ?? null,
      recall,
      recallInterval:
        score === undefined || recall === null
          ? null
          : clopperPearson(Math.round(recall * score.support), score.support),
    };
  });
};

const calibrationNow = async (
  dataset: OpenDataset,
  snapshot: DatasetSnapshot,
  config: RunConfig,
  signal: AbortSignal | undefined,
): Promise<HealthReport['calibration']> => {
  const { vocab, labels } = await labelsNow(dataset, snapshot, config);
  const { runs, cacheDir } = dataset.store;
  const { confidences, isRight } = await dataset.engine.confidences(
    { run: config.run, runDir: runs.dirOf(config.run), cacheDir, vocab, labels },
    signal,
  );
  return calibrationBins(confidences, isRight, config.seed);
};
