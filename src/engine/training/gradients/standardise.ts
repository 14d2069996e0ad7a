/**
 * The operator `winnow.Standardise`, which exists only on the tape: x by channel to mean 0 and variance 1 over the batch.
 * Its forward pass is written by `trainedBatchNorm`; input: x, the standardised x itself, 1 / deviation.
 */

import type { Gradient } from './gradient.js';

/** dx = (dy − mean(dy) − x̂ mean(dy x̂)) / deviation. */
export const standardise: Gradient = ({ tape, node, dy }) => {
  const [x, standardised, inverse] = node.input as [string, string, string];
  const axes = tape.integers(...tape.shape(x).flatMap((_, at) => (at === 1 ? [] : [at])));
  const mean = tape.emit('ReduceMean', [dy, axes], { keepdims: 1 });
  const along = tape.emit('ReduceMean', [tape.emit('Mul', [dy, standardised]), axes], { keepdims: 1 });
  const rest = tape.emit('Sub', [tape.emit('Sub', [dy, mean]), tape.emit('Mul', [standardised, along])]);
  tape.give(x, tape.emit('Mul', [rest, inverse]));
};
