/** BatchNormalization as it trains: by the mean and variance of the batch, while running ones are kept for later. */

import { floatAttribute } from '../../onnx/attributes.js';
import { node } from '../../onnx/build.js';
import type { OnnxNode } from '../../onnx/onnxModel.js';
import type { Tape } from './tape.js';

export interface RunningStatistics {
  /** Names of the running mean and variance after this step. */
  readonly mean: string;
  readonly variance: string;
}

/** @returns the running statistics after this batch; the variance without bias, as PyTorch keeps it. */
export const trainedBatchNorm = (tape: Tape, made: OnnxNode): RunningStatistics => {
  const [x, scale, bias, mean, variance] = made.input as [string, string, string, string, string];
  const shape = tape.shape(x);
  const channels = shape[1]!;
  const perChannel = [1, channels, ...shape.slice(2).map(() => 1)];
  const axes = tape.integers(...shape.flatMap((_, at) => (at === 1 ? [] : [at])));
  const batchMean = tape.emit('ReduceMean', [x, axes], { keepdims: 1 });
  const centred = tape.emit('Sub', [x, batchMean]);
  const batchVariance = tape.emit('ReduceMean', [tape.emit('Mul', [centred, centred]), axes], { keepdims: 1 });
  const epsilon = tape.number(floatAttribute(made, 'epsilon', 1e-5));
  const inverse = tape.emit('Reciprocal', [tape.emit('Sqrt', [tape.emit('Add', [batchVariance, epsilon])])]);
  const standardised = tape.emit('Mul', [centred, inverse], {}, `${made.output[0]!}/standardised`);
  tape.declare(standardised, shape, tape.isMoving(x));
  tape.follow(node('winnow.Standardise', [x, standardised, inverse], standardised));
  const turned = (name: string): string => {
    const wide = tape.apply('Reshape', [name, tape.integers(...perChannel)], perChannel);
    return wide;
  };
  const scaled = tape.apply('Mul', [standardised, turned(scale)], shape);
  tape.apply('Add', [scaled, turned(bias)], shape, {}, made.output[0]);

  const keep = floatAttribute(made, 'momentum', 0.9);
  const count = shape.reduce((product, side) => product * side, 1) / channels;
  const blend = (running: string, batch: string, factor: number): string =>
    tape.emit('Add', [
      tape.emit('Mul', [running, tape.number(keep)]),
      tape.emit('Mul', [tape.reshape(batch, [channels]), tape.number((1 - keep) * factor)]),
    ]);
  return {
    mean: blend(mean, batchMean, 1),
    variance: blend(variance, batchVariance, count > 1 ? count / (count - 1) : 1),
  };
};
