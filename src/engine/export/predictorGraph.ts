/** The predictor as ONNX nodes: what `readPredictor` computes in JavaScript, in the same order and precision. */

import type { BlockId } from '../../core/training/featureBlock.js';
import { floats, ints, node } from '../onnx/build.js';
import { dataTypes, type OnnxNode, type OnnxTensor } from '../onnx/onnxModel.js';
import { familiarHead, type PredictorParts } from '../fit/predictorFile.js';

/** float32[1, 1]: the largest raw ridge score on block a, for telling strangers (JUDGE § 2). */
export const familiarityOutput = 'familiarity';

export interface GraphPart {
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
}

/**
 * Float32 [1, length] outputs of the network in, `output` float32 [1, vocab] out, rows sum to 1.
 * @param features the network's outputs that hold each block, in the order of its parts.
 */
export const predictorGraph = (
  parts: PredictorParts,
  features: Readonly<Partial<Record<BlockId, readonly string[]>>>,
  output: string,
): GraphPart => {
  const nodes: OnnxNode[] = [];
  const initializers: OnnxTensor[] = [ints('winnow/last', [-1])];
  const add = (opType: string, inputs: readonly string[], to: string, attributes = {}): string => {
    // Named, so that a runtime can be told where to run it.
    nodes.push({ ...node(opType, inputs, to, attributes), name: to });
    return to;
  };
  const put = (tensor: OnnxTensor): string => {
    initializers.push(tensor);
    return tensor.name!;
  };
  const products = new Map<BlockId, { dots: string; squared: string | null; median: number }>();

  for (const block of parts.blocks) {
    const at = `winnow/${block.id}`;
    const share = put(floats(`${at}/share`, [], [1 / Math.sqrt(block.parts.length)]));
    const tiny = put(floats(`${at}/tiny`, [], [1e-12]));
    let from = 0;
    const pieces = (features[block.id] ?? []).map((feature, i) => {
      const piece = `${at}/${i}`;
      const length = block.parts[i]!;
      const slice = (all: Float32Array): Float32Array => all.subarray(from, from + length);
      const mean = put(floats(`${piece}/mean`, [1, length], slice(block.moments.mean)));
      const scale = put(floats(`${piece}/scale`, [1, length], slice(block.moments.scale)));
      from += length;
      const standard = add('Div', [add('Sub', [feature, mean], `${piece}/centred`), scale], `${piece}/standard`);
      const norm = add('ReduceL2', [standard, 'winnow/last'], `${piece}/norm`, { keepdims: 1 });
      const unit = add('Div', [standard, add('Add', [norm, tiny], `${piece}/norm_safe`)], `${piece}/unit`);
      return add('Mul', [unit, share], `${piece}/shared`);
    });
    const whole = pieces.length === 1 ? pieces[0]! : add('Concat', pieces, `${at}/whole`, { axis: 1 });
    // The landmarks are stored in half precision; so is what is compared with them.
    const half = add('Cast', [whole], `${at}/half`, { to: dataTypes.float16 });
    const z = add('Cast', [half], `${at}/z`, { to: dataTypes.float32 });
    const width = block.parts.reduce((sum, part) => sum + part, 0);
    const count = block.landmarks.length / width;
    put({
      name: `${at}/landmarks_half`,
      dims: [count, width],
      dataType: dataTypes.float16,
      rawData: new Uint8Array(block.halves.buffer, block.halves.byteOffset, block.halves.byteLength).slice(),
    });
    const landmarks = add('Cast', [`${at}/landmarks_half`], `${at}/landmarks`, { to: dataTypes.float32 });
    const turned = add('Transpose', [landmarks], `${at}/landmarks_turned`, { perm: [1, 0] });
    const dots = add('MatMul', [z, turned], `${at}/dots`);
    const needsDistance = parts.heads.some((head) => head.block === block.id && head.gamma > 0);
    products.set(block.id, {
      dots,
      squared: needsDistance ? squaredDistance(at, z, dots, norms(block.landmarks, width), put, add) : null,
      median: block.median,
    });
  }

  const classes = parts.active.length;
  const opinions = parts.heads.map((head, m) => {
    const at = `winnow/head${m}`;
    const near = products.get(head.block)!;
    const rate = put(floats(`${at}/rate`, [], [-head.gamma / near.median]));
    const k =
      near.squared === null || head.gamma === 0
        ? near.dots
        : add('Exp', [add('Mul', [near.squared, rate], `${at}/exponent`)], `${at}/kernel`);
    const { coefficients } = head;
    const weights = put(floats(`${at}/coefficients`, [coefficients.length / classes, classes], coefficients));
    const intercept = put(floats(`${at}/intercept`, [1, classes], head.intercept));
    const score = add('Add', [add('MatMul', [k, weights], `${at}/product`), intercept], `${at}/score`);
    if (head === familiarHead(parts)) add('ReduceMax', [score, 'winnow/last'], familiarityOutput, { keepdims: 1 });
    const steep = add('Mul', [score, put(floats(`${at}/t`, [], [head.t]))], `${at}/steep`);
    const logit = add('Add', [steep, put(floats(`${at}/b`, [1, classes], head.b))], `${at}/logit`);
    const logs = add('LogSoftmax', [logit], `${at}/logs`, { axis: 1 });
    return add('Mul', [logs, put(floats(`${at}/weight`, [], [Math.exp(parts.v[m]!)]))], `${at}/weighted`);
  });
  const sum = opinions.length === 1 ? opinions[0]! : add('Sum', opinions, 'winnow/pool');
  const vocab = parts.vocab.length;
  if (classes === vocab) add('Softmax', [sum], output, { axis: 1 });
  else {
    // A class that no trained item has is never the answer.
    const spread = new Float32Array(classes * vocab);
    parts.active.forEach((index, row) => (spread[row * vocab + index] = 1));
    const some = add('Softmax', [sum], 'winnow/some', { axis: 1 });
    add('MatMul', [some, put(floats('winnow/spread', [classes, vocab], spread))], output);
  }
  return { nodes, initializers };
};

const squaredDistance = (
  at: string,
  z: string,
  dots: string,
  landmarkNorms: Float32Array,
  put: (tensor: OnnxTensor) => string,
  add: (opType: string, inputs: readonly string[], to: string, attributes?: object) => string,
): string => {
  const own = add('ReduceSumSquare', [z, 'winnow/last'], `${at}/norm`, { keepdims: 1 });
  const both = add('Add', [own, put(floats(`${at}/norms`, [1, landmarkNorms.length], landmarkNorms))], `${at}/both`);
  const twice = add('Mul', [dots, put(floats(`${at}/two`, [], [2]))], `${at}/twice`);
  return add('Relu', [add('Sub', [both, twice], `${at}/difference`)], `${at}/squared`);
};

const norms = (landmarks: Float32Array, width: number): Float32Array =>
  Float32Array.from({ length: landmarks.length / width }, (_, j) => {
    let sum = 0;
    for (let d = j * width; d < (j + 1) * width; d++) sum += landmarks[d]! ** 2;
    return sum;
  });
