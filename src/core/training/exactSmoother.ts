/** Kernel ridge regression with an unpenalised intercept, exactly: every trained item is an anchor. */

import { inverseCholesky } from './inverseCholesky.js';
import type { LinearAlgebra } from './linearAlgebra.js';
import { kernelRows, type KernelKind, type PreparedBlock } from './preparedBlock.js';
import type { ExpandableSmoother, Smoother } from './smoother.js';

/** CKC of the trained rows, with what centres any other row in the same way. */
export interface CentredKernel {
  readonly kernel: Float32Array;
  /** Row means of K, and their mean. */
  readonly means: Float64Array;
  readonly mean: number;
}

export const centredKernel = async (
  algebra: LinearAlgebra,
  prepared: PreparedBlock,
  kind: KernelKind,
  gamma: number,
): Promise<CentredKernel> => {
  const kernel = await kernelRows(algebra, prepared, kind, gamma, prepared.trained);
  const t = prepared.trained.length;
  const means = new Float64Array(t);
  for (let i = 0; i < t; i++) {
    let sum = 0;
    for (let j = i * t; j < (i + 1) * t; j++) sum += kernel[j]!;
    means[i] = sum / t;
  }
  const mean = means.reduce((sum, value) => sum + value, 0) / t;
  for (let i = 0; i < t; i++)
    for (let j = 0; j < t; j++) kernel[i * t + j] = kernel[i * t + j]! - means[i]! - means[j]! + mean;
  return { kernel, means, mean };
};

/** L⁻¹ of CKC + λI = LLᵀ. */
const factorOf = (algebra: LinearAlgebra, centred: CentredKernel, lambda: number, t: number): Promise<Float32Array> =>
  inverseCholesky(algebra, centred.kernel, t, lambda, lambda * 1e-3);

/**
 * The smoother of the trained rows alone, cheap to make: what choosing λ and γ needs.
 * With A = CKC + λI: I − H = λA⁻¹ − 11ᵀ/t, because A maps the constant vector to λ times itself.
 */
export const exactCandidate = async (
  algebra: LinearAlgebra,
  centred: CentredKernel,
  lambda: number,
  t: number,
): Promise<Smoother> => {
  const factor = await factorOf(algebra, centred, lambda, t);
  // Most weights asked for lie on the diagonal: one pass along the rows is kinder to the cache than a column each.
  const diagonal = new Float64Array(t);
  for (let k = 0; k < t; k++) {
    for (let j = 0; j <= k; j++) {
      const value = factor[k * t + j]!;
      diagonal[j] = diagonal[j]! + value * value;
    }
  }
  const gap = (i: number): number => lambda * diagonal[i]! - 1 / t;
  const weight = (i: number, j: number): number => {
    if (i === j) return 1 - gap(i);
    let sum = 0;
    for (let k = Math.max(i, j); k < t; k++) sum += factor[k * t + i]! * factor[k * t + j]!;
    return 1 / t - lambda * sum;
  };
  return {
    rows: t,
    trained: Int32Array.from({ length: t }, (_, i) => i),
    fitted: async (labels, classes) => {
      const inner = await algebra.matmul(factor, labels, { m: t, k: t, n: classes });
      const solved = await algebra.matmul(factor, inner, { m: t, k: t, n: classes, transposeA: true });
      const mean = columnMeans(labels, classes);
      return solved.map((value, at) => labels[at]! - lambda * value + mean[at % classes]!);
    },
    weights: (rows, columns) => (i, j) => weight(rows[i]!, columns[j]!),
    gap,
    columns: (columns) => {
      const out = new Float32Array(t * columns.length);
      for (let i = 0; i < t; i++)
        for (let j = 0; j < columns.length; j++) out[i * columns.length + j] = weight(i, columns[j]!);
      return Promise.resolve(out);
    },
  };
};

export const columnMeans = (labels: Float32Array, classes: number): Float64Array => {
  const means = new Float64Array(classes);
  for (let at = 0; at < labels.length; at++) means[at % classes] = means[at % classes]! + labels[at]!;
  return means.map((sum) => (sum * classes) / labels.length);
};

/** The smoother of all rows, kept dense: float32[n, t]. */
export const exactSmoother = async (
  algebra: LinearAlgebra,
  prepared: PreparedBlock,
  kind: KernelKind,
  gamma: number,
  lambda: number,
): Promise<ExpandableSmoother> => {
  const { trained, squaredNorms } = prepared;
  const n = squaredNorms.length;
  const t = trained.length;
  const centred = await centredKernel(algebra, prepared, kind, gamma);
  const factor = await factorOf(algebra, centred, lambda, t);
  const inverse = await algebra.matmul(factor, factor, { m: t, k: t, n: t, transposeA: true });
  const isTrained = new Uint8Array(n);
  for (const row of trained) isTrained[row] = 1;
  const others = Int32Array.from({ length: n }, (_, i) => i).filter((row) => isTrained[row] === 0);
  const weights = new Float32Array(n * t);
  if (others.length > 0) {
    const kernel = await kernelRows(algebra, prepared, kind, gamma, others);
    for (let i = 0; i < others.length; i++) {
      let sum = 0;
      for (let j = 0; j < t; j++) sum += kernel[i * t + j]!;
      const shift = centred.mean - sum / t;
      for (let j = 0; j < t; j++) kernel[i * t + j] = kernel[i * t + j]! - centred.means[j]! + shift;
    }
    const rows = await algebra.matmul(kernel, inverse, { m: others.length, k: t, n: t });
    for (const [i, row] of others.entries())
      for (let j = 0; j < t; j++) weights[row * t + j] = rows[i * t + j]! + 1 / t;
  }
  for (const [i, row] of trained.entries())
    for (let j = 0; j < t; j++) weights[row * t + j] = (i === j ? 1 : 0) + 1 / t - lambda * inverse[i * t + j]!;
  const gaps = Float64Array.from(trained, (_, i) => lambda * inverse[i * t + i]! - 1 / t);
  // The closures below live as long as the run is reviewed: they must not hold the kernel.
  const { means } = centred;
  const fitted = (labels: Float32Array, classes: number): Promise<Float32Array> =>
    algebra.matmul(weights, labels, { m: n, k: t, n: classes });
  return {
    rows: n,
    trained,
    fitted,
    weights: (rows, columns) => (i, j) => weights[rows[i]! * t + columns[j]!]!,
    gap: (column) => gaps[column]!,
    columns: (columns) => {
      const out = new Float32Array(n * columns.length);
      for (let i = 0; i < n; i++)
        for (let j = 0; j < columns.length; j++) out[i * columns.length + j] = weights[i * t + columns[j]!]!;
      return Promise.resolve(out);
    },
    expansion: async (labels, classes) => {
      const scores = await fitted(labels, classes);
      const intercept = columnMeans(labels, classes);
      const coefficients = new Float32Array(t * classes);
      trained.forEach((row, i) => {
        for (let c = 0; c < classes; c++) {
          const value = (labels[i * classes + c]! - scores[row * classes + c]!) / lambda;
          coefficients[i * classes + c] = value;
          intercept[c] = intercept[c]! - means[i]! * value;
        }
      });
      return { coefficients, intercept };
    },
  };
};
