/**
 * predictor.bin: what answers about new pictures when the cache is gone.
 * Layout, little-endian: uint32 length of the JSON head, the head (UTF-8, padded with blanks to 4 bytes), then the arrays it
 * names, each {offset in bytes from the end of the head, length in elements}: float32 mean and scale of each block, uint16
 * (half precision) landmarks [anchors, width], float32 coefficients [anchors, classes] of each head.
 */

import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { WinnowError } from '../../base/errors.js';
import { dotProduct } from '../../core/training/dotProduct.js';
import { fromFloat16, toFloat16 } from '../../core/training/float16.js';
import { standardRows, type BlockId, type Moments } from '../../core/training/featureBlock.js';
import type { FittedModel } from '../../core/training/fitModel.js';
import { oneHot, SmootherScorer } from '../../core/training/head.js';
import { logProbabilities } from '../../core/training/headCalibration.js';
import { pooled } from '../../core/training/logPool.js';
import { spreadRows } from '../../core/training/model.js';
import type { PreparedBlock } from '../../core/training/preparedBlock.js';
import type { RunRecord } from './runRecord.js';

interface Slot {
  readonly offset: number;
  readonly length: number;
}
interface Head {
  readonly version: 1;
  readonly vocab: readonly string[];
  readonly active: readonly number[];
  readonly v: readonly number[];
  readonly blocks: readonly {
    readonly id: BlockId;
    readonly parts: readonly number[];
    readonly median: number;
    readonly mean: Slot;
    readonly scale: Slot;
    readonly landmarks: Slot;
  }[];
  readonly heads: readonly {
    readonly block: BlockId;
    readonly gamma: number;
    readonly t: number;
    readonly b: readonly number[];
    readonly intercept: readonly number[];
    readonly coefficients: Slot;
  }[];
}

export const writePredictor = async (
  dir: string,
  record: RunRecord,
  fitted: FittedModel,
  prepared: ReadonlyMap<string, PreparedBlock>,
): Promise<void> => {
  const arrays: Uint8Array[] = [];
  let at = 0;
  const put = (array: Float32Array | Uint16Array): Slot => {
    const slot = { offset: at, length: array.length };
    const padded = new Uint8Array(Math.ceil(array.byteLength / 4) * 4);
    padded.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
    arrays.push(padded);
    at += padded.length;
    return slot;
  };
  const used = [...prepared.values()].filter(({ block }) =>
    fitted.model.heads.some((head) => head.settings.block === block.id),
  );
  const blocks = used.map(({ block, moments, anchorRows, medianSquaredDistance }) => ({
    id: block.id,
    parts: block.parts,
    median: medianSquaredDistance,
    mean: put(moments.mean),
    scale: put(moments.scale),
    landmarks: put(toFloat16(anchorRows)),
  }));
  const heads: Head['heads'][number][] = [];
  for (const { settings, scorer } of fitted.model.heads) {
    if (!(scorer instanceof SmootherScorer)) continue;
    const { trained } = scorer.smoother;
    const expansion = await scorer.smoother.expansion(
      oneHot(trained, fitted.targets.labels, fitted.classes),
      fitted.classes,
    );
    heads.push({
      block: settings.block,
      gamma: settings.kind === 'kernel' ? settings.gamma : 0,
      t: settings.t,
      b: Array.from(fitted.active, (index) => settings.b[index] ?? 0),
      intercept: [...expansion.intercept],
      coefficients: put(expansion.coefficients),
    });
  }
  const head: Head = {
    version: 1,
    vocab: record.vocab,
    active: [...fitted.active],
    v: [...fitted.model.pool.v],
    blocks,
    heads,
  };
  const text = new TextEncoder().encode(JSON.stringify(head));
  const json = new Uint8Array(Math.ceil(text.length / 4) * 4).fill(0x20);
  json.set(text);
  await writeFile(
    path.join(dir, 'predictor.bin'),
    Buffer.concat(
      [Uint32Array.of(json.length), json, ...arrays].map(
        (part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength),
      ),
    ),
  );
};

export interface Predictor {
  readonly vocab: readonly string[];
  /** float64[vocab.length], sums to 1. @param rowOf the picture's raw row of a block. */
  predict(rowOf: (block: BlockId) => Float32Array): Float64Array;
  /** The largest raw ridge score on block a; null when the pool has no such head. */
  familiarity(rowOf: (block: BlockId) => Float32Array): number | null;
}

