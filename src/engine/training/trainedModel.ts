/** Trained weights, written back into the network they came from: an ONNX file like any other, any batch. */

import type { AnswerView } from '../../protocol/training.js';
import { floats, ints, model, node, value } from '../onnx/build.js';
import { prune } from '../onnx/graphIndex.js';
import { writeOnnx, type OnnxGraph, type OnnxNode } from '../onnx/onnxModel.js';
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

export interface TrainedModelOptions {
  readonly view: AnswerView;
  readonly temperature: number;
  readonly metadata?: Readonly<Record<string, string>>;
  /** A tensor of the head that becomes the output `features`. */
  readonly features?: string | null;
}

/**
 * Outputs `logits` and `probabilities` float32[N, K]; `probabilities` = softmax(logits / temperature). With the view
 * 'squish' each picture is also looked at in the mirror, inside the graph, and both are averaged.
 */
export const trainedModel = (
  network: TrainableNetwork,
  head: Head,
  values: ReadonlyMap<string, Constant>,
  { view, temperature, metadata = {}, features = null }: TrainedModelOptions,
): Uint8Array => {
  const { name, layout } = network.input;
  const isMirrored = view.kind === 'squish';
  /** The whole answer, or the mean of picture and mirror image. */
  const answer = (from: string, to: string): OnnxNode[] =>
    isMirrored
      ? [
          node('Split', [from], [`winnow/${to}/plain`, `winnow/${to}/mirrored`], { axis: 0, num_outputs: 2 }),
          node('Mean', [`winnow/${to}/plain`, `winnow/${to}/mirrored`], to),
        ]
      : [node('Identity', [from], to)];
  const seen = (from: string): string => (isMirrored && from === name ? 'winnow/both' : from);
  const headValues = [...head.constants].map(([name, constant]) => initializerOf(name, values.get(name) ?? constant));
  const graph: OnnxGraph = {
    ...network.graph,
    // A weight that the file computes (from a quantised one, say) is a plain tensor now.
    node: [
      ...(isMirrored ? mirrorNodes(name) : []),
      ...[...network.graph.node.filter(({ output }) => !output.some((made) => values.has(made))), ...head.nodes].map(
        (each) => ({ ...each, input: each.input.map(seen) }),
      ),
      ...answer(head.logits, 'logits'),
      node('Div', ['logits', 'winnow/temperature'], 'winnow/tempered'),
      node('Softmax', ['winnow/tempered'], 'probabilities', { axis: 1 }),
      ...(features === null ? [] : answer(features, 'features')),
    ],
    initializer: [
      ...network.graph.initializer.filter((tensor) => !values.has(tensor.name ?? '')),
      ...[...values].filter(([made]) => !head.constants.has(made)).map(([made, each]) => initializerOf(made, each)),
      ...headValues,
      ...(isMirrored
        ? [
            ints('winnow/last', [-1]),
            ints('winnow/before-first', [-(2 ** 31)]),
            ints('winnow/columns', [layout === 'nchw' ? 3 : 2]),
          ]
        : []),
      floats('winnow/temperature', [], [temperature]),
    ],
    input: [
      value(
        name,
        'float32',
        layout === 'nchw' ? ['batch', 3, view.side, view.side] : ['batch', view.side, view.side, 3],
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

/** `winnow/both`: the pictures, then their mirror images. */
const mirrorNodes = (picture: string): OnnxNode[] => [
  node('Slice', [picture, 'winnow/last', 'winnow/before-first', 'winnow/columns', 'winnow/last'], 'winnow/mirrored'),
  node('Concat', [picture, 'winnow/mirrored'], 'winnow/both', { axis: 0 }),
];
