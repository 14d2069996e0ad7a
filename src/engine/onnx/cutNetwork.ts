/** The network without its head: picture in; `embedding` [1, d] and `mid0`, `mid1` [1, 2c] (means, then deviations over space) out. */

import { value, node } from './build.js';
import { checkModel, type NetworkInput } from './checkModel.js';
import { findBlocks, type Cut } from './findBlocks.js';
import { indexGraph, prune } from './graphIndex.js';
import { readOnnx, type OnnxModel, type OnnxNode } from './onnxModel.js';

export interface CutNetwork {
  readonly model: OnnxModel;
  readonly input: NetworkInput;
  /** Names of the outputs, the embedding first. */
  readonly outputs: readonly string[];
}

/**
 * Only operators that every opset since 7 spells alike are added, so the file's own opset stays.
 * @param hasMid whether the mid blocks are wanted.  Throws `bad-model`.
 */
export const cutNetwork = (bytes: Uint8Array, name: string, hasMid: boolean): CutNetwork => {
  const model = readOnnx(bytes, name);
  const input = checkModel(model, name);
  const blocks = findBlocks(indexGraph(model.graph), name);
  const added: OnnxNode[] = [];
  const outputs: string[] = [];
  const add = (opType: string, inputs: readonly string[], output: string, attributes = {}): string => {
    added.push(node(opType, inputs, output, attributes));
    return output;
  };
  const floatsAt = ({ tensor, quantised }: Cut, prefix: string): string =>
    quantised ? add('DequantizeLinear', [tensor, quantised.scale, quantised.zeroPoint], `${prefix}/floats`) : tensor;
  const finish = (from: string, to: string): void => {
    add('Flatten', [from], to, { axis: 1 });
    outputs.push(to);
  };

  const embedding = floatsAt(blocks.embedding, 'winnow/a');
  finish(
    blocks.embedding.isSpatial ? add('GlobalAveragePool', [embedding], 'winnow/a/mean') : embedding,
    'winnow/embedding',
  );
  if (hasMid) {
    blocks.mid.forEach((cut, at) => {
      const prefix = `winnow/mid${at}`;
      const from = floatsAt(cut, prefix);
      const mean = add('GlobalAveragePool', [from], `${prefix}/mean`);
      const centred = add('Sub', [from, mean], `${prefix}/centred`);
      const squared = add('Mul', [centred, centred], `${prefix}/squared`);
      const variance = add('GlobalAveragePool', [squared], `${prefix}/variance`);
      const deviation = add('Sqrt', [variance], `${prefix}/deviation`);
      finish(add('Concat', [mean, deviation], `${prefix}/both`, { axis: 1 }), prefix);
    });
  }
  const graph = prune({
    ...model.graph,
    node: [...model.graph.node, ...added],
    output: outputs.map((output) => value(output, 'float32', [1, `${output}/length`])),
    // Shapes that were written down for another batch or head would contradict what is computed now.
    valueInfo: [],
  });
  return { model: { ...model, graph }, input, outputs };
};
