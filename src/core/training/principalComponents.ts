import { seededRandom } from '../../base/random.js';
import type { LinearAlgebra } from './linearAlgebra.js';

const passes = 4;
const rowsAtOnce = 4096;

/**
 * float32[n, width]: the rows, centred, on their first principal components, largest first.
 * @param rows float32[n, d].  @param width at most d.
 */
export const principalComponents = async (
  algebra: LinearAlgebra,
  rows: Float32Array,
  d: number,
  width: number,
  seed: number,
): Promise<Float32Array> => {
  const mean = meanOf(rows, d);
  const basis = await principalBasis(algebra, rows, d, width, seed, mean);
  return byVariance(await projected(algebra, rows, d, basis, width, mean), rows.length / d, width);
};

/**
 * float32[d, width]: orthonormal columns that span about the first principal components; by subspace iteration from a
 * seeded start (Halko, Martinsson and Tropp 2011).
 * @param mean taken off each row; without, products of rows are what is kept best.
 */
export const principalBasis = async (
  algebra: LinearAlgebra,
  rows: Float32Array,
  d: number,
  width: number,
  seed: number,
  mean: Float64Array = new Float64Array(d),
): Promise<Float32Array> => {
  const random = seededRandom(seed);
  let basis = orthonormal(
    Float32Array.from({ length: d * width }, () => random.normal()),
    d,
    width,
  );
  for (let pass = 0; pass < passes; pass++) {
    const onto = await projected(algebra, rows, d, basis, width, mean);
    const sums = new Float64Array(width);
    for (let at = 0; at < onto.length; at++) sums[at % width]! += onto[at]!;
    const next = await algebra.matmul(rows, onto, { m: d, k: rows.length / d, n: width, transposeA: true });
    for (let at = 0; at < next.length; at++) next[at] = next[at]! - mean[Math.floor(at / width)]! * sums[at % width]!;
    basis = orthonormal(next, d, width);
  }
  return basis;
};

const meanOf = (rows: Float32Array, d: number): Float64Array => {
  const mean = new Float64Array(d);
  for (let at = 0; at < rows.length; at++) mean[at % d] = mean[at % d]! + (rows[at]! * d) / rows.length;
  return mean;
};

/** float32[n, width]: the rows less `mean` on the basis. A centred copy of the rows would take as much memory again: what centring changes is taken off the small products. */
const projected = async (
  algebra: LinearAlgebra,
  rows: Float32Array,
  d: number,
  basis: Float32Array,
  width: number,
  mean: Float64Array,
): Promise<Float32Array> => {
  const off = new Float64Array(width);
  for (let at = 0; at < basis.length; at++) off[at % width]! += mean[Math.floor(at / width)]! * basis[at]!;
  const n = rows.length / d;
  const out = new Float32Array(n * width);
  for (let from = 0; from < n; from += rowsAtOnce) {
    const m = Math.min(rowsAtOnce, n - from);
    const part = rows.subarray(from * d, (from + m) * d);
    out.set(await algebra.matmul(part, basis, { m, k: d, n: width }), from * width);
  }
  for (let at = 0; at < out.length; at++) out[at] = out[at]! - off[at % width]!;
  return out;
};

/** Columns made orthonormal, in their order; a column that is nothing but the others becomes zero. @param basis float32[d, width]. */
const orthonormal = (basis: Float32Array, d: number, width: number): Float32Array => {
  const columns = Array.from({ length: width }, (_, c) =>
    Float64Array.from({ length: d }, (_each, row) => basis[row * width + c]!),
  );
  columns.forEach((column, c) => {
    const before = norm(column);
    // Twice: once leaves rounding behind.
    for (let round = 0; round < 2; round++) {
      for (const other of columns.slice(0, c)) {
        let dot = 0;
        for (let row = 0; row < d; row++) dot += column[row]! * other[row]!;
        for (let row = 0; row < d; row++) column[row] = column[row]! - dot * other[row]!;
      }
    }
    const length = norm(column);
    const factor = length > 1e-7 * before ? 1 / length : 0;
    for (let row = 0; row < d; row++) column[row] = column[row]! * factor;
  });
  const out = new Float32Array(d * width);
  columns.forEach((column, c) => column.forEach((value, row) => (out[row * width + c] = value)));
  return out;
};

const norm = (column: Float64Array): number => Math.sqrt(column.reduce((sum, value) => sum + value * value, 0));

const byVariance = (scores: Float32Array, n: number, width: number): Float32Array => {
  const variance = new Float64Array(width);
  for (let at = 0; at < scores.length; at++) variance[at % width] = variance[at % width]! + scores[at]! ** 2;
  const order = [...variance.keys()].sort((a, b) => variance[b]! - variance[a]!);
  const out = new Float32Array(scores.length);
  for (let i = 0; i < n; i++) order.forEach((from, to) => (out[i * width + to] = scores[i * width + from]!));
  return out;
};
