/**
 * Where the features of an image network are, by structure, never by name (JUDGE § 1): the embedding is what the last
 * Gemm, MatMul or 1 × 1 Conv reads; the mid tensors are what the last Conv before pooling reads and what the last Add before it made.
 */

import { WinnowError } from '../../base/errors.js';
import { ancestorsOf, dataInputs, lastNode, type GraphIndex } from './graphIndex.js';
import { toNumber, type OnnxNode } from './onnxModel.js';

/** A tensor to cut at; a quantised one is turned back to floats with `scale` and `zeroPoint`. */
export interface Cut {
  readonly tensor: string;
  readonly quantised: { readonly scale: string; readonly zeroPoint: string } | null;
  /** [N, C, h, w], to be averaged over space; else [N, C]. */
  readonly isSpatial: boolean;
}

export interface Blocks {
  readonly embedding: Cut;
  /** At most two; a network without such tensors has fewer. */
  readonly mid: readonly Cut[];
}

const denseOps = new Set(['Gemm', 'MatMul', 'QLinearMatMul', 'QGemm', 'MatMulInteger', 'FusedGemm', 'FusedMatMul']);
const convOps = new Set(['Conv', 'QLinearConv', 'ConvInteger', 'FusedConv']);
const poolOps = new Set([
  ...['GlobalAveragePool', 'GlobalMaxPool', 'GlobalLpPool', 'AveragePool', 'ReduceMean', 'ReduceMax', 'ReduceSum'],
  ...['QLinearGlobalAveragePool', 'QLinearAveragePool', 'QLinearReduceMean'],
]);
const addOps = new Set(['Add', 'Sum', 'QLinearAdd']);
/** What may stand between the head and the output: it changes neither which layer is the last nor what it read. */
const afterHead = new Set([
  ...['Softmax', 'LogSoftmax', 'Sigmoid', 'QLinearSoftmax', 'Relu', 'Clip', 'Identity', 'Dropout', 'Cast', 'Flatten'],
  ...['Reshape', 'Squeeze', 'Unsqueeze', 'Transpose', 'Add', 'Sub', 'Mul', 'Div', 'QLinearAdd', 'QLinearMul'],
  ...['DequantizeLinear', 'QuantizeLinear', 'BatchNormalization', ...poolOps],
]);

/** Throws `bad-model` when there is no last layer to cut before. */
export const findBlocks = (index: GraphIndex, name: string): Blocks => {
  const head = findHead(index);
  if (!head) {
    throw new WinnowError(
      'bad-model',
      `${name} cannot be used: it does not end in a dense layer or a 1 × 1 convolution, so there is no embedding before it. Choose another ONNX image network.`,
    );
  }
  const embedding = embeddingOf(index, head);
  return { embedding, mid: findMid(index, embedding) };
};

const findHead = (index: GraphIndex): OnnxNode | null => {
  const heads = new Set<OnnxNode>();
  const seen = new Set<OnnxNode>();
  const pending = index.graph.output.map(({ name }) => name);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const maker = index.makers.get(name);
    if (!maker || seen.has(maker)) continue;
    seen.add(maker);
    if (denseOps.has(maker.opType) || isPointwise(index, maker)) heads.add(maker);
    else if (afterHead.has(maker.opType)) pending.push(...dataInputs(index, maker));
  }
  return lastNode(index, heads, () => true);
};

const isPointwise = (index: GraphIndex, { opType, input, attribute }: OnnxNode): boolean => {
  if (!convOps.has(opType)) return false;
  const kernel = attribute?.find((each) => each.name === 'kernel_shape')?.ints;
  if (kernel) return kernel.every((side) => toNumber(side) === 1);
  const weights = index.initializers.get(input[opType === 'QLinearConv' ? 3 : 1] ?? '');
  return (weights?.dims ?? [2]).slice(2).every((side) => toNumber(side) === 1);
};

const embeddingOf = (index: GraphIndex, head: OnnxNode): Cut => {
  const isSpatial = convOps.has(head.opType);
  // Of a MatMul the picture may be either operand.
  const tensor = dataInputs(index, head)[0] ?? head.input[0]!;
  return { ...unquantised(index, head, tensor), isSpatial };
};

/** What `node` reads as `tensor`, with the figures that turn it back to floats where the operator is a quantised one. */
const unquantised = (index: GraphIndex, node: OnnxNode, tensor: string): Omit<Cut, 'isSpatial'> => {
  if (/^QLinear|^QGemm/.test(node.opType)) {
    const at = node.input.indexOf(tensor);
    return { tensor, quantised: { scale: node.input[at + 1]!, zeroPoint: node.input[at + 2]! } };
  }
  const maker = index.makers.get(tensor);
  // ConvInteger and MatMulInteger read what DynamicQuantizeLinear made of a float tensor.
  if (maker?.opType === 'DynamicQuantizeLinear') return { tensor: maker.input[0]!, quantised: null };
  return { tensor, quantised: null };
};

const findMid = (index: GraphIndex, embedding: Cut): Cut[] => {
  const before = ancestorsOf(index, [embedding.tensor]);
  const pool = lastNode(index, before, ({ opType }) => poolOps.has(opType));
  const conv = lastNode(index, pool ? ancestorsOf(index, dataInputs(index, pool)) : before, ({ opType }) =>
    convOps.has(opType),
  );
  if (!conv) return [];
  const read = dataInputs(index, conv)[0];
  if (read === undefined) return [];
  const cuts: Cut[] = [];
  // A network whose only convolution reads the picture has nothing earlier to offer.
  if (index.makers.has(read)) cuts.push({ ...unquantised(index, conv, read), isSpatial: true });
  const isResidual = (node: OnnxNode): boolean => addOps.has(node.opType) && dataInputs(index, node).length > 1;
  const isShape = (node: OnnxNode): boolean =>
    node.opType === 'QLinearAdd' &&
    node.input.filter((_, at) => at === 0 || at === 3).some((n) => index.constants.has(n));
  const add = lastNode(index, ancestorsOf(index, [read]), (node) => isResidual(node) && !isShape(node));
  if (add) {
    const made = add.output[0]!;
    const quantised = add.opType === 'QLinearAdd' ? { scale: add.input[6]!, zeroPoint: add.input[7]! } : null;
    if (!cuts.some(({ tensor }) => tensor === made)) cuts.push({ tensor: made, quantised, isSpatial: true });
  }
  return cuts;
};
