/** Whether a device trains as the CPU does: a few steps of a tiny network on both. Run in a process that may die of it. */

import { seededRandom } from '../../base/random.js';
import type { SelfTestResult } from '../../protocol/training.js';
import { floats, node } from '../onnx/build.js';
import { writeOnnx, type OnnxGraph } from '../onnx/onnxModel.js';
import { openStateful } from '../session/statefulSession.js';
import type { Tensor } from '../session/tensorSession.js';
import { copyGraph } from './copyGraph.js';
import { makeHead, type HeadKind } from './graph/head.js';
import { staticNetwork } from './graph/staticNetwork.js';
import { scheduleOf, trainingGraph, type TrainingGraph, type TrainingGraphOptions } from './graph/trainingGraph.js';

const batch = 4;
const side = 12;
const classes = 3;
const steps = 10;

export const trainingSelfTest = async (device: 'cpu' | 'webgpu'): Promise<SelfTestResult> => {
  const asked = await trainTiny(device);
  if (device === 'webgpu' && asked.provider !== 'webgpu') {
    return { provider: asked.provider, difference: null, stepMs: asked.stepMs };
  }
  const reference = await trainTiny('cpu');
  let largest = 1e-6;
  let difference = 0;
  reference.weights.forEach((weight, at) => {
    largest = Math.max(largest, Math.abs(weight));
    const apart = Math.abs(weight - asked.weights[at]!);
    // A device that answers with no numbers is as wrong as can be.
    difference = Math.max(difference, Number.isFinite(apart) ? apart : Infinity);
  });
  return { provider: asked.provider, difference: difference / largest, stepMs: asked.stepMs };
};

/** Convolution, depthwise convolution, residual sum, both pools' head. */
const tinyNetwork = (): OnnxGraph => {
  const random = seededRandom(1);
  const weights = (name: string, ...dims: number[]): ReturnType<typeof floats> => {
    const length = dims.reduce((product, each) => product * each, 1);
    const scale = Math.sqrt(2 / (length / dims[0]!));
    return floats(
      name,
      dims,
      Float32Array.from({ length }, () => scale * random.normal()),
    );
  };
  return {
    node: [
      node('Conv', ['picture', 'w1', 'b1'], 'c1', { kernel_shape: [3, 3], strides: [2, 2], pads: [0, 0, 1, 1] }),
      node('Relu', ['c1'], 'r1'),
      node('Conv', ['r1', 'w2', 'b2'], 'c2', { kernel_shape: [3, 3], pads: [1, 1, 1, 1], group: 8 }),
      node('Add', ['c2', 'r1'], 's2'),
      node('Conv', ['s2', 'w3', 'b3'], 'features', { kernel_shape: [1, 1] }),
    ],
    initializer: [
      weights('w1', 8, 3, 3, 3),
      floats('b1', [8], new Float32Array(8)),
      weights('w2', 8, 1, 3, 3),
      floats('b2', [8], new Float32Array(8)),
      weights('w3', 12, 8, 1, 1),
      floats('b3', [12], new Float32Array(12)),
    ],
    input: [],
    output: [],
    valueInfo: [],
  };
};

export interface TinyTraining {
  readonly options: TrainingGraphOptions;
  readonly graph: TrainingGraph;
  readonly feeds: (step: number) => Readonly<Record<string, Tensor>>;
}

/** A training of the tiny network, whoever computes it: the same photos in each step. @param step from 1. */
export const tinyTraining = async (headKind: HeadKind = 'concat-pool'): Promise<TinyTraining> => {
  const shape = [batch, 3, side, side];
  const body = await staticNetwork(tinyNetwork(), 'picture', shape, ['features']);
  const head = makeHead(headKind, 'features', [12, side / 2, side / 2], classes, { dropout: 0, seed: 1 });
  const groupOf = (_: unknown, isHead: boolean): number => (isHead ? 1 : 0);
  const options: TrainingGraphOptions = { body, head, classes, groupOf, bodyNorm: 'batch' };
  const graph = trainingGraph(options, 'the self-test');
  const random = seededRandom(2);
  const pictures = Float32Array.from({ length: batch * 3 * side * side }, () => random.normal());
  const target = Float32Array.from({ length: batch * classes }, (_, at) =>
    at % classes === Math.floor(at / classes) % classes ? 1 : 0,
  );
  const feeds = (step: number): Record<string, Tensor> => {
    const settings = { rates: [1e-3, 1e-3], momentum: 0.9, weightDecay: 0.01, stepOf: () => step };
    const schedule = scheduleOf(graph.vectors, settings);
    return {
      picture: { type: 'float32', dims: shape, data: pictures },
      target: { type: 'float32', dims: [batch, classes], data: target },
      schedule: { type: 'float32', dims: [schedule.length], data: schedule },
    };
  };
  return { options, graph, feeds };
};

const trainTiny = async (
  device: 'cpu' | 'webgpu',
): Promise<{ readonly provider: string; readonly weights: number[]; readonly stepMs: number }> => {
  const { graph, feeds } = await tinyTraining();
  const outputs = graph.model.graph.output.map(({ name }) => name);
  const session = await openStateful(writeOnnx(graph.model), { device, outputs }, copyGraph);
  try {
    session.load(graph.state);
    const start = performance.now();
    for (let step = 1; step <= steps; step++) await session.step(feeds(step));
    const stepMs = (performance.now() - start) / steps;
    const state = await session.read();
    const weights = graph.vectors.flatMap(({ name }) => [...state.get(name)!.data]);
    return { provider: session.provider, weights, stepMs };
  } finally {
    await session.dispose();
  }
};
