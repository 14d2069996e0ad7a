/** MaxPool and AveragePool. */

import { intAttribute, intsAttribute } from '../../../onnx/attributes.js';
import { sharesOf, windowsOf, type Windows } from '../../gradients/windows.js';
import { Laid } from '../laid.js';
import { padded } from './convolution.js';
import { unfit, type Operation, type Operator } from './operator.js';

const pairs = ({ kernel, strides }: Windows): [[number, number], [number, number]] => [[...kernel], [...strides]];

const windowsOfPool = ({ node, shape }: Operation): Windows => {
  const kernel = intsAttribute(node, 'kernel_shape', [1, 1]);
  const windows = windowsOf(node, kernel, shape(node.input[0]!), shape(node.output[0]!));
  if (windows.dilations.some((side) => side !== 1)) throw unfit(`its ${node.opType} is dilated`);
  return windows;
};

export const maxPool: Operator = (operation) => {
  const { tf, inputs } = operation;
  const windows = windowsOfPool(operation);
  const [kernel, strides] = pairs(windows);
  return [Laid.last(tf, tf.maxPool(padded(tf, inputs[0]!.last(), windows, -3.4e38), kernel, strides, 'valid'))];
};

export const averagePool: Operator = (operation) => {
  const { tf, node, inputs, shape } = operation;
  const windows = windowsOfPool(operation);
  const [kernel, strides] = pairs(windows);
  const [, , height, width] = shape(node.input[0]!) as [number, number, number, number];
  const places = kernel[0] * kernel[1];
  const shares = sharesOf(windows, intAttribute(node, 'count_include_pad', 0) === 1, height, width);
  const mean = tf.avgPool(padded(tf, inputs[0]!.last(), windows, 0), kernel, strides, 'valid');
  if (shares.every((share) => share === shares[0]) && Math.abs(shares[0]! * places - 1) < 1e-6) {
    return [Laid.last(tf, mean)];
  }
  const factors = tf.tensor4d(
    shares.map((share) => share * places),
    [1, ...windows.out, 1],
  );
  return [Laid.last(tf, tf.mul(mean, factors))];
};
