/** BatchNormalization, by the file's statistics or by the batch's. */

import { floatAttribute } from '../../../onnx/attributes.js';
import { Laid } from '../laid.js';
import type { Tensor, Tensor1D, Tfjs } from '../tfjs.js';
import type { Operation, Operator } from './operator.js';

/** The tensor with its channels last or second, its axes but the channels', and how a value a channel is spread over it. */
const byChannel = (
  tf: Tfjs,
  x: Laid,
): { readonly tensor: Tensor; readonly axes: number[]; readonly spread: (values: Tensor) => Tensor } => {
  if (x.rank === 4) return { tensor: x.last(), axes: [0, 1, 2], spread: (values) => values };
  const tensor = x.first();
  const axes = tensor.shape.flatMap((_, at) => (at === 1 ? [] : [at]));
  const wide = tensor.shape.map((side, at) => (at === 1 ? side : 1));
  return { tensor, axes, spread: (values) => tf.reshape(values, wide) };
};

const laidAs = (tf: Tfjs, x: Laid, tensor: Tensor): Laid =>
  x.rank === 4 ? Laid.last(tf, tensor as ReturnType<Laid['last']>) : Laid.first(tf, tensor);

/** y = scale (x − mean) / √(variance + ε) + bias, by channel. */
export const batchNormalization: Operator = ({ tf, node, inputs }) => {
  const [x, ...numbers] = inputs as [Laid, ...Laid[]];
  const [scale, bias, mean, variance] = numbers.map((each) => each.first()) as [Tensor, Tensor, Tensor, Tensor];
  const { tensor, spread } = byChannel(tf, x);
  const inverse = tf.rsqrt(tf.add(variance, floatAttribute(node, 'epsilon', 1e-5)));
  const centred = tf.sub(tensor, spread(mean));
  return [laidAs(tf, x, tf.add(tf.mul(centred, spread(tf.mul(scale, inverse))), spread(bias)))];
};

export interface TrainedNormalisation {
  readonly made: Laid;
  /** Running statistics after this batch; the variance without bias, as PyTorch keeps it. */
  readonly mean: Tensor1D;
  readonly variance: Tensor1D;
}

/** As `trainedBatchNorm` writes it. */
export const trainedNormalisation = ({ tf, node, inputs }: Operation): TrainedNormalisation => {
  const [x, ...numbers] = inputs as [Laid, ...Laid[]];
  const [scale, bias, mean, variance] = numbers.map((each) => each.first()) as [Tensor, Tensor, Tensor1D, Tensor1D];
  const { tensor, axes, spread } = byChannel(tf, x);
  const batchMean = tf.mean<Tensor1D>(tensor, axes);
  const centred = tf.sub(tensor, spread(batchMean));
  const batchVariance = tf.mean<Tensor1D>(tf.mul(centred, centred), axes);
  const inverse = tf.rsqrt(tf.add(batchVariance, floatAttribute(node, 'epsilon', 1e-5)));
  const standardised = tf.mul(centred, spread(inverse));
  const keep = floatAttribute(node, 'momentum', 0.9);
  const count = tensor.size / batchMean.size;
  const blend = (running: Tensor1D, batch: Tensor1D, factor: number): Tensor1D =>
    tf.add(tf.mul(running, keep), tf.mul(batch, (1 - keep) * factor));
  return {
    made: laidAs(tf, x, tf.add(tf.mul(standardised, spread(scale)), spread(bias))),
    mean: blend(mean, batchMean, 1),
    variance: blend(variance, batchVariance, count > 1 ? count / (count - 1) : 1),
  };
};
