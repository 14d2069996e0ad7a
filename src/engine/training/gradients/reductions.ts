/** Averages and maxima over whole axes. */

import { intAttribute } from '../../onnx/attributes.js';
import type { OnnxNode } from '../../onnx/onnxModel.js';
import { integersOf, type Shape } from '../graph/staticNetwork.js';
import type { Backward, Gradient } from './gradient.js';

const spread = (
  { tape, node, dy }: Backward,
  axes: readonly number[],
): { readonly kept: Shape; readonly wide: string } => {
  const shape = tape.shape(node.input[0]!);
  const kept = shape.map((side, at) => (axes.includes(at) ? 1 : side));
  return { kept, wide: tape.reshape(dy, kept) };
};

const spatialAxes = (shape: Shape): number[] => shape.flatMap((_, at) => (at < 2 ? [] : [at]));

/** Of ReduceMean and ReduceMax on a tensor of `rank`. */
export const reducedAxes = (network: Parameters<typeof integersOf>[0], node: OnnxNode, rank: number): number[] => {
  const axes = integersOf(network, node.input[1]);
  if (axes.length === 0 && intAttribute(node, 'noop_with_empty_axes', 0) === 1) return [];
  return axes.length === 0 ? Array.from({ length: rank }, (_, at) => at) : axes.map((axis) => (axis + rank) % rank);
};

const axesOf = ({ tape, node }: Backward): number[] => reducedAxes(tape, node, tape.shape(node.input[0]!).length);

const meanOver = (backward: Backward, axes: readonly number[]): void => {
  const { tape, node } = backward;
  const shape = tape.shape(node.input[0]!);
  const count = axes.reduce((product, axis) => product * shape[axis]!, 1);
  const share = tape.emit('Mul', [spread(backward, axes).wide, tape.number(1 / count)]);
  tape.give(node.input[0]!, tape.emit('Expand', [share, tape.integers(...shape)]));
};

export const globalAveragePool: Gradient = (backward) => {
  meanOver(backward, spatialAxes(backward.tape.shape(backward.node.input[0]!)));
};
export const reduceMean: Gradient = (backward) => {
  meanOver(backward, axesOf(backward));
};

/** Equal maxima share. */
const maximumOver = (backward: Backward, axes: readonly number[]): void => {
  const { tape, node } = backward;
  const x = node.input[0]!;
  const { kept, wide } = spread(backward, axes);
  const mask = tape.emit('Cast', [tape.emit('Equal', [x, tape.reshape(node.output[0]!, kept)])], { to: 1 });
  const count = tape.emit('ReduceSum', [mask, tape.integers(...axes)], { keepdims: 1 });
  tape.give(x, tape.emit('Mul', [mask, tape.emit('Div', [wide, count])]));
};

export const globalMaxPool: Gradient = (backward) => {
  maximumOver(backward, spatialAxes(backward.tape.shape(backward.node.input[0]!)));
};
export const reduceMax: Gradient = (backward) => {
  maximumOver(backward, axesOf(backward));
};
