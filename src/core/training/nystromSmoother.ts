/** Kernel ridge regression through landmarks (Nyström): the same closed form where a matrix of all items would not fit. */

import { columnMeans } from './exactSmoother.js';
import { gatherRows, rowsAtOnce, rowsInMemory, type FeatureRows } from './featureBlock.js';
import { inverseCholesky } from './inverseCholesky.js';
import type { LinearAlgebra } from './linearAlgebra.js';
import { kernelRows, type KernelKind, type PreparedBlock } from './preparedBlock.js';
import type { ExpandableSmoother } from './smoother.js';

/** Added to the landmarks' kernel, whose diagonal is about 1, so that float32 can factor it; a tenth of the smallest λ bends nothing. */
const defaultJitter = 1e-4;

/** Features φ whose products approximate the kernel, centred on the trained rows. */
export interface LandmarkFeatures {
  /** Rows that φ was made for (indices of items) and, among them, the positions of the trained ones. */
  readonly rows: Int32Array;
  readonly trainedAt: Int32Array;
  /** float32[rows, m]. */
  readonly phi: Float32Array;
  /** φ̄ before centring. */
  readonly mean: Float64Array;
  /** L⁻¹ of the landmarks' centred kernel; column means of their kernel and the mean of those. */
  readonly factor: Float32Array;
  readonly landmarkMeans: Float64Array;
  readonly landmarkMean: number;
  /** float32[m, m]: ΦᵀΦ over the trained rows. */
  readonly scatter: Float32Array;
}

const centreOn = (kernel: Float32Array, m: number, means: Float64Array, mean: number): Float32Array => {
  for (let start = 0; start < kernel.length; start += m) {
    let sum = 0;
    for (let j = 0; j < m; j++) sum += kernel[start + j]!;
    const shift = mean - sum / m;
    for (let j = 0; j < m; j++) kernel[start + j] = kernel[start + j]! - means[j]! + shift;
  }
  return kernel;
};

/** @param rows items to make φ for, ascending; those of `prepared.trained` among them are the fit's. */
export const landmarkFeatures = async (
  algebra: LinearAlgebra,
  prepared: PreparedBlock,
  kind: KernelKind,
  gamma: number,
  rows: Int32Array,
  jitter = defaultJitter,
): Promise<LandmarkFeatures> => {
  const { anchors } = prepared;
  const m = anchors.length;
  const own = await kernelRows(algebra, prepared, kind, gamma, anchors);
  const landmarkMeans = columnMeans(own, m);
  const landmarkMean = landmarkMeans.reduce((sum, value) => sum + value, 0) / m;
  centreOn(own, m, landmarkMeans, landmarkMean);
  const factor = await inverseCholesky(algebra, own, m, jitter, jitter / 2);
  const phi = new Float32Array(rows.length * m);
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    const some = rows.subarray(from, from + rowsAtOnce);
    const kernel = centreOn(await kernelRows(algebra, prepared, kind, gamma, some), m, landmarkMeans, landmarkMean);
    phi.set(await algebra.matmul(kernel, factor, { m: some.length, k: m, n: m, transposeB: true }), from * m);
  }
  const isTrained = new Set(prepared.trained);
  const trainedAt = Int32Array.from(rows.keys()).filter((at) => isTrained.has(rows[at]!));
  const mean = new Float64Array(m);
  for (const at of trainedAt) for (let j = 0; j < m; j++) mean[j] = mean[j]! + phi[at * m + j]! / trainedAt.length;
  for (let start = 0; start < phi.length; start += m)
    for (let j = 0; j < m; j++) phi[start + j] = phi[start + j]! - mean[j]!;
  const scatter = await scatterOf(algebra, phi, m, trainedAt);
  return { rows, trainedAt, phi, mean, factor, landmarkMeans, landmarkMean, scatter };
};

/** ΦᵀΦ over the rows at `positions`. */
const scatterOf = async (
  algebra: LinearAlgebra,
  phi: Float32Array,
  m: number,
  positions: Int32Array,
): Promise<Float32Array> => {
  const sum = new Float64Array(m * m);
  for (let from = 0; from < positions.length; from += rowsAtOnce) {
    const some = positions.subarray(from, from + rowsAtOnce);
    const part = gatherRows(phi, m, some);
    const products = await algebra.matmul(part, part, { m, k: some.length, n: m, transposeA: true });
    for (let at = 0; at < sum.length; at++) sum[at] = sum[at]! + products[at]!;
  }
  return Float32Array.from(sum);
};

