/** A run handed over: a graph, a page or a site that anybody can run, checked before it is called done, or a model card. */

import { WinnowError } from '../base/errors.js';
import { cardMarkdown, modelCard, type ModelCard } from '../core/export/modelCard.js';
import { onnxReadme } from '../core/export/onnxReadme.js';
import { siteReadme } from '../core/export/siteReadme.js';
import type { OnProgress } from '../ports/engine.js';
import type { RunConfig } from '../ports/dataset.js';
import type { ExportCheck, ExportForm } from '../protocol/exporting.js';
import { confusionReport } from './confusion.js';
import { namedRun } from './namedRun.js';
import type { DatasetSnapshot, OpenDataset } from './openDataset.js';
import { runRows } from './runRows.js';
import { judgedItems } from './snapshotItems.js';
import type { TrainReport } from './train.js';

export const exportTargets = ['onnx', 'html', 'site', 'card'] as const;
export type ExportTarget = (typeof exportTargets)[number];

export interface ExportOptions {
  readonly to: ExportTarget;
  /** Absolute folder; made when it is not there, files of the same names are replaced. */
  readonly out: string;
  /** Null = the newest. */
  readonly run: string | null;
  /** Small pictures of some training photos go into the page, beside the answers; false where photos must not leave the folder. */
  readonly examples?: boolean;
}

export interface ExportReport {
  readonly run: string;
  readonly to: ExportTarget;
  /** Names in `out`. */
  readonly files: readonly string[];
  /** Null for what has no numbers of its own. */
  readonly check: ExportCheck | null;
  /** Small pictures of training photos that went into the page. */
  readonly examples: number;
}

/** What each export writes; the last one marks a folder as ours. */
export const exportedNames: Readonly<Record<ExportTarget, readonly string[]>> = {
  onnx: ['model.onnx', 'model.md', 'model.check.json'],
  html: ['classifier.html', 'classifier.check.json'],
  site: [
    'app.js',
    'app.css',
    'ort-wasm-simd-threaded.wasm',
    'ort.webgpu.js',
    'ort-wasm-simd-threaded.asyncify.wasm',
    'model.onnx',
    'index.html',
    'site.md',
    'site.check.json',
  ],
  card: ['MODEL_CARD.md', 'model-card.json'],
};

export type WriteFile = (name: string, text: string) => Promise<void>;

const checkNames: Readonly<Record<ExportForm, string>> = {
  onnx: 'model.check.json',
  html: 'classifier.check.json',
  site: 'site.check.json',
};

/** The exported graph is compared on this many photos of the dataset at most. */
const checked = 200;

/** Throws `no-run`, `bad-model` (nothing written), `not-found`, `usage` (no such run). */
export const exportModel = async (
  dataset: OpenDataset,
  options: ExportOptions,
  write: WriteFile,
  onProgress?: OnProgress,
  signal?: AbortSignal,
): Promise<ExportReport> => {
  const snapshot = await dataset.snapshot(signal);
  const config = namedRun(dataset.name, snapshot, options.run);
  const files: string[] = [];
  const put = async (name: string, text: string): Promise<void> => {
    await write(name, text);
    files.push(name);
  };
  let check: ExportCheck | null = null;
  let examples = 0;
  if (options.to !== 'card') {
    const result = await dataset.engine.exportRun(
      {
        form: options.to,
        run: config.run,
        runDir: dataset.store.runs.dirOf(config.run),
        out: options.out,
        name: dataset.name,
        metadata: { dataset: dataset.name, trained_at: config.at },
        check: evenly(judgedItems(snapshot), checked).map((item) => ({
          id: item.id,
          file: dataset.store.absolute(item.at),
        })),
        cacheDir: dataset.store.cacheDir,
        photos: judgedItems(snapshot).flatMap((item) => {
          const label = snapshot.state.items.get(item.id)?.label ?? null;
          return label === null ? [] : [{ id: item.id, file: dataset.store.absolute(item.at), label }];
        }),
        examples: options.examples ?? false,
      },
      onProgress,
      signal,
    );
    files.push(...result.files);
    ({ check, examples } = result);
    const proof = { run: config.run, sha256: result.sha256, examples, ...check };
    await put(checkNames[options.to], `${JSON.stringify(proof, null, 2)}\n`);
    if (options.to === 'onnx') {
      const readme = onnxReadme({
        name: dataset.name,
        run: config.run,
        vocab: config.vocab,
        embeddingLength: config.backbone.dim,
        checked: check,
      });
      await put('model.md', readme);
    }
    if (options.to === 'site') await put('site.md', siteReadme(dataset.name, config.run));
  } else {
    const card = await cardOf(dataset, snapshot, config, signal);
    await put('MODEL_CARD.md', cardMarkdown(card));
    await put('model-card.json', `${JSON.stringify(card, null, 2)}\n`);
  }
  return { run: config.run, to: options.to, files, check, examples };
};

/** `count` of `all`, evenly spread. */
const evenly = <T>(all: readonly T[], count: number): readonly T[] =>
  all.length <= count ? all : Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]!);

/** The card speaks of the labels as of now and of the newest run; an older run's matrix is not kept. */
const cardOf = async (
  dataset: OpenDataset,
  snapshot: DatasetSnapshot,
  config: RunConfig,
  signal?: AbortSignal,
): Promise<ModelCard> => {
  if (config.run !== snapshot.runs[0]?.run) {
    throw new WinnowError('usage', 'A model card can be made of the newest run only. Leave --run out, or train again.');
  }
  const confusion = await confusionReport(dataset, signal);
  const summary = config.summary as TrainReport;
  const rows = await runRows(dataset, config);
  const sideCount = (side: string): number => rows.filter((row) => row.split === side).length;
  const known = new Set(rows.map((row) => row.id));
  const origins = snapshot.entries.flatMap((entry) =>
    entry.kind === 'gathered' ? entry.images.filter(({ id }) => known.has(id)) : [],
  );
  return modelCard({
    name: dataset.name,
    run: config.run,
    trainedAt: config.at,
    backbone: { id: config.backbone.id, sha256: config.backbone.sha256 },
    classes: confusion.perClass.map(({ label, precision, recall, support }) => ({
      label,
      items: support,
      precision,
      recall,
    })),
    split: { train: sideCount('train'), valid: sideCount('valid'), test: sideCount('test') },
    lossNats: summary.outOfFold.loss,
    calibrationError: summary.outOfFold.ece,
    // Runs of older versions have none.
    perfectCalibrationError: (summary.outOfFold as Partial<TrainReport['outOfFold']>).perfectEce ?? null,
    confusion: { vocab: confusion.vocab, matrix: confusion.matrix },
    licences: tally(origins.map(({ provenance }) => provenance.licence ?? 'not told')).map(([licence, images]) => ({
      licence,
      images,
    })),
    sources: tally(origins.map(({ provenance }) => provenance.provider)).map(([provider, images]) => ({
      provider,
      images,
    })),
    labelsChanged: [...snapshot.state.items.values()].filter(({ decision }) => decision === 'relabel').length,
  });
};

/** Most frequent first. */
const tally = (names: readonly string[]): [string, number][] => {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
};
