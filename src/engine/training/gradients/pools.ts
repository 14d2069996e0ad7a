/** MaxPool and AveragePool. */

import { intAttribute, intsAttribute } from '../../onnx/attributes.js';
import type { Gradient } from './gradient.js';
import { backAttributes, sharesOf, tapsOf, windowsOf } from './windows.js';

/** To the first of equal maxima, as in PyTorch. */
export const maxPool: Gradient = ({ tape, node, dy }) => {
  const x = node.input[0]!;
  const y = node.output[0]!;
  const [n, c, h, w] = tape.shape(x) as [number, number, number, number];
  const kernel = intsAttribute(node, 'kernel_shape', [1, 1]);
  const windows = windowsOf(node, kernel, tape.shape(x), tape.shape(y));
  const [rows, columns] = windows.out;
  const { before, after, strides } = windows;
  const pads = [0, 0, ...before, 0, 0, Math.max(0, after[0]), Math.max(0, after[1])];
  const padded = pads.every((side) => side === 0)
    ? x
    : tape.emit('Pad', [x, tape.integers(...pads), tape.number(-3.4e38)]);
  const one = tape.number(1);
  let free: string | null = null;
  const taps = tapsOf(windows).map(([row, column]) => {
    const seen = tape.emit('Slice', [
      padded,
      tape.integers(row, column),
      tape.integers(row + (rows - 1) * strides[0] + 1, column + (columns - 1) * strides[1] + 1),
      tape.integers(2, 3),
      tape.integers(...strides),
    ]);
    const isIt = tape.emit('Cast', [tape.emit('Equal', [seen, y])], { to: 1 });
    const taken = free === null ? isIt : tape.emit('Mul', [isIt, free]);
    const left = tape.emit('Sub', [one, isIt]);
    free = free === null ? left : tape.emit('Mul', [free, left]);
    return tape.reshape(tape.emit('Mul', [dy, taken]), [n * c, 1, rows, columns]);
  });
  // Each tap goes back to its own place: a transposed convolution with one 1 a tap.
  const count = taps.length;
  const back = new Float32Array(count * count);
  for (let at = 0; at < count; at++) back[at * count + at] = 1;
  const weights = tape.vector(back, [count, 1, ...windows.kernel]);
  const stacked = count === 1 ? taps[0]! : tape.emit('Concat', taps, { axis: 1 });
  tape.give(x, tape.reshape(tape.emit('ConvTranspose', [stacked, weights], backAttributes(windows)), [n, c, h, w]));
};

export const averagePool: Gradient = ({ tape, node, dy }) => {
  const x = node.input[0]!;
  const shape = tape.shape(x);
  const [n, c, h, w] = shape as [number, number, number, number];
  const kernel = intsAttribute(node, 'kernel_shape', [1, 1]);
  const windows = windowsOf(node, kernel, shape, tape.shape(node.output[0]!));
  const [rows, columns] = windows.out;
  const shares = sharesOf(windows, intAttribute(node, 'count_include_pad', 0) === 1, h, w);
  const shared = tape.emit('Mul', [dy, tape.vector(shares, [1, 1, rows, columns])]);
  const ones = tape.vector(new Float32Array(kernel[0]! * kernel[1]!).fill(1), [1, 1, ...windows.kernel]);
  const stacked = tape.reshape(shared, [n * c, 1, rows, columns]);
  tape.give(x, tape.reshape(tape.emit('ConvTranspose', [stacked, ones], backAttributes(windows)), shape));
};
