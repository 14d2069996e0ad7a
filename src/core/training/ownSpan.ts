/** Rows in coordinates of the space that they span: n numbers each instead of more. Lengths, angles, and so penalties, stay. */

import { inverseCholesky } from './inverseCholesky.js';
import type { LinearAlgebra } from './linearAlgebra.js';

export interface OwnSpan {
  /** float32[n, n]. */
  readonly rows: Float32Array;
  /** The same weights for the rows as they were: float32[count, n] to float32[count, width]. */
  readonly back: (weights: Float32Array, count: number) => Promise<Float32Array>;
}

/** Of the trace: the largest eigenvalue is then 3e6 of the smallest at most, which single precision bears. */
const jitter = 3e-7;

/** @param rows float32[n, width], n < width. */
export const ownSpan = async (
  algebra: LinearAlgebra,
  rows: Float32Array,
  n: number,
  width: number,
): Promise<OwnSpan> => {
  const gram = await algebra.matmul(rows, rows, { m: n, k: width, n, transposeB: true });
  let trace = 0;
  for (let i = 0; i < n; i++) trace += gram[i * n + i]!;
  const shift = jitter * trace;
  // Gram = LLᵀ, rows = LQ with Q = L⁻¹·rows, whose rows are orthonormal: rows·Qᵀ = Gram·L⁻ᵀ.
  const inverse = await inverseCholesky(algebra, gram, n, shift, shift);
  return {
    rows: await algebra.matmul(gram, inverse, { m: n, k: n, n, transposeB: true }),
    back: async (weights, count) => {
      const turned = await algebra.matmul(weights, inverse, { m: count, k: n, n });
      return algebra.matmul(turned, rows, { m: count, k: n, n: width });
    },
  };
};
