/** A block made ready for its kernels: standard rows, their products with the anchors, and the median distance. */

import { seededRandom } from '../../base/random.js';
import {
  consecutive,
  momentsOf,
  rowsAtOnce,
  standardRows,
  widthOf,
  type FeatureBlock,
  type Moments,
} from './featureBlock.js';
import type { LinearAlgebra } from './linearAlgebra.js';

/** Up to here every trained item is an anchor and the fit is exact; above, seeded random landmarks (Nyström). */
export const exactLimit = 2000;
export const landmarkCount = 1024;
const medianSample = 1000;

export type KernelKind = 'ridge' | 'kernel';

export interface PreparedBlock {
  readonly block: FeatureBlock;
  readonly moments: Moments;
  /** Rows that the models are fitted on, ascending. */
  readonly trained: Int32Array;
  /** Rows that the kernel's columns stand for: `trained`, or landmarks among it. */
  readonly anchors: Int32Array;
  readonly isExact: boolean;
  /** float32[anchors, width]: the anchors' standard rows. Those of all items would be as much memory as the block again. */
  readonly anchorRows: Float32Array;
  /** Of the standard rows of all items. */
  readonly squaredNorms: Float64Array;
  /** float32[anchors, anchors]: their products, which every candidate of an exact fit needs; null where anchors are landmarks. */
  readonly gram: Float32Array | null;
  /** Median squared distance of two trained items. */
  readonly medianSquaredDistance: number;
}

export interface PrepareOptions {
  readonly seed: number;
  /** For tests; `exactLimit` and `landmarkCount` otherwise. */
  readonly limit?: number;
  readonly landmarks?: number;
}

/** `count` of `from`, ascending; seeded. */
export const sampleOf = (from: Int32Array, count: number, seed: number): Int32Array =>
  from.length <= count
    ? from
    : Int32Array.from(
        seededRandom(seed)
          .shuffled([...from])
          .slice(0, count),
      ).sort();

/** The middle value; reorders `values`. */
export const medianOf = (values: Float32Array): number => {
  const middle = values.length >> 1;
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1]!;
    let i = low;
    let j = high;
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i <= j) {
        const swap = values[i]!;
        values[i] = values[j]!;
        values[j] = swap;
        i++;
        j--;
      }
    }
    if (middle <= j) high = j;
    else if (middle >= i) low = i;
    else break;
  }
  return values[middle] ?? 0;
};

const medianDistance = async (
  algebra: LinearAlgebra,
  rows: Float32Array,
  width: number,
  squaredNorms: Float64Array,
  sample: Int32Array,
): Promise<number> => {
  const s = sample.length;
  const products = await algebra.matmul(rows, rows, { m: s, k: width, n: s, transposeB: true });
  const distances = new Float32Array((s * (s - 1)) / 2);
  let at = 0;
  for (let i = 0; i < s; i++)
    for (let j = 0; j < i; j++)
      distances[at++] = Math.max(0, squaredNorms[sample[i]!]! + squaredNorms[sample[j]!]! - 2 * products[i * s + j]!);
  // Photos that are all alike would make every kernel 0 / 0.
  return Math.max(medianOf(distances), 1e-9);
};

export const prepareBlock = async (
  algebra: LinearAlgebra,
  block: FeatureBlock,
  trained: Int32Array,
  options: PrepareOptions,
): Promise<PreparedBlock> => {
  const { parts } = block;
  const width = widthOf(block);
  const n = block.rows.count;
  const moments = momentsOf(block, trained);
  const squaredNorms = new Float64Array(n);
  for (let from = 0; from < n; from += rowsAtOnce) {
    const rows = block.rows.read(consecutive(from, Math.min(from + rowsAtOnce, n)));
    const z = standardRows({ rows, parts }, moments);
    for (let i = 0; i < z.length; i++) {
      const row = from + Math.floor(i / width);
      squaredNorms[row] = squaredNorms[row]! + z[i]! * z[i]!;
    }
  }
  const standardRowsOf = (rows: Int32Array): Float32Array =>
    standardRows({ rows: block.rows.read(rows), parts }, moments);
  const isExact = trained.length <= (options.limit ?? exactLimit);
  const anchors = isExact ? trained : sampleOf(trained, options.landmarks ?? landmarkCount, options.seed);
  const anchorRows = standardRowsOf(anchors);
  const square = { m: anchors.length, k: width, n: anchors.length, transposeB: true };
  const gram = isExact ? await algebra.matmul(anchorRows, anchorRows, square) : null;
  const sample = sampleOf(trained, medianSample, options.seed + 1);
  const medianSquaredDistance = await medianDistance(algebra, standardRowsOf(sample), width, squaredNorms, sample);
  return { block, moments, trained, anchors, isExact, anchorRows, squaredNorms, gram, medianSquaredDistance };
};

/** float32[rows, anchors]: products of standard rows with the anchors'. */
const productsWithAnchors = async (
  algebra: LinearAlgebra,
  { block, moments, anchors, anchorRows }: PreparedBlock,
  rows: Int32Array,
): Promise<Float32Array> => {
  const width = widthOf(block);
  const out = new Float32Array(rows.length * anchors.length);
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    const some = rows.subarray(from, from + rowsAtOnce);
    const z = standardRows({ rows: block.rows.read(some), parts: block.parts }, moments);
    const shape = { m: some.length, k: width, n: anchors.length, transposeB: true };
    out.set(await algebra.matmul(z, anchorRows, shape), from * anchors.length);
  }
  return out;
};

/** k(zᵢ, anchorⱼ), float32[rows, anchors]; `gamma` is ignored by the ridge. */
export const kernelRows = async (
  algebra: LinearAlgebra,
  prepared: PreparedBlock,
  kind: KernelKind,
  gamma: number,
  rows: Int32Array,
): Promise<Float32Array> => {
  const { gram, anchors, squaredNorms } = prepared;
  const isOwn = gram !== null && rows === anchors;
  const out = isOwn ? gram.slice() : await productsWithAnchors(algebra, prepared, rows);
  if (kind === 'ridge') return out;
  const rate = -gamma / prepared.medianSquaredDistance;
  const anchorNorms = Float64Array.from(anchors, (anchor) => squaredNorms[anchor]!);
  for (let i = 0, at = 0; at < out.length; i++) {
    const norm = squaredNorms[rows[i]!]!;
    for (let j = 0; j < anchors.length; j++, at++)
      out[at] = Math.exp(rate * Math.max(0, norm + anchorNorms[j]! - 2 * out[at]!));
  }
  return out;
};