/**
 * H = 11ᵀ/t + MMᵀ with M = Φ L⁻ᵀ, LLᵀ = ΦᵀΦ + λI. Rows and columns count as in `features.rows` and `features.trainedAt`.
 * @param place M, which is as large as everything else together, lies there from then on. It is written over φ: nobody
 * else can use that after. Absent = in memory, beside φ.
 */
export const nystromSmoother = async (
  algebra: LinearAlgebra,
  features: LandmarkFeatures,
  lambda: number,
  place?: FeatureRows,
): Promise<ExpandableSmoother> => {
  // Only what is named here outlives the fit.
  const { trainedAt, mean, factor, landmarkMeans, landmarkMean } = features;
  const m = mean.length;
  const n = features.rows.length;
  const t = trainedAt.length;
  const inner = await inverseCholesky(algebra, features.scatter, m, lambda, lambda * 1e-3);
  const made = place ? features.phi : new Float32Array(n * m);
  for (let from = 0; from < n; from += rowsAtOnce) {
    const part = features.phi.subarray(from * m, (from + rowsAtOnce) * m);
    made.set(await algebra.matmul(part, inner, { m: part.length / m, k: m, n: m, transposeB: true }), from * m);
  }
  const gaps = gapsOf(made, m, trainedAt);
  const scaled = place ? stored(place, made, m) : rowsInMemory(made, m);
  const loads = (rows: Float32Array, labels: Float32Array, classes: number): Promise<Float32Array> => {
    const padded = t === n ? labels : new Float32Array(n * classes);
    if (t !== n)
      trainedAt.forEach((at, i) => padded.set(labels.subarray(i * classes, (i + 1) * classes), at * classes));
    return algebra.matmul(rows, padded, { m, k: n, n: classes, transposeA: true });
  };
  const rowsOf = (columns: ArrayLike<number>): Float32Array =>
    scaled.read(Int32Array.from(columns, (column) => trainedAt[column]!));
  return {
    rows: n,
    trained: trainedAt,
    fitted: async (labels, classes) => {
      const rows = scaled.all();
      const out = await algebra.matmul(rows, await loads(rows, labels, classes), { m: n, k: m, n: classes });
      const shares = columnMeans(labels, classes);
      for (let at = 0; at < out.length; at++) out[at] = out[at]! + shares[at % classes]!;
      return out;
    },
    weights: (rows, columns) => {
      const [left, right] = [scaled.read(rows), rowsOf(columns)];
      return (i, j) => dotFrom(1 / t, left, i * m, right, j * m, m);
    },
    gap: (column) => gaps[column]!,
    columns: async (columns) => {
      const asked = rowsOf(columns);
      const out = new Float32Array(n * columns.length);
      for (const { from, rows } of scaled.inParts()) {
        const shape = { m: rows.length / m, k: m, n: columns.length, transposeB: true };
        out.set(await algebra.matmul(rows, asked, shape), from * columns.length);
      }
      for (let at = 0; at < out.length; at++) out[at] = out[at]! + 1 / t;
      return out;
    },
    expansion: async (labels, classes) => {
      const onM = await loads(scaled.all(), labels, classes);
      const onPhi = await algebra.matmul(inner, onM, { m, k: m, n: classes, transposeA: true });
      const coefficients = await algebra.matmul(factor, onPhi, { m, k: m, n: classes, transposeA: true });
      const intercept = columnMeans(labels, classes);
      for (let c = 0; c < classes; c++) {
        let total = 0;
        for (let j = 0; j < m; j++) {
          const value = coefficients[j * classes + c]!;
          total += value;
          intercept[c] = intercept[c]! - landmarkMeans[j]! * value - mean[j]! * onPhi[j * classes + c]!;
        }
        intercept[c] = intercept[c]! + landmarkMean * total;
        for (let j = 0; j < m; j++) coefficients[j * classes + c] = coefficients[j * classes + c]! - total / m;
      }
      return { coefficients, intercept };
    },
  };
};

const stored = (place: FeatureRows, rows: Float32Array, width: number): FeatureRows => {
  const store = place.room(rows.length / width, width);
  store.write(0, rows);
  return store;
};

/** 1 − h of each trained row. No closure of the smoother may see all rows, or they would live as long as it. */
const gapsOf = (rows: Float32Array, m: number, trainedAt: Int32Array): Float64Array =>
  Float64Array.from(trainedAt, (at) => 1 - dotFrom(1 / trainedAt.length, rows, at * m, rows, at * m, m));

/** `start` + Σ a[at + k] · b[other + k] over m numbers, in float64 and one after the other. */
const dotFrom = (start: number, a: Float32Array, at: number, b: Float32Array, other: number, m: number): number => {
  let sum = start;
  for (let k = 0; k < m; k++) sum += a[at + k]! * b[other + k]!;
  return sum;
};
