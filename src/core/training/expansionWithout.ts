import type { LinearAlgebra } from './linearAlgebra.js';
import { smallInverse, symmetricInverse } from './inverseCholesky.js';
import { WinnowError } from '../../base/errors.js';
import type { Expansion, ExpandableSmoother } from './smoother.js';

/** Above this the block is inverted by products of matrices. */
const smallBlock = 64;

/**
 * The expansion of the same fit on all columns but some. Those are given the labels that the fit without them would give
 * them: a point that lies on the curve already does not bend it. y_S = (I − H_SS)⁻¹ H_SR y_R.
 * @param labels float32[trained, classes].  @throws WinnowError 'too-few' when no column is left.
 */
export const expansionWithout = async (
  algebra: LinearAlgebra,
  smoother: ExpandableSmoother,
  left: Int32Array,
  labels: Float32Array,
  classes: number,
): Promise<Expansion> => {
  const size = left.length;
  if (size === 0) return smoother.expansion(labels, classes);
  if (size >= smoother.trained.length) {
    throw new WinnowError('too-few', 'Without this photo and its look-alikes there is nothing to learn from.');
  }
  const given = labels.slice();
  for (const column of left) given.fill(0, column * classes, (column + 1) * classes);
  const fitted = await smoother.fitted(given, classes);
  const block = new Float64Array(size * size);
  const weight = smoother.weights(
    left.map((column) => smoother.trained[column]!),
    left,
  );
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const value = (i === j ? 1 : 0) - weight(i, j);
      block[i * size + j] = value;
      block[j * size + i] = value;
    }
  }
  const inverse =
    size <= smallBlock ? smallInverse(block, size) : await symmetricInverse(algebra, Float32Array.from(block), size);
  for (let i = 0; i < size; i++) {
    for (let c = 0; c < classes; c++) {
      let sum = 0;
      for (let j = 0; j < size; j++) sum += inverse[i * size + j]! * fitted[smoother.trained[left[j]!]! * classes + c]!;
      given[left[i]! * classes + c] = sum;
    }
  }
  return smoother.expansion(given, classes);
};
