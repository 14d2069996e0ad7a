/** Gemm and MatMul. */

import { floatAttribute, intAttribute } from '../../../onnx/attributes.js';
import { Laid } from '../laid.js';
import type { Tensor } from '../tfjs.js';
import type { Operator } from './operator.js';

/** Y = alpha A' B' + beta C. */
export const gemm: Operator = ({ tf, node, inputs }) => {
  const [a, b, c] = inputs.map((input) => input?.first());
  const turned = (name: string): boolean => intAttribute(node, name, 0) === 1;
  const scaled = (tensor: Tensor, factor: number): Tensor => (factor === 1 ? tensor : tf.mul(tensor, factor));
  const product = scaled(tf.matMul(a!, b!, turned('transA'), turned('transB')), floatAttribute(node, 'alpha', 1));
  return [Laid.first(tf, c ? tf.add(product, scaled(c, floatAttribute(node, 'beta', 1))) : product)];
};

export const matMul: Operator = ({ tf, node, inputs, shape }) => {
  const [a, b] = [inputs[0]!.first(), inputs[1]!.first()];
  const out = [...shape(node.output[0]!)];
  if (b.rank === 2) {
    // One matrix for the whole stack: its rows are one long list.
    const rows = tf.reshape(a, [-1, a.shape.at(-1)!]);
    return [Laid.first(tf, tf.reshape(tf.matMul(rows, b), out))];
  }
  // TensorFlow.js would not sum the gradient of a matrix that is used more than once.
  const stack = out.slice(0, -2);
  const whole = (tensor: Tensor): Tensor => {
    const wide = [...stack, ...tensor.shape.slice(-2)];
    return wide.every((side, at) => side === tensor.shape[at]) ? tensor : tf.broadcastTo(tensor, wide);
  };
  return [Laid.first(tf, tf.matMul(whole(a), whole(b)))];
};
