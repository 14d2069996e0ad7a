/** Conv: plain, depthwise, in groups; dilated by a kernel with zeros in it, since TensorFlow.js derives no other. */

import { intAttribute } from '../../../onnx/attributes.js';
import { windowsOf, type Windows } from '../../gradients/windows.js';
import { Laid } from '../laid.js';
import type { Tensor, Tensor4D, Tfjs } from '../tfjs.js';
import type { Operator } from './operator.js';

export const convolution: Operator = ({ tf, node, inputs, shape }) => {
  const [x, w, b] = inputs;
  const [m, perGroup, ...kernel] = shape(node.input[1]!) as [number, number, number, number];
  const [, c] = shape(node.input[0]!) as [number, number];
  const windows = windowsOf(node, kernel, shape(node.input[0]!), shape(node.output[0]!));
  const groups = intAttribute(node, 'group', 1);
  const picture = padded(tf, x!.last(), windows, 0);
  const strides = [...windows.strides] as [number, number];
  let made: Tensor4D;
  // TensorFlow's depthwise kernels take one stride for both sides.
  if (groups === c && perGroup === 1 && groups > 1 && strides[0] === strides[1]) {
    const filter = tf.transpose(tf.reshape(w!.first(), [c, m / c, ...kernel]), [2, 3, 0, 1]);
    made = tf.depthwiseConv2d(picture, spaced(tf, filter, windows), strides, 'valid');
  } else {
    const filter = spaced(tf, tf.transpose(w!.first(), [2, 3, 1, 0]), windows);
    const filters = groups === 1 ? [filter] : tf.split<Tensor4D>(filter, groups, 3);
    const parts = groups === 1 ? [picture] : tf.split<Tensor4D>(picture, groups, 3);
    const each = parts.map((part, at) => tf.conv2d<Tensor4D>(part, filters[at]!, strides, 'valid'));
    made = groups === 1 ? each[0]! : tf.concat4d(each, 3);
  }
  return [Laid.last(tf, b ? tf.add(made, b.first()) : made)];
};

/** As far as the windows reach; rows that none reaches stay. */
export const padded = (tf: Tfjs, x: Tensor4D, { before, after }: Windows, value: number): Tensor4D => {
  const sides = [0, 1].map((at): [number, number] => [before[at]!, Math.max(0, after[at]!)]) as [
    [number, number],
    [number, number],
  ];
  return sides.flat().every((side) => side === 0) ? x : tf.pad(x, [[0, 0], ...sides, [0, 0]], value);
};

/** A kernel [kh, kw, …] with the zeros between its places that a dilation skips. */
const spaced = (tf: Tfjs, filter: Tensor, { kernel, dilations }: Windows): Tensor4D => {
  let made = filter;
  for (const axis of [0, 1] as const) {
    const gap = dilations[axis] - 1;
    if (gap === 0 || kernel[axis] === 1) continue;
    const shape = [...made.shape];
    const apart = [...shape.slice(0, axis + 1), 1, ...shape.slice(axis + 1)];
    const zeros = apart.map((_, at): [number, number] => [0, at === axis + 1 ? gap : 0]);
    const wide = shape.map((side, at) => (at === axis ? side * dilations[axis] : side));
    const size = shape.map((side, at) => (at === axis ? (side - 1) * dilations[axis] + 1 : side));
    made = tf.slice(
      tf.reshape(tf.pad(tf.reshape(made, apart), zeros), wide),
      shape.map(() => 0),
      size,
    );
  }
  return made as Tensor4D;
};
