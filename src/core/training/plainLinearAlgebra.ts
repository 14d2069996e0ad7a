/** Matrix products in plain JavaScript, summed in double precision: the oracle of tests and the rung without onnxruntime. */

import { WinnowError } from '../../base/errors.js';
import type { LinearAlgebra, MatmulShape } from './linearAlgebra.js';

/** `a` [rows, columns] as [columns, rows]. */
const transposed = (a: Float32Array, rows: number, columns: number): Float32Array => {
  const out = new Float32Array(a.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = a[i * columns + j]!;
  return out;
};

const product = (a: Float32Array, b: Float32Array, shape: MatmulShape): Float32Array => {
  const { m, k, n } = shape;
  if (a.length !== m * k || b.length !== k * n)
    throw new WinnowError(
      'bad-shape',
      `A product of [${m}, ${k}] and [${k}, ${n}] got ${a.length} and ${b.length} numbers.`,
    );
  const left = shape.transposeA ? transposed(a, k, m) : a;
  const right = shape.transposeB ? transposed(b, n, k) : b;
  const out = new Float32Array(m * n);
  const row = new Float64Array(n);
  for (let i = 0; i < m; i++) {
    row.fill(0);
    for (let l = 0; l < k; l++) {
      const factor = left[i * k + l]!;
      if (factor === 0) continue;
      const start = l * n;
      for (let j = 0; j < n; j++) row[j] = row[j]! + factor * right[start + j]!;
    }
    out.set(row, i * n);
  }
  return out;
};

export const plainLinearAlgebra: LinearAlgebra = {
  matmul: (a, b, shape) => Promise.resolve().then(() => product(a, b, shape)),
};
