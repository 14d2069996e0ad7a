/** Matrix products by onnxruntime on all cores: the heavy half of every fit. */

import { availableParallelism } from 'node:os';
import { WinnowError } from '../../base/errors.js';
import type { LinearAlgebra, MatmulShape } from '../../core/training/linearAlgebra.js';
import { matmulModel } from './matmulModel.js';
import { openSession } from './openSession.js';
import { floatsOf, type TensorSession } from './tensorSession.js';

/** Below this a call across the binding costs more than the product. */
const smallProduct = 32_768;
/** A run blocks the thread; larger products go in slices of rows, so that a cancel is heard in between. */
const defaultSlice = 4e9;

/** @param sliceProduct multiplications a run, at most. */
export const createLinearAlgebra = (threads = availableParallelism(), sliceProduct = defaultSlice): LinearAlgebra => {
  const sessions = new Map<string, Promise<TensorSession>>();
  const sessionFor = (transposeA: boolean, transposeB: boolean): Promise<TensorSession> => {
    const key = `${transposeA}${transposeB}`;
    let session = sessions.get(key);
    if (!session) {
      session = openSession(matmulModel(transposeA, transposeB), { threads, keepsArena: false });
      sessions.set(key, session);
    }
    return session;
  };
  return {
    matmul: async (a, b, shape) => {
      const { m, k, n, transposeA = false, transposeB = false } = shape;
      if (a.length !== m * k || b.length !== k * n) {
        throw new WinnowError(
          'bad-shape',
          `${a.length} and ${b.length} values do not make [${m}, ${k}] × [${k}, ${n}]`,
        );
      }
      if (m * n * k === 0) return new Float32Array(m * n);
      if (m * n * k <= smallProduct) return multiply(a, b, shape);
      const session = await sessionFor(transposeA, transposeB);
      const times = async (rows: Float32Array, count: number): Promise<Float32Array> => {
        const { c } = await session.run({
          a: { type: 'float32', dims: transposeA ? [k, count] : [count, k], data: rows },
          b: { type: 'float32', dims: transposeB ? [n, k] : [k, n], data: b },
        });
        return floatsOf(c, 'product');
      };
      const slice = Math.max(1, Math.floor(sliceProduct / (k * n)));
      if (transposeA || slice >= m) return times(a, m);
      const product = new Float32Array(m * n);
      for (let from = 0; from < m; from += slice) {
        const to = Math.min(m, from + slice);
        product.set(await times(a.subarray(from * k, to * k), to - from), from * n);
      }
      return product;
    },
  };
};

const multiply = (a: Float32Array, b: Float32Array, shape: MatmulShape): Float32Array => {
  const { m, k, n, transposeA = false, transposeB = false } = shape;
  const product = new Float32Array(m * n);
  const [rowA, stepA] = transposeA ? [1, m] : [k, 1];
  const [stepB, columnB] = transposeB ? [1, k] : [n, 1];
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let l = 0; l < k; l++) sum += a[i * rowA + l * stepA]! * b[l * stepB + j * columnB]!;
      product[i * n + j] = sum;
    }
  }
  return product;
};
