/** Operators that look at one value at a time. Where TensorFlow.js derives a kink otherwise than we do, the way back is said here. */

import { floatAttribute } from '../../../onnx/attributes.js';
import { rootFloor } from '../../gradients/elementwise.js';
import { together } from '../laid.js';
import type { Tensor, Tfjs } from '../tfjs.js';
import type { Operation, Operator } from './operator.js';

const mapped =
  (change: (tensor: Tensor, operation: Operation) => Tensor): Operator =>
  (operation) => [operation.inputs[0]!.map((tensor) => change(tensor, operation))];

const combined =
  (change: (tf: Tfjs, left: Tensor, right: Tensor) => Tensor): Operator =>
  ({ tf, inputs }) => [
    inputs.map((input) => input!).reduce((left, right) => together(tf, [left, right], ([a, b]) => change(tf, a!, b!))),
  ];

/** Nothing flows back where the value was cut, nor at the limits themselves. */
const clipped = (tf: Tfjs, x: Tensor, low: number, high: number): Tensor =>
  tf.customGrad((value, save) => {
    const given = value as Tensor;
    (save as (tensors: Tensor[]) => void)([given]);
    return {
      value: tf.clipByValue(given, low, high),
      gradFunc: (dy: Tensor, saved: Tensor[]) =>
        tf.mul(dy, tf.cast(tf.logicalAnd(tf.greater(saved[0]!, low), tf.less(saved[0]!, high)), 'float32')),
    };
  })(x);

const largestFloat = 3.4028234663852886e38;

export const identity: Operator = ({ inputs }) => [inputs[0]!];
export const relu = mapped((x, { tf }) => tf.relu(x));
export const leakyRelu = mapped((x, { tf, node }) => tf.leakyRelu(x, floatAttribute(node, 'alpha', 0.01)));
export const sigmoid = mapped((x, { tf }) => tf.sigmoid(x));
export const tanh = mapped((x, { tf }) => tf.tanh(x));
export const exp = mapped((x, { tf }) => tf.exp(x));
export const log = mapped((x, { tf }) => tf.log(x));
export const neg = mapped((x, { tf }) => tf.neg(x));
export const add = combined((tf, a, b) => tf.add(a, b));
export const sub = combined((tf, a, b) => tf.sub(a, b));
export const mul = combined((tf, a, b) => tf.mul(a, b));
export const div = combined((tf, a, b) => tf.div(a, b));

export const clip = mapped((x, { tf, node, constants }) => {
  const limit = (at: number, otherwise: number): number =>
    Number(constants.get(node.input[at] ?? '')?.data[0] ?? otherwise);
  return clipped(tf, x, limit(1, -largestFloat), limit(2, largestFloat));
});

export const hardSigmoid = mapped((x, { tf, node }) =>
  clipped(tf, tf.add(tf.mul(x, floatAttribute(node, 'alpha', 0.2)), floatAttribute(node, 'beta', 0.5)), 0, 1),
);

export const hardSwish = mapped((x, { tf }) => tf.mul(x, clipped(tf, tf.add(tf.mul(x, 1 / 6), 0.5), 0, 1)));

/** The slope at a root of 0 stops at the floor's. */
export const sqrt = mapped((x, { tf }) =>
  tf.customGrad((value, save) => {
    const root = tf.sqrt(value as Tensor);
    (save as (tensors: Tensor[]) => void)([root]);
    return {
      value: root,
      gradFunc: (dy: Tensor, saved: Tensor[]) => tf.div(tf.mul(dy, 0.5), tf.maximum(saved[0]!, rootFloor)),
    };
  })(x),
);
