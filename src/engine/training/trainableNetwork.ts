/** An ONNX file as a body that can be trained: cut before its head, respelled for the newest opset. */

import { readFile } from 'node:fs/promises';
import { WinnowError } from '../../base/errors.js';
import type { BackboneRef, ViewId } from '../../protocol/backbone.js';
import type { AnswerView } from '../../protocol/training.js';
import { checkModel, type NetworkInput } from '../onnx/checkModel.js';
import { findBlocks } from '../onnx/findBlocks.js';
import { indexGraph, prune } from '../onnx/graphIndex.js';
import { readOnnx, toNumber, type OnnxGraph } from '../onnx/onnxModel.js';
import { squishSideFor } from '../onnx/pixelRecipe.js';
import { upgradeOpset } from '../onnx/upgradeOpset.js';
import type { HeadKind } from './graph/head.js';
import { staticNetwork, type StaticNetwork } from './graph/staticNetwork.js';

export interface TrainableNetwork {
  readonly name: string;
  /** Of opset 18; its only output is `features`. */
  readonly graph: OnnxGraph;
  readonly input: NetworkInput;
  readonly side: number;
  /** What the head reads: [N, C, h, w] before the last pool for 'concat-pool', else [N, d] or [N, d, h, w]. */
  readonly features: string;
  /** At one batch, and at another side than its own. */
  at(batch: number, side?: number): Promise<StaticNetwork>;
}

/** Throws `bad-model` with a sentence, `not-found`. */
export const readTrainable = async (backbone: BackboneRef, head: HeadKind): Promise<TrainableNetwork> => {
  const name = backbone.id.startsWith('file:') ? backbone.file : backbone.id;
  const bytes = await readFile(backbone.file).catch((cause: unknown) => {
    throw new WinnowError('not-found', `The model file ${backbone.file} cannot be read. Choose another backbone.`, {
      cause,
    });
  });
  const model = readOnnx(bytes, name);
  const input = checkModel(model, name);
  const opset = model.opsetImport.find(({ domain }) => (domain ?? '') === '' || domain === 'ai.onnx');
  const index = indexGraph(model.graph);
  const { embedding } = findBlocks(index, name);
  if (embedding.quantised || model.graph.node.some(({ opType }) => /^QLinear|Integer$|^QGemm/.test(opType))) {
    throw new WinnowError(
      'bad-model',
      `${name} computes with whole numbers (it is quantised), which cannot be fine-tuned. Nothing was changed. Choose the float32 file of the same network, or winnow train, which works with this one.`,
    );
  }
  const maker = index.makers.get(embedding.tensor);
  const isPooled = maker?.opType === 'GlobalAveragePool' || maker?.opType === 'ReduceMean';
  const features = head === 'concat-pool' && isPooled ? maker.input[0]! : embedding.tensor;
  const upgraded = upgradeOpset(model.graph, toNumber(opset?.version), name);
  const graph = renamed(prune({ ...upgraded, output: [{ name: features }], valueInfo: [] }), input.name);
  const side = input.fixedSide ?? backbone.recipe.size;
  return {
    name,
    graph,
    input: { ...input, name: pictureName },
    side,
    features: own(features),
    at: (batch, at = side) =>
      staticNetwork(graph, pictureName, input.layout === 'nchw' ? [batch, 3, at, at] : [batch, at, at, 3], [
        own(features),
      ]),
  };
};

const pictureName = 'picture';
const own = (name: string): string => `body/${name}`;

/** Names of the file's own, so that none is taken by what is added: it may well call a tensor `logits`. */
const renamed = (graph: OnnxGraph, input: string): OnnxGraph => {
  const to = (name: string): string => (name === '' ? '' : name === input ? pictureName : own(name));
  return {
    ...graph,
    node: graph.node.map((node) => ({ ...node, input: node.input.map(to), output: node.output.map(to) })),
    initializer: graph.initializer.map((tensor) => ({ ...tensor, name: to(tensor.name ?? '') })),
    input: graph.input.map((value) => ({ ...value, name: to(value.name) })),
    output: graph.output.map((value) => ({ ...value, name: to(value.name) })),
  };
};

/** As large as JUDGE.md says where the network takes that, else its own side. */
export const answerView = async (network: TrainableNetwork, kind: ViewId): Promise<AnswerView> => {
  const { side, input, features } = network;
  const larger = squishSideFor(side);
  if (kind === 'crop' || input.fixedSide !== null) return { kind, side };
  const width = (found: StaticNetwork): number | undefined => found.shapes.get(features)?.[1];
  const rank = (found: StaticNetwork): number | undefined => found.shapes.get(features)?.length;
  const own = await network.at(2);
  const takes = await network.at(2, larger).then(
    (found) => width(found) === width(own) && rank(found) === rank(own),
    () => false,
  );
  return { kind, side: takes ? larger : side };
};
