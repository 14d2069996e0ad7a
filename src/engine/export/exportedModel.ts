/** One ONNX graph from RGB bytes to calibrated probabilities: pixel recipe, network and predictor in a row. */

import { model as makeModel, value } from '../onnx/build.js';
import { cutNetwork } from '../onnx/cutNetwork.js';
import { prune } from '../onnx/graphIndex.js';
import { toNumber, writeOnnx, type OnnxGraph } from '../onnx/onnxModel.js';
import { pixelRecipe } from '../onnx/pixelRecipe.js';
import { newestOpset, upgradeOpset } from '../onnx/upgradeOpset.js';
import type { BackboneRef } from '../../protocol/engine.js';
import { familiarHead, type PredictorParts } from '../fit/predictorFile.js';
import { familiarityOutput, predictorGraph } from './predictorGraph.js';

/**
 * Input `pixels` uint8[height, width, 3] (RGB, upright, sRGB, alpha on white); outputs `probabilities` float32[1, classes]
 * in the order of `metadata.classes`, `embedding` float32[1, d], and `familiarity` float32[1, 1].
 * @param network bytes of the backbone's file.  Throws `bad-model`.
 */
export const exportedModel = (
  network: Uint8Array,
  backbone: BackboneRef,
  parts: PredictorParts,
  metadata: Readonly<Record<string, string>>,
): Uint8Array => {
  const { model, input, outputs } = cutNetwork(network, backbone.id, true);
  const [embedding, ...mid] = outputs;
  const isDefault = (domain: string | undefined): boolean => (domain ?? '') === '' || domain === 'ai.onnx';
  const opset = toNumber(model.opsetImport.find(({ domain }) => isDefault(domain))?.version);
  const looking = upgradeOpset(model.graph, opset, backbone.id);
  const { size, normalise } = backbone.recipe;
  const side = input.fixedSide ?? size;
  const recipe = renamed(pixelRecipe({ view: 'crop', side, normalise, layout: input.layout }).graph, 'winnow/pixels/', {
    pixels: 'pixels',
    image: input.name,
  });
  const predictor = predictorGraph(parts, { a: [embedding!], mid }, 'probabilities');
  const graph: OnnxGraph = prune({
    name: 'winnow',
    node: [
      ...recipe.node,
      ...looking.node,
      ...predictor.nodes,
      { opType: 'Identity', input: [embedding!], output: ['embedding'], attribute: [] },
    ],
    initializer: [...recipe.initializer, ...looking.initializer, ...predictor.initializers],
    input: [value('pixels', 'uint8', ['height', 'width', 3])],
    output: [
      value('probabilities', 'float32', [1, parts.vocab.length]),
      value('embedding', 'float32', [1, 'embedding_length']),
      ...(familiarHead(parts) ? [value(familiarityOutput, 'float32', [1, 1])] : []),
    ],
    valueInfo: [],
  });
  const made = makeModel(Math.max(opset, newestOpset), graph, metadata);
  const others = model.opsetImport.filter(({ domain }) => !isDefault(domain));
  return writeOnnx({ ...made, opsetImport: [...made.opsetImport, ...others] });
};

/** The graph with a prefix before each of its tensors, but for those that `names` gives another name. */
const renamed = (graph: OnnxGraph, prefix: string, names: Readonly<Record<string, string>>): OnnxGraph => {
  const to = (name: string): string => (name === '' ? '' : (names[name] ?? prefix + name));
  return {
    ...graph,
    node: graph.node.map((node) => ({ ...node, input: node.input.map(to), output: node.output.map(to) })),
    initializer: graph.initializer.map((tensor) => ({ ...tensor, name: to(tensor.name ?? '') })),
  };
};