/** The predictor's numbers, as they lie in the file. */
export interface PredictorParts {
  readonly vocab: readonly string[];
  /** Indices into `vocab` of the classes that it can answer with. */
  readonly active: readonly number[];
  /** Log weights of the heads. */
  readonly v: readonly number[];
  readonly blocks: readonly {
    readonly id: BlockId;
    readonly parts: readonly number[];
    /** Median squared distance: the kernel's unit. */
    readonly median: number;
    readonly moments: Moments;
    /** [anchors, width], as stored and as numbers. */
    readonly halves: Uint16Array;
    readonly landmarks: Float32Array;
  }[];
  readonly heads: readonly {
    readonly block: BlockId;
    /** 0 = ridge. */
    readonly gamma: number;
    readonly t: number;
    readonly b: readonly number[];
    readonly intercept: readonly number[];
    /** [anchors, active classes]. */
    readonly coefficients: Float32Array;
  }[];
}

/** The head whose raw scores tell strangers. */
export const familiarHead = (parts: PredictorParts): PredictorParts['heads'][number] | undefined =>
  parts.heads.find(({ block, gamma }) => block === 'a' && gamma === 0);

/** @throws WinnowError 'no-run' when the file is missing or broken. */
export const readPredictorParts = async (dir: string): Promise<PredictorParts> => {
  const bytes = await readFile(path.join(dir, 'predictor.bin')).catch((cause: unknown) => {
    throw new WinnowError('no-run', 'The model of this run is missing. Your decisions are safe; train again.', {
      cause,
    });
  });
  const whole = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const length = new Uint32Array(whole, 0, 1)[0]!;
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(whole, 4, length))) as Head;
  const floats = ({ offset, length: count }: Slot): Float32Array => new Float32Array(whole, 4 + length + offset, count);
  const halves = ({ offset, length: count }: Slot): Uint16Array => new Uint16Array(whole, 4 + length + offset, count);
  return {
    ...head,
    blocks: head.blocks.map((block) => ({
      ...block,
      moments: { mean: floats(block.mean), scale: floats(block.scale) },
      halves: halves(block.landmarks),
      landmarks: fromFloat16(halves(block.landmarks)),
    })),
    heads: head.heads.map((one) => ({ ...one, coefficients: floats(one.coefficients) })),
  };
};

/** @throws WinnowError 'no-run' when the file is missing or broken. */
export const readPredictor = async (dir: string): Promise<Predictor> => predictorOf(await readPredictorParts(dir));

export const predictorOf = (parts: PredictorParts): Predictor => {
  const { vocab, active: indices, v, blocks, heads } = parts;
  const classes = indices.length;
  const active = Int32Array.from(indices);
  const pool = { v: Float64Array.from(v), epsilon: 0 };
  const familiar = familiarHead(parts);
  const normsOf = new Map(blocks.map((block) => [block.id, squaredNorms(block.landmarks, block.moments.mean.length)]));
  const nearTo = (block: PredictorParts['blocks'][number], row: Float32Array): Near => {
    const z = standardRows({ rows: row, parts: block.parts }, block.moments);
    return { ...productsWith(block.landmarks, z, normsOf.get(block.id)!), median: block.median };
  };
  const scoresOf = (one: PredictorParts['heads'][number], near: Near): Float32Array => {
    const scores = Float32Array.from(one.intercept);
    for (let j = 0; j < near.dots.length; j++) {
      const squared = Math.max(0, near.norm + near.norms[j]! - 2 * near.dots[j]!);
      const k = one.gamma === 0 ? near.dots[j]! : Math.exp((-one.gamma * squared) / near.median);
      for (let c = 0; c < classes; c++) scores[c] = scores[c]! + k * one.coefficients[j * classes + c]!;
    }
    return scores;
  };
  return {
    vocab,
    familiarity: (rowOf) => {
      const block = blocks.find(({ id }) => id === familiar?.block);
      return familiar && block ? Math.max(...scoresOf(familiar, nearTo(block, rowOf(block.id)))) : null;
    },
    predict: (rowOf) => {
      const products = new Map(blocks.map((block) => [block.id, nearTo(block, rowOf(block.id))]));
      const logs = heads.map((one) =>
        logProbabilities(scoresOf(one, products.get(one.block)!), classes, { t: one.t, b: Float64Array.from(one.b) }),
      );
      return spreadRows(pooled(logs, pool, classes), active, vocab.length);
    },
  };
};

interface Products {
  readonly dots: Float64Array;
  readonly norms: Float64Array;
  readonly norm: number;
}
type Near = Products & { readonly median: number };

/** Of each landmark. */
const squaredNorms = (landmarks: Float32Array, width: number): Float64Array =>
  Float64Array.from({ length: landmarks.length / width }, (_, j) => {
    let own = 0;
    for (let at = j * width; at < (j + 1) * width; at++) own += landmarks[at]! ** 2;
    return own;
  });

/** Products of `z` with each landmark. */
const productsWith = (landmarks: Float32Array, z: Float32Array, norms: Float64Array): Products => {
  const width = z.length;
  const dots = new Float64Array(norms.length);
  let norm = 0;
  for (const value of z) norm += value * value;
  for (let j = 0; j < norms.length; j++) dots[j] = dotProduct(landmarks, j * width, z);
  return { dots, norms, norm };
};
