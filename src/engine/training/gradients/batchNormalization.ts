/** BatchNormalization with the statistics it was given (frozen); with those of the batch it is spelled out by `trainedBatchNorm`. */

import { floatAttribute } from '../../onnx/attributes.js';
import type { Gradient } from './gradient.js';

/** y = scale (x − mean) / √(variance + ε) + bias, by channel. */
export const batchNormalization: Gradient = ({ tape, node, dy }) => {
  const [x, scale, bias, mean, variance] = node.input as [string, string, string, string, string];
  const shape = tape.shape(x);
  const perChannel = [1, shape[1]!, ...shape.slice(2).map(() => 1)];
  const axes = shape.flatMap((_, at) => (at === 1 ? [] : [at]));
  const epsilon = tape.number(floatAttribute(node, 'epsilon', 1e-5));
  const inverse = tape.emit('Reciprocal', [tape.emit('Sqrt', [tape.emit('Add', [variance, epsilon])])]);
  if (tape.isMoving(x)) {
    const slope = tape.reshape(tape.emit('Mul', [scale, inverse]), perChannel);
    tape.give(x, tape.emit('Mul', [dy, slope]));
  }
  if (tape.isMoving(scale)) {
    const centred = tape.emit('Sub', [x, tape.reshape(mean, perChannel)]);
    const along = tape.emit('ReduceSum', [tape.emit('Mul', [dy, centred]), tape.integers(...axes)], { keepdims: 0 });
    tape.give(scale, tape.emit('Mul', [along, inverse]));
  }
  if (tape.isMoving(bias)) tape.give(bias, tape.emit('ReduceSum', [dy, tape.integers(...axes)], { keepdims: 0 }));
};
