/** Averages and maxima over whole axes, and softmax along one. */

import { intAttribute } from '../../../onnx/attributes.js';
import { reducedAxes } from '../../gradients/reductions.js';
import { Laid } from '../laid.js';
import type { Tensor, Tfjs } from '../tfjs.js';
import type { Operation, Operator } from './operator.js';

const spatialAxes = ({ node, shape }: Operation): number[] =>
  shape(node.input[0]!).flatMap((_, at) => (at < 2 ? [] : [at]));

const listedAxes = ({ node, shape, constants }: Operation): number[] =>
  reducedAxes({ constants }, node, shape(node.input[0]!).length);

const reduced =
  (
    axesOf: (operation: Operation) => number[],
    reduce: (tf: Tfjs, tensor: Tensor, axes: number[]) => Tensor,
  ): Operator =>
  (operation) => {
    const { tf, inputs, node, shape } = operation;
    const kept = inputs[0]!.along(axesOf(operation), (tensor, axes) => reduce(tf, tensor, axes));
    // Axes of length 1 are not in the way where the result keeps them.
    const wanted = shape(node.output[0]!);
    return [kept.rank === wanted.length ? kept : Laid.first(tf, tf.reshape(kept.first(), [...wanted]))];
  };

const mean = (tf: Tfjs, tensor: Tensor, axes: number[]): Tensor => tf.mean(tensor, axes, true);

/** Equal maxima share what flows back. */
const most = (tf: Tfjs, tensor: Tensor, axes: number[]): Tensor =>
  tf.customGrad((value, save) => {
    const given = value as Tensor;
    const made: Tensor = tf.max(given, axes, true);
    (save as (tensors: Tensor[]) => void)([given, made]);
    return {
      value: made,
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const mask = tf.cast(tf.equal(saved[0]!, saved[1]!), 'float32');
        return tf.mul(mask, tf.div(dy, tf.sum(mask, axes, true)));
      },
    };
  })(tensor);

export const globalAveragePool = reduced(spatialAxes, mean);
export const reduceMean = reduced(listedAxes, mean);
export const globalMaxPool = reduced(spatialAxes, most);
export const reduceMax = reduced(listedAxes, most);

const alongAxis =
  (change: (tf: Tfjs, tensor: Tensor) => Tensor): Operator =>
  ({ tf, node, inputs, shape }) => {
    const rank = shape(node.input[0]!).length;
    const axis = (intAttribute(node, 'axis', -1) + rank) % rank;
    if (rank === 4 && axis === 1) return [Laid.last(tf, change(tf, inputs[0]!.last()) as ReturnType<Laid['last']>)];
    const x = inputs[0]!.first();
    if (axis === rank - 1) return [Laid.first(tf, change(tf, x))];
    // Swapped with the last one, and back.
    const perm = x.shape.map((_, at) => (at === axis ? rank - 1 : at === rank - 1 ? axis : at));
    return [Laid.first(tf, tf.transpose(change(tf, tf.transpose(x, perm)), perm))];
  };

export const softmax = alongAxis((tf, tensor) => tf.softmax(tensor));
export const logSoftmax = alongAxis((tf, tensor) => tf.logSoftmax(tensor));
