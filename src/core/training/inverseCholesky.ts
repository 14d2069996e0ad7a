/** The inverse of a Cholesky factor, by blocks, so that nearly all of the arithmetic is matrix products. */

import type { LinearAlgebra } from './linearAlgebra.js';

/** Below this side plain loops in double precision beat the cost of handing the blocks over. */
const baseSide = 64;

/** A square part of a matrix: its first element and the length of the whole's rows. */
interface Square {
  readonly values: Float32Array | Float64Array;
  readonly offset: number;
  readonly stride: number;
}

/** L⁻¹ of a small A + shift·I = LLᵀ; the lower triangle is read. A pivot that rounding made negative is lifted to `floor`. */
const baseInverseCholesky = (a: Square, n: number, shift: number, floor: number): Float64Array => {
  const { values, offset, stride } = a;
  const l = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = values[offset + i * stride + j]!;
      for (let k = 0; k < j; k++) sum -= l[i * n + k]! * l[j * n + k]!;
      l[i * n + j] = i === j ? Math.sqrt(Math.max(sum + shift, floor)) : sum / l[j * n + j]!;
    }
  }
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const pivot = 1 / l[i * n + i]!;
    for (let k = 0; k < i; k++) {
      const factor = l[i * n + k]! * pivot;
      for (let j = 0; j <= k; j++) inverse[i * n + j] = inverse[i * n + j]! - factor * inverse[k * n + j]!;
    }
    inverse[i * n + i] = pivot;
  }
  return inverse;
};

/** The [rows, columns] that start at `offset`, on their own. */
const part = (a: Float32Array, offset: number, stride: number, rows: number, columns: number): Float32Array => {
  const out = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const from = offset + i * stride;
    out.set(a.subarray(from, from + columns), i * columns);
  }
  return out;
};

const place = (
  target: Float32Array,
  side: number,
  top: number,
  left: number,
  block: Float32Array,
  columns: number,
): void => {
  for (let i = 0; i * columns < block.length; i++)
    target.set(block.subarray(i * columns, (i + 1) * columns), (top + i) * side + left);
};

const factorPart = async (
  algebra: LinearAlgebra,
  a: Square & { readonly values: Float32Array },
  n: number,
  shift: number,
  floor: number,
): Promise<Float32Array> => {
  if (n <= baseSide) return Float32Array.from(baseInverseCholesky(a, n, shift, floor));
  const { values, offset, stride } = a;
  const h = n >> 1;
  const r = n - h;
  const first = await factorPart(algebra, a, h, shift, floor);
  // L₂₁ = A₂₁ L₁₁⁻ᵀ, then the Schur complement A₂₂ − L₂₁L₂₁ᵀ.
  const corner = part(values, offset + h * stride, stride, r, h);
  const across = await algebra.matmul(corner, first, { m: r, k: h, n: h, transposeB: true });
  const schur = await algebra.matmul(across, across, { m: r, k: h, n: r, transposeB: true });
  for (let i = 0; i < r; i++) {
    const from = offset + (h + i) * stride + h;
    for (let j = 0; j <= i; j++) schur[i * r + j] = values[from + j]! - schur[i * r + j]!;
  }
  const second = await factorPart(algebra, { values: schur, offset: 0, stride: r }, r, shift, floor);
  const inner = await algebra.matmul(across, first, { m: r, k: h, n: h });
  const below = await algebra.matmul(second, inner, { m: r, k: r, n: h });
  for (let i = 0; i < below.length; i++) below[i] = -below[i]!;
  const out = new Float32Array(n * n);
  place(out, n, 0, 0, first, h);
  place(out, n, h, 0, below, h);
  place(out, n, h, h, second, r);
  return out;
};

/**
 * L⁻¹ float32[n, n], lower triangular, for A + shift·I = LLᵀ; its inverse is L⁻ᵀL⁻¹.
 * @param a float32[n, n], symmetric; left as it is, the lower triangle is read.
 * @param floor smallest squared pivot, so that a matrix singular but for rounding still has an answer.
 */
export const inverseCholesky = (
  algebra: LinearAlgebra,
  a: Float32Array,
  n: number,
  shift = 0,
  floor = 1e-12,
): Promise<Float32Array> => factorPart(algebra, { values: a, offset: 0, stride: n }, n, shift, floor);

/** A⁻¹ float32[n, n] of a symmetric positive definite A. */
export const symmetricInverse = async (algebra: LinearAlgebra, a: Float32Array, n: number): Promise<Float32Array> => {
  const factor = await inverseCholesky(algebra, a, n);
  return algebra.matmul(factor, factor, { m: n, k: n, n, transposeA: true });
};

/** What rounding may leave of a pivot of a small inverse. */
export const leastPivot = 1e-9;

/** A⁻¹ float64[n, n] of a small symmetric positive definite A, in double precision. */
export const smallInverse = (a: Float64Array, n: number): Float64Array => {
  if (n === 1) return Float64Array.of(1 / Math.max(a[0]!, leastPivot));
  const factor = baseInverseCholesky({ values: a, offset: 0, stride: n }, n, 0, leastPivot);
  const out = new Float64Array(n * n);
  for (let k = 0; k < n; k++)
    for (let i = 0; i <= k; i++)
      for (let j = 0; j <= k; j++) out[i * n + j] = out[i * n + j]! + factor[k * n + i]! * factor[k * n + j]!;
  return out;
};
