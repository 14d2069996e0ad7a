/** A run as one ONNX file, bare or with the browser app around it, and the proof that it answers what the product answers. */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { WinnowError } from '../../base/errors.js';
import { inFlight } from '../../base/inFlight.js';
import type { AppSettings } from '../../core/export/appPage.js';
import { argmax } from '../../core/metrics/accuracy.js';
import { writeOwnFile } from '../../node/ownFiles.js';
import type { OnProgress } from '../../ports/engine.js';
import type { SourceFile } from '../../protocol/engine.js';
import type { ExportCheck, ExportJob, ExportResult } from '../../protocol/exporting.js';
import { embedOne } from '../embed/embedFiles.js';
import { blocksOf } from '../fit/featureBlocks.js';
import { predictorOf, readPredictorParts, type PredictorParts } from '../fit/predictorFile.js';
import { readDomain } from '../fit/runDomain.js';
import { readRecord, type RunRecord } from '../fit/runRecord.js';
import { decodeSource } from '../images/decodeImage.js';
import { openSession } from '../session/openSession.js';
import { floatsOf } from '../session/tensorSession.js';
import { htmlFile, siteFiles, type NamedContent } from './appFiles.js';
import { exportedModel } from './exportedModel.js';
import { pageFacts } from './pageFacts.js';

/** Float32 sums in another order differ by this much and no more. */
const tolerance = 1e-4;

/**
 * Makes the graph, loads it and compares it on `job.check`, then writes what `job.form` asks for.
 * @param appDir where the bundled browser app lies.
 * Throws `no-run`, `bad-model` (the network cannot be respelled, or the answers differ: nothing is left), `not-found`, `cancelled`.
 */
export const exportRun = async (
  job: ExportJob,
  appDir: string,
  onProgress?: OnProgress,
  signal?: AbortSignal,
): Promise<ExportResult> => {
  const { record, items } = await readRecord(job.runDir);
  const parts = await readPredictorParts(job.runDir);
  const network = await readNetwork(record);
  const bytes = exportedModel(network, record.backbone, parts, {
    classes: JSON.stringify(parts.vocab),
    run: job.run,
    backbone: record.backbone.id,
    backbone_sha256: record.backbone.sha256,
    pixel_recipe: `short side ${String(record.backbone.recipe.size)} × 256/224, centre crop, ${record.backbone.recipe.normalise}`,
    ...job.metadata,
  });
  const check = await compare(bytes, record, parts, job.check, onProgress, signal);
  if (!check.isAlike) {
    throw new WinnowError(
      'bad-model',
      `The exported model does not answer like the run (top-1 agreement ${(100 * check.agreement).toFixed(1)} %, largest difference ${check.maxDifference.toExponential(1)}). Nothing was written; your run is safe. Please report this.`,
      { detail: check },
    );
  }
  const facts = job.form === 'onnx' ? null : await pageFacts(job, record, items, parts.vocab, signal);
  const files = await contentsOf(job, appDir, bytes, {
    name: job.name,
    run: job.run,
    classes: parts.vocab,
    domain: (await readDomain(job.runDir))?.domain ?? null,
    facts: facts ?? { near: null, pictures: null, seen: '' },
  });
  WinnowError.throwIfAborted(signal, 'export');
  for (const { name, content } of files) await writeOwnFile(path.join(job.out, name), content);
  return {
    files: files.map(({ name }) => name),
    bytes: files.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0),
    sha256: createHash('sha256').update(bytes).digest('hex'),
    examples: facts?.pictures?.filter((picture) => picture !== '').length ?? 0,
    check,
  };
};

const contentsOf = async (
  { form }: ExportJob,
  appDir: string,
  model: Uint8Array,
  settings: AppSettings,
): Promise<readonly NamedContent[]> => {
  switch (form) {
    case 'onnx':
      return [{ name: 'model.onnx', content: model }];
    case 'html':
      return [await htmlFile(appDir, settings, model)];
    case 'site':
      return siteFiles(appDir, settings, model);
  }
};

const readNetwork = async ({ backbone }: RunRecord): Promise<Buffer> => {
  const bytes = await readFile(backbone.file).catch((cause: unknown) => {
    throw new WinnowError(
      'not-found',
      `The backbone's file ${backbone.file} is gone. Put it back, or train again; your decisions are safe.`,
      { cause },
    );
  });
  if (createHash('sha256').update(bytes).digest('hex') === backbone.sha256) return bytes;
  throw new WinnowError(
    'bad-model',
    `The backbone's file ${backbone.file} has changed since this run. Train again, then export.`,
  );
};

/** The graph from raw pixels against the engine's own way, on new-photo terms for both. */
const compare = async (
  bytes: Uint8Array,
  { backbone }: RunRecord,
  parts: PredictorParts,
  files: readonly SourceFile[],
  onProgress?: OnProgress,
  signal?: AbortSignal,
): Promise<ExportCheck> => {
  const session = await openSession(bytes, { keepsArena: false });
  const predictor = predictorOf(parts);
  let images = 0;
  let agreed = 0;
  let maxDifference = 0;
  let done = 0;
  try {
    await inFlight(
      files,
      async ({ file }) => {
        const embedded = await embedOne({ file }, backbone, 'crop', signal);
        const decoded = await decodeSource({ file });
        onProgress?.({ stage: 'export', done: ++done, total: files.length });
        if (!embedded.ok || !decoded.ok) return;
        const { rgb, width, height } = decoded.pixels;
        const answers = await session.run({ pixels: { type: 'uint8', dims: [height, width, 3], data: rgb } });
        const exported = floatsOf(answers['probabilities'], 'probabilities');
        const blocks = blocksOf('crop', embedded.layout, embedded.row);
        const own = predictor.predict((id) => blocks.find((block) => block.id === id)?.rows ?? new Float32Array(0));
        images++;
        if (argmax(exported, 0, own.length) === argmax(own, 0, own.length)) agreed++;
        own.forEach((p, at) => (maxDifference = Math.max(maxDifference, Math.abs(p - (exported[at] ?? Infinity)))));
      },
      { signal },
    );
  } finally {
    await session.dispose();
  }
  const agreement = images === 0 ? 0 : agreed / images;
  return {
    images,
    agreement,
    maxDifference,
    tolerance,
    isAlike: images > 0 && agreement === 1 && maxDifference <= tolerance,
  };
};
