/** app: use cases, a command's whole story, for editor and command line alike. This one: folder → judged items. */

import { WinnowError } from '../base/errors.js';
import type { ItemId } from '../core/dataset/item.js';
import type { Ranking } from '../core/findings/ranking.js';
import { drawAuditSample } from '../core/findings/auditSample.js';
import type { OnProgress } from '../ports/engine.js';
import type { BackboneRef, EmbedResult, FitJob, FitResult, HeldOutScores, ViewId } from '../protocol/engine.js';
import { arrangeSides, type Arrangement } from './arrangeSides.js';
import type { DatasetSnapshot, OpenDataset } from './openDataset.js';
import { judgedItems } from './snapshotItems.js';
import { inspectUnknown } from './verify.js';

export interface TrainOptions {
  /** Catalogue id or ONNX file (absolute); null = the best that is cached, else the embedded one. */
  readonly backbone: string | null;
  readonly normalise: 'signed' | 'imagenet' | 'unit' | null;
  readonly size: number | null;
  readonly views: 'all' | '1';
  readonly seed: number;
  readonly device: 'auto' | 'cpu' | 'webgpu';
}

export const defaultTrainOptions: TrainOptions = {
  backbone: null,
  normalise: null,
  size: null,
  views: 'all',
  seed: 42,
  device: 'auto',
};

/** The JSON of `train`. */
export interface TrainReport {
  readonly run: string;
  readonly items: number;
  readonly vocab: readonly string[];
  readonly backbone: { readonly id: string; readonly sha256: string; readonly dim: number };
  readonly engine: { readonly runtime: string; readonly inference: string };
  readonly outOfFold: HeldOutScores;
  readonly judge: { readonly accuracy: number; readonly views: number };
  readonly validation: { readonly items: number; readonly accuracy: number | null };
  readonly timingMs: Readonly<Record<'scan' | 'decode' | 'embed' | 'fit' | 'firstRanking' | 'total', number>>;
  readonly cache: { readonly hits: number; readonly misses: number };
  /** Plain sentences: a class too small to split, files that do not decode … Not part of the JSON. */
  readonly notes: readonly string[];
}

export interface TrainListener {
  readonly onProgress?: OnProgress;
  /** After the first block, seconds before the run is done. */
  readonly onFirstRanking?: (ranking: Ranking) => void;
}

/**
 * Scans, embeds what is not cached, freezes the split of newcomers, fits predictor and judge, and writes a run.
 * Throws `no-images`, `too-few`, `bad-model`, `needs-recipe`, `cancelled` (what is embedded stays cached).
 */
export const train = async (
  dataset: OpenDataset,
  options: TrainOptions,
  listener: TrainListener = {},
  signal?: AbortSignal,
): Promise<TrainReport> => {
  const watch = new Stopwatch();
  const { engine, store } = dataset;
  const backbone = await engine.resolveBackbone(
    { backbone: options.backbone, normalise: options.normalise, size: options.size },
    signal,
  );
  if ((await store.runs.list()).length === 0) {
    // Every photo is still to be looked at: the network opens while the folder is read. What is wrong with it, `embed` says.
    engine.openNetwork({ backbone, view: 'crop', device: options.device }, signal).catch(() => undefined);
  }
  let snapshot = await dataset.refresh(signal);
  needImages(dataset, snapshot);
  const scanMs = watch.lap();

  const crop = await embedView(dataset, snapshot, backbone, 'crop', options, listener, signal);
  // A first look may find files that do not decode, and hits of the cache may have no facts in this dataset's index yet.
  if (crop.failed.length > 0) snapshot = await dataset.refresh(signal);
  if (await inspectUnknown(dataset, snapshot, listener.onProgress, signal)) snapshot = await dataset.refresh(signal);
  needImages(dataset, snapshot);
  const embedMs = watch.lap();

  const arrangement = await arrangeSides(dataset, snapshot);
  snapshot = await dataset.reread();
  await drawAudit(dataset, snapshot, arrangement);
  const squish = options.views === 'all' ? startSquish(dataset, snapshot, backbone, options, listener, signal) : null;

  const { run, dir } = await store.runs.create();
  const job: FitJob = {
    run,
    runDir: dir,
    cacheDir: store.cacheDir,
    backbone,
    views: ['crop'],
    vocab: snapshot.state.vocab,
    items: arrangement.items,
    seed: options.seed,
  };
  let fitted: FitResult | null = null;
  let firstMs = 0;
  let cache = { hits: crop.hits, misses: crop.misses };
  if (squish === null || crop.misses > 0) {
    // With cold caches the first ranking is worth its own fit: the person looks at it while the whole photos are embedded.
    fitted = await engine.fit(job, listener.onProgress, signal);
    firstMs = watch.total();
    listener.onFirstRanking?.(fitted.ranking);
  }
  if (squish !== null) {
    const whole = await squish;
    cache = { hits: cache.hits + whole.hits, misses: cache.misses + whole.misses };
    fitted = await engine.fit({ ...job, views: ['crop', 'squish'] }, listener.onProgress, signal);
    if (firstMs === 0) firstMs = watch.total();
  }
  if (!fitted) throw new WinnowError('internal', 'nothing was fitted');
  const { summary } = fitted;

  const report: TrainReport = {
    run,
    items: arrangement.items.length,
    vocab: snapshot.state.vocab,
    backbone: { id: backbone.id, sha256: backbone.sha256, dim: crop.dim },
    engine: { runtime: await runtimeOf(dataset, signal), inference: crop.inference },
    outOfFold: summary.outOfFold,
    judge: summary.judge,
    validation: summary.validation,
    timingMs: {
      scan: scanMs,
      decode: crop.timingMs.decode,
      embed: embedMs,
      fit: summary.timingMs,
      firstRanking: firstMs,
      total: watch.total(),
    },
    cache,
    notes: [...snapshot.scan.notes, ...arrangement.notes],
  };
  await store.runs.finish({
    run,
    at: new Date().toISOString(),
    labelsAt: snapshot.state.labelsAt,
    backbone: { id: backbone.id, sha256: backbone.sha256, dim: crop.dim, file: backbone.file },
    vocab: snapshot.state.vocab,
    items: arrangement.items.length,
    seed: options.seed,
    summary: report,
  });
  await dataset.reread();
  return report;
};

