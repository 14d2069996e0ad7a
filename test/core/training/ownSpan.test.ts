import { expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/random.js';
import { ownSpan } from '../../../src/core/training/ownSpan.js';
import { plainLinearAlgebra as algebra } from '../../../src/core/training/plainLinearAlgebra.js';

it('keeps lengths, angles and what weights answer, with two copies of a row among the rows', async () => {
  const [n, width] = [40, 300];
  const random = seededRandom(4);
  const rows = Float32Array.from({ length: n * width }, () => random.normal());
  rows.copyWithin(width, 0, width);
  const products = (of: Float32Array, w: number): Promise<Float32Array> =>
    algebra.matmul(of, of, { m: n, k: w, n, transposeB: true });
  const span = await ownSpan(algebra, rows, n, width);
  const [before, after] = [await products(rows, width), await products(span.rows, n)];
  for (const [at, value] of before.entries()) expect(Math.abs(after[at]! - value)).toBeLessThan(0.03);

  const weights = Float32Array.from({ length: 2 * n }, () => random.normal());
  const told = await algebra.matmul(span.rows, weights, { m: n, k: n, n: 2, transposeB: true });
  const back = await span.back(weights, 2);
  const same = await algebra.matmul(rows, back, { m: n, k: width, n: 2, transposeB: true });
  for (const [at, value] of told.entries()) expect(same[at]).toBeCloseTo(value, 2);
  // The penalty on weights is that on what they become, but for the direction that the copy does not have.
  const squares = (some: Float32Array): number => some.reduce((sum, value) => sum + value * value, 0);
  expect(squares(back) / squares(weights)).toBeCloseTo(1, 1);
});
