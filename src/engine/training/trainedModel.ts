/** Trained weights, written back into the network they came from: an ONNX file like any other, any batch. */

import { node, value, floats } from '../onnx/build.js';
import { model } from '../onnx/build.js';
import { prune } from '../onnx/graphIndex.js';
import { writeOnnx, type OnnxGraph } from '../onnx/onnxModel.js';
import { newestOpset } from '../onnx/upgradeOpset.js';
import type { StateTensor } from '../session/statefulSession.js';
import type { Head } from './graph/head.js';
import { initializerOf, type Constant } from './graph/staticNetwork.js';
import type { TrainingGraph } from './graph/trainingGraph.js';
import type { TrainableNetwork } from './trainableNetwork.js';

/** Every trained number by the name of its tensor. */
export const trainedValues = (
  { vectors, statistics }: Pick<TrainingGraph, 'vectors' | 'statistics'>,
  state: ReadonlyMap<string, StateTensor>,
): Map<string, Constant> => {
  const values = new Map<string, Constant>();
  const take = (key: string, slots: TrainingGraph['statistics']): void => {
    const { data } = state.get(key)!;
    for (const { name, dims, offset, length } of slots) {
      values.set(name, { dims, data: data.slice(offset, offset + length) });
    }
  };
  for (const { name, slots } of vectors) take(name, slots);
  if (statistics.length > 0) take('statistics', statistics);
  return values;
};

/** Outputs `logits` and `probabilities` float32[N, K]; `probabilities` = softmax(logits / temperature). @param features a tensor of the head that becomes an output of that name. */
export const trainedModel = (
  network: TrainableNetwork,
  head: Head,
  values: ReadonlyMap<string, Constant>,
  temperature: number,
  metadata: Readonly<Record<string, string>> = {},
  features: string | null = null,
): Uint8Array => {
  const headValues = [...head.constants].map(([name, constant]) => initializerOf(name, values.get(name) ?? constant));
  const graph: OnnxGraph = {
    ...network.graph,
    // A weight that the file computes (from a quantised one, say) is a plain tensor now.
    node: [
      ...network.graph.node.filter(({ output }) => !output.some((name) => values.has(name))),
      ...head.nodes,
      node('Identity', [head.logits], 'logits'),
      node('Div', ['logits', 'winnow/temperature'], 'winnow/tempered'),
      node('Softmax', ['winnow/tempered'], 'probabilities', { axis: 1 }),
      ...(features === null ? [] : [node('Identity', [features], 'features')]),
    ],
    initializer: [
      ...network.graph.initializer.filter(({ name }) => !values.has(name ?? '')),
      ...[...values].filter(([name]) => !head.constants.has(name)).map(([name, each]) => initializerOf(name, each)),
      ...headValues,
      floats('winnow/temperature', [], [temperature]),
    ],
    input: [
      value(
        network.input.name,
        'float32',
        network.input.layout === 'nchw'
          ? ['batch', 3, network.side, network.side]
          : ['batch', network.side, network.side, 3],
      ),
    ],
    output: [
      value('logits', 'float32', ['batch', 'classes']),
      value('probabilities', 'float32', ['batch', 'classes']),
      ...(features === null ? [] : [value('features', 'float32', ['batch', 'width'])]),
    ],
    valueInfo: [],
  };
  return writeOnnx(model(newestOpset, prune(graph), metadata));
};
