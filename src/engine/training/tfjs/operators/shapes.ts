/** Operators that move values about and change none. */

import { intAttribute, intsAttribute, stringAttribute } from '../../../onnx/attributes.js';
import { sliceStarts } from '../../gradients/shapes.js';
import { integersOf } from '../../graph/staticNetwork.js';
import { Laid, together } from '../laid.js';
import { unfit, type Operation, type Operator } from './operator.js';

const axisOf = ({ node, shape }: Operation, otherwise: number): number => {
  const rank = shape(node.input[0]!).length;
  return (intAttribute(node, 'axis', otherwise) + rank) % rank;
};

/** Flatten, Reshape, Squeeze, Unsqueeze. */
export const reshape: Operator = ({ tf, node, inputs, shape }) => [
  Laid.first(tf, tf.reshape(inputs[0]!.first(), [...shape(node.output[0]!)])),
];

export const transpose: Operator = ({ tf, node, inputs, shape }) => {
  const x = inputs[0]!;
  const rank = shape(node.input[0]!).length;
  const backwards = Array.from({ length: rank }, (_, at) => rank - 1 - at);
  const perm = intsAttribute(node, 'perm', backwards);
  // Pictures that come with their channels last lie as a convolution wants them; only their name changes.
  if (perm.join() === '0,3,1,2' && !x.isLast) return [Laid.last(tf, x.first() as ReturnType<Laid['last']>)];
  if (perm.join() === '0,2,3,1') return [Laid.first(tf, x.last())];
  return [Laid.first(tf, tf.transpose(x.first(), [...perm]))];
};

export const concat: Operator = (operation) => {
  const { tf, inputs } = operation;
  const axis = axisOf(operation, 0);
  const parts = inputs.map((input) => input!);
  const isLast = parts[0]!.rank === 4 && parts.some((each) => each.isLast);
  const at = isLast ? [0, 3, 1, 2][axis]! : axis;
  return [
    together(tf, isLast ? parts : parts.map((each) => Laid.first(tf, each.first())), (all) => tf.concat([...all], at)),
  ];
};

export const split: Operator = (operation) => {
  const { tf, node, inputs, shape, constants } = operation;
  const axis = axisOf(operation, 0);
  const whole = shape(node.input[0]!);
  const said = integersOf({ constants }, node.input[1]);
  const sizes = node.output.map((name, at) => (name === '' ? (said[at] ?? null) : shape(name)[axis]!));
  const named = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  const rest = (whole[axis]! - named) / Math.max(1, sizes.filter((size) => size === null).length);
  let from = 0;
  return sizes.map((each) => {
    const size = each ?? rest;
    const begin = from;
    from += size;
    return inputs[0]!.along([axis], (tensor, [at]) =>
      tf.slice(
        tensor,
        tensor.shape.map((_, i) => (i === at ? begin : 0)),
        tensor.shape.map((side, i) => (i === at ? size : side)),
      ),
    );
  });
};

export const slice: Operator = ({ tf, node, inputs, shape, constants }) => {
  const whole = shape(node.input[0]!);
  const size = shape(node.output[0]!);
  const starts = sliceStarts({ constants }, node, whole);
  const steps = integersOf({ constants }, node.input[4]);
  if (steps.some((step) => step < 1)) throw unfit('it reads values backwards (Slice with negative steps)');
  const axes = node.input[3] ? integersOf({ constants }, node.input[3]) : steps.map((_, at) => at);
  const strides = whole.map(() => 1);
  axes.forEach((axis, at) => (strides[(axis + whole.length) % whole.length] = steps[at] ?? 1));
  const all = whole.map((_, axis) => axis);
  return [
    inputs[0]!.along(all, (tensor, order) => {
      // `order` says where each of ONNX's axes lies.
      const placed = (values: readonly number[]): number[] => {
        const out = [...values];
        order.forEach((to, axis) => (out[to] = values[axis]!));
        return out;
      };
      if (strides.every((step) => step === 1)) return tf.slice(tensor, placed(starts), placed(size));
      const ends = starts.map((start, axis) => start + (size[axis]! - 1) * strides[axis]! + 1);
      return tf.stridedSlice(tensor, placed(starts), placed(ends), placed(strides));
    }),
  ];
};

/** Constant padding only. */
export const pad: Operator = ({ tf, node, inputs, shape, constants }) => {
  const mode = stringAttribute(node, 'mode', 'constant');
  if (mode !== 'constant' || node.input[3]) throw unfit(`it pads by ${mode} on some axes only`);
  const whole = shape(node.input[0]!);
  const sides = integersOf({ constants }, node.input[1]);
  if (sides.some((side) => side < 0)) throw unfit('it cuts edges off (Pad with negative sides)');
  const value = Number(constants.get(node.input[2] ?? '')?.data[0] ?? 0);
  const all = whole.map((_, axis) => axis);
  return [
    inputs[0]!.along(all, (tensor, order) => {
      const paddings = whole.map((): [number, number] => [0, 0]);
      order.forEach((to, axis) => (paddings[to] = [sides[axis]!, sides[axis + whole.length]!]));
      return tf.pad(tensor, paddings, value);
    }),
  ];
};
