/** Softmax and LogSoftmax along one axis. */

import { intAttribute } from '../../onnx/attributes.js';
import type { Backward, Gradient } from './gradient.js';

const axisOf = ({ tape, node }: Backward): string => {
  const rank = tape.shape(node.input[0]!).length;
  return tape.integers((intAttribute(node, 'axis', -1) + rank) % rank);
};

/** dx = y (dy − Σ dy y). */
export const softmax: Gradient = (backward) => {
  const { tape, node, dy } = backward;
  const y = node.output[0]!;
  const along = tape.emit('ReduceSum', [tape.emit('Mul', [dy, y]), axisOf(backward)], { keepdims: 1 });
  tape.give(node.input[0]!, tape.emit('Mul', [y, tape.emit('Sub', [dy, along])]));
};

/** dx = dy − exp(y) Σ dy. */
export const logSoftmax: Gradient = (backward) => {
  const { tape, node, dy } = backward;
  const along = tape.emit('ReduceSum', [dy, axisOf(backward)], { keepdims: 1 });
  const share = tape.emit('Mul', [tape.emit('Exp', [node.output[0]!]), along]);
  tape.give(node.input[0]!, tape.emit('Sub', [dy, share]));
};