class Stopwatch {
  readonly #start = Date.now();
  #last = this.#start;

  /** Milliseconds since the last lap. */
  lap(): number {
    const now = Date.now();
    const ms = now - this.#last;
    this.#last = now;
    return ms;
  }

  total(): number {
    return Date.now() - this.#start;
  }
}

/** Says what is missing before a single photo is decoded. */
const needImages = (dataset: OpenDataset, snapshot: DatasetSnapshot): void => {
  const items = judgedItems(snapshot);
  if (items.length === 0) {
    const bad = snapshot.scan.bad.length;
    throw new WinnowError(
      'no-images',
      bad > 0
        ? `${dataset.name} holds no image that can be read (${String(bad)} files are broken). winnow verify names them.`
        : `${dataset.name} holds no image. Put photos into one folder a class, then train again.`,
    );
  }
  const labels = new Set(items.flatMap((item) => snapshot.state.items.get(item.id)?.label ?? []));
  if (labels.size >= 2) return;
  const [only] = labels;
  throw new WinnowError(
    'too-few',
    only === undefined
      ? [`No photo of ${dataset.name} has a label.`, ...snapshot.scan.notes].join(' ')
      : `${dataset.name} has only one class (${only}); there is nothing to tell apart. Add a folder for a second class.`,
  );
};

const embedView = async (
  dataset: OpenDataset,
  snapshot: DatasetSnapshot,
  backbone: BackboneRef,
  view: ViewId,
  options: TrainOptions,
  listener: TrainListener,
  signal: AbortSignal | undefined,
): Promise<EmbedResult> => {
  const files = judgedItems(snapshot).map((item) => ({ id: item.id, file: dataset.store.absolute(item.at) }));
  const job = { files, backbone, view, cacheDir: dataset.store.cacheDir, device: options.device };
  const result = await dataset.engine.embed(job, listener.onProgress, signal);
  await dataset.store.scanner.remember(
    new Map(result.facts.map((fact) => [fact.id, fact.facts])),
    new Map(result.failed.map((failure) => [failure.id, failure.bad])),
  );
  return result;
};

/** The whole photos, embedded by the engine's threads while its main thread fits the first ranking. */
const startSquish = (
  ...args: [OpenDataset, DatasetSnapshot, BackboneRef, TrainOptions, TrainListener, AbortSignal | undefined]
): Promise<EmbedResult> => {
  const [dataset, snapshot, backbone, options, listener, signal] = args;
  const squish = embedView(dataset, snapshot, backbone, 'squish', options, listener, signal);
  squish.catch(() => undefined); // awaited later; a failure of the fit must not leave this one unhandled
  return squish;
};

const drawAudit = async (dataset: OpenDataset, snapshot: DatasetSnapshot, arrangement: Arrangement): Promise<void> => {
  if (snapshot.state.auditSample !== null) return;
  const labels = new Map<ItemId, string>();
  for (const row of arrangement.items) {
    const label = snapshot.state.items.get(row.id)?.label;
    if (label !== null && label !== undefined) labels.set(row.id, label);
  }
  await dataset.store.journal.append({ kind: 'audit-sample', ids: drawAuditSample(labels, 60, 42) }, 'auto');
};

const runtimeOf = async (dataset: OpenDataset, signal: AbortSignal | undefined): Promise<string> => {
  const found = await dataset.engine.info(signal);
  return `${found.rung} node ${found.node} onnxruntime ${found.onnxruntime}`;
};
