/** The network up to its last tensor with places, where the embedding is that tensor's plain mean over them. */

import { node, value } from './build.js';
import { checkModel, type NetworkInput } from './checkModel.js';
import { findBlocks } from './findBlocks.js';
import { dataInputs, indexGraph, prune } from './graphIndex.js';
import { readOnnx, type OnnxModel } from './onnxModel.js';

export interface CutActivations {
  readonly model: OnnxModel;
  readonly input: NetworkInput;
  readonly output: string;
}

/** Between the mean and the head, without changing a number. */
const plain = new Set(['Flatten', 'Reshape', 'Squeeze', 'Unsqueeze', 'Identity', 'Dropout']);
const means = new Set(['GlobalAveragePool', 'ReduceMean']);

/** Null where something else than a mean lies between places and embedding. Whoever uses it checks that the means agree. Throws `bad-model`. */
export const cutActivations = (bytes: Uint8Array, name: string): CutActivations | null => {
  const model = readOnnx(bytes, name);
  const input = checkModel(model, name);
  const index = indexGraph(model.graph);
  const { embedding } = findBlocks(index, name);
  let places: string | null = embedding.isSpatial && !embedding.quantised ? embedding.tensor : null;
  if (!embedding.isSpatial && !embedding.quantised) {
    let maker = index.makers.get(embedding.tensor);
    while (maker && plain.has(maker.opType)) maker = index.makers.get(dataInputs(index, maker)[0] ?? '');
    if (maker && means.has(maker.opType)) places = dataInputs(index, maker)[0] ?? null;
  }
  if (places === null) return null;
  const output = 'winnow/places';
  const graph = prune({
    ...model.graph,
    node: [...model.graph.node, node('Identity', [places], output)],
    output: [value(output, 'float32', ['n', 'first', 'second', 'third'])],
    valueInfo: [],
  });
  return { model: { ...model, graph }, input, output };
};
