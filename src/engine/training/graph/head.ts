/** What stands after the body: one dense layer on the embedding, or fastai's two with both pools. */

import { seededRandom } from '../../../base/random.js';
import { node } from '../../onnx/build.js';
import type { OnnxNode } from '../../onnx/onnxModel.js';
import type { Constant, Shape } from './staticNetwork.js';

export type HeadKind = 'dense' | 'concat-pool';

export interface Head {
  readonly kind: HeadKind;
  readonly nodes: readonly OnnxNode[];
  readonly constants: ReadonlyMap<string, Constant>;
  /** Of what the nodes make, by name, without the batch. */
  readonly shapes: ReadonlyMap<string, Shape>;
  /** Dropout: a mask that is multiplied in while training, [batch, width]; values 0 or 1 / (1 − rate). */
  readonly masks: readonly {
    readonly name: string;
    readonly width: number;
    readonly rate: number;
    readonly after: string;
  }[];
  readonly logits: string;
}

const prefix = 'winnow/head';

/**
 * @param features name of the body's output, [N, d] or [N, C, h, w]; its shape without the batch.
 * @param first weights [classes, d] and biases of the dense head to start from; else zeros. Ignored by 'concat-pool'.
 */
export const makeHead = (
  kind: HeadKind,
  features: string,
  shape: Shape,
  classes: number,
  options: {
    readonly first?: { readonly weights: Float32Array; readonly biases: Float32Array };
    readonly dropout: number;
    readonly seed: number;
  },
): Head => {
  const nodes: OnnxNode[] = [];
  const constants = new Map<string, Constant>();
  const shapes = new Map<string, Shape>();
  const add = (opType: string, inputs: readonly string[], output: string, made: Shape, attributes = {}): string => {
    nodes.push(node(opType, inputs, `${prefix}/${output}`, attributes));
    shapes.set(`${prefix}/${output}`, made);
    return `${prefix}/${output}`;
  };
  const floats = (name: string, dims: Shape, data: Float32Array): string => {
    constants.set(`${prefix}/${name}`, { dims, data });
    return `${prefix}/${name}`;
  };
  const filled = (length: number, value: number): Float32Array => new Float32Array(length).fill(value);
  const width = shape[0]!;
  const isSpatial = shape.length === 3;
  const pooled = (opType: string, name: string): string =>
    isSpatial
      ? add('Flatten', [add(opType, [features], name, [width, 1, 1])], `${name}/flat`, [width], { axis: 1 })
      : features;
  const dense = (
    from: string,
    at: string,
    inputs: number,
    outputs: number,
    data: Float32Array,
    bias: Float32Array | null,
  ): string => {
    const weights = floats(`${at}/weight`, [outputs, inputs], data);
    const both = bias ? [from, weights, floats(`${at}/bias`, [outputs], bias)] : [from, weights];
    return add('Gemm', both, at, [outputs], { transB: 1 });
  };
  if (kind === 'dense') {
    const flat = pooled('GlobalAveragePool', 'mean');
    const weights = options.first?.weights ?? filled(classes * width, 0);
    const biases = options.first?.biases ?? filled(classes, 0);
    const logits = dense(flat, 'logits', width, classes, weights, biases);
    const masks = options.dropout > 0 ? [{ name: `${prefix}/mask0`, width, rate: options.dropout, after: flat }] : [];
    return { kind, nodes, constants, shapes, masks, logits };
  }
  const random = seededRandom(options.seed);
  const kaiming = (outputs: number, inputs: number): Float32Array =>
    Float32Array.from({ length: outputs * inputs }, () => random.normal() * Math.sqrt(2 / inputs));
  const norm = (from: string, at: string, size: number): string =>
    add(
      'BatchNormalization',
      [
        from,
        floats(`${at}/scale`, [size], filled(size, 1)),
        floats(`${at}/shift`, [size], filled(size, 0)),
        floats(`${at}/mean`, [size], filled(size, 0)),
        floats(`${at}/variance`, [size], filled(size, 1)),
      ],
      at,
      [size],
      { epsilon: { float: 1e-5 }, momentum: { float: 0.9 } },
    );
  const [most, mean] = [pooled('GlobalMaxPool', 'most'), pooled('GlobalAveragePool', 'mean')];
  const both = add('Concat', [most, mean], 'pools', [2 * width], { axis: 1 });
  const first = norm(both, 'norm0', 2 * width);
  const hidden = add('Relu', [dense(first, 'hidden', 2 * width, 512, kaiming(512, 2 * width), null)], 'relu', [512]);
  const second = norm(hidden, 'norm1', 512);
  const logits = dense(second, 'logits', 512, classes, kaiming(classes, 512), filled(classes, 0));
  const masks = [
    { name: `${prefix}/mask0`, width: 2 * width, rate: options.dropout / 2, after: first },
    { name: `${prefix}/mask1`, width: 512, rate: options.dropout, after: second },
  ].filter(({ rate }) => rate > 0);
  return { kind, nodes, constants, shapes, masks, logits };
};
