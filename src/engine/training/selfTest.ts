/** Whether a device trains as the CPU does: a few steps of a tiny network on both. Run in a process that may die of it. */

import { seededRandom } from '../../base/random.js';
import { mostApart, type ComputingDevice, type SelfTestResult } from '../../protocol/training.js';
import { floats, node } from '../onnx/build.js';
import type { OnnxGraph } from '../onnx/onnxModel.js';
import { instead, type Tensor } from '../session/tensorSession.js';
import { makeHead, type HeadKind } from './graph/head.js';
import { staticNetwork } from './graph/staticNetwork.js';
import { openTraining } from './openTraining.js';
import { loadTfjs } from './tfjs/loadTfjs.js';
import { scheduleOf, trainingGraph, type TrainingGraph, type TrainingGraphOptions } from './graph/trainingGraph.js';

const classes = 3;
const steps = 10;

interface TinySize {
  readonly batch: number;
  readonly side: number;
  /** Channels after the first convolution; even. */
  readonly width: number;
}
/** Enough to be wrong with, and over in a moment. */
const small: TinySize = { batch: 4, side: 12, width: 8 };
/** Enough work for a card to be faster with. */
const wide: TinySize = { batch: 32, side: 64, width: 64 };

/** @param isTimed also ask how long a step takes, where the device is there and right. */
export const trainingSelfTest = async (device: ComputingDevice, isTimed: boolean): Promise<SelfTestResult> => {
  if (device === 'cuda') {
    // Most machines have none: they are told so at once.
    const { tf, whyNot } = await loadTfjs();
    const provider = tf ? 'tensorflow' : 'cpu';
    if (whyNot !== null) return { provider: instead(provider, 'cuda', whyNot), difference: null, pace: null };
  }
  const tiny = await tinyTraining();
  const asked = await trainTiny(tiny, device);
  const { provider } = asked;
  if (provider !== device) return { provider, difference: null, pace: null };
  const reference = await trainTiny(tiny, 'cpu');
  let largest = 1e-6;
  let apart = 0;
  reference.weights.forEach((weight, at) => {
    largest = Math.max(largest, Math.abs(weight));
    const own = Math.abs(weight - asked.weights[at]!);
    // A device that answers with no numbers is as wrong as can be.
    apart = Math.max(apart, Number.isFinite(own) ? own : 1e9);
  });
  const difference = apart / largest;
  if (!isTimed || difference > mostApart) return { provider, difference, pace: null };
  const large = await tinyTraining('concat-pool', wide);
  const pace = { device: (await trainTiny(large, device)).stepMs, cpu: (await trainTiny(large, 'cpu')).stepMs };
  return { provider, difference, pace };
};

/** Convolution, depthwise convolution, residual sum, both pools' head. */
const tinyNetwork = (width: number): OnnxGraph => {
  const features = 1.5 * width;
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
      node('Conv', ['r1', 'w2', 'b2'], 'c2', { kernel_shape: [3, 3], pads: [1, 1, 1, 1], group: width }),
      node('Add', ['c2', 'r1'], 's2'),
      node('Conv', ['s2', 'w3', 'b3'], 'features', { kernel_shape: [1, 1] }),
    ],
    initializer: [
      weights('w1', width, 3, 3, 3),
      floats('b1', [width], new Float32Array(width)),
      weights('w2', width, 1, 3, 3),
      floats('b2', [width], new Float32Array(width)),
      weights('w3', features, width, 1, 1),
      floats('b3', [features], new Float32Array(features)),
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
export const tinyTraining = async (headKind: HeadKind = 'concat-pool', size = small): Promise<TinyTraining> => {
  const { batch, side, width } = size;
  const shape = [batch, 3, side, side];
  const body = await staticNetwork(tinyNetwork(width), 'picture', shape, ['features']);
  const head = makeHead(headKind, 'features', [1.5 * width, side / 2, side / 2], classes, { dropout: 0, seed: 1 });
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
  { options, graph, feeds }: TinyTraining,
  device: ComputingDevice,
): Promise<{ readonly provider: string; readonly weights: readonly number[]; readonly stepMs: number }> => {
  const session = await openTraining(device, options, graph, 'the self-test');
  try {
    session.load(graph.state);
    const times: number[] = [];
    for (let step = 1; step <= steps; step++) {
      const start = performance.now();
      await session.step(feeds(step));
      times.push(performance.now() - start);
    }
    const state = await session.read();
    const weights = graph.vectors.flatMap(({ name }) => [...state.get(name)!.data]);
    // The first steps make buffers and choose kernels; the middle one is like those to come.
    return { provider: session.provider, weights, stepMs: times.sort((a, b) => a - b)[steps / 2]! };
  } finally {
    await session.dispose();
  }
};
