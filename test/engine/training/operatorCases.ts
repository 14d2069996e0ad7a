/** One case or more for each operator that can be trained through, and its gradients as our own backward pass gives them. */

import { seededRandom } from '../../../src/base/random.js';
import { floats, ints, model, node, value, type Attributes } from '../../../src/engine/onnx/build.js';
import { writeOnnx, type OnnxNode, type OnnxTensor } from '../../../src/engine/onnx/onnxModel.js';
import { openSession } from '../../../src/engine/session/openSession.js';
import { backward } from '../../../src/engine/training/graph/backward.js';
import { staticNetwork, type StaticNetwork } from '../../../src/engine/training/graph/staticNetwork.js';
import { Tape } from '../../../src/engine/training/graph/tape.js';
import { trainedBatchNorm } from '../../../src/engine/training/graph/trainedBatchNorm.js';
import * as reference from './referenceOps.js';
import type { Value, WindowSettings } from './referenceOps.js';

export interface OperatorCase {
  readonly name: string;
  readonly operator: string;
  /** Moving inputs; the first is the data. */
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly constants?: readonly OnnxTensor[];
  readonly nodes: readonly OnnxNode[];
  readonly outputs?: readonly string[];
  readonly forward: (inputs: readonly Value[]) => readonly Value[];
  /** Keeps values off kinks. */
  readonly draw?: (value: number) => number;
  readonly isTrained?: boolean;
}

const offKinks =
  (...kinks: number[]) =>
  (x: number): number =>
    kinks.some((kink) => Math.abs(x - kink) < 0.02) ? x + 0.05 : x;
const one = (
  name: string,
  opType: string,
  inputs: Readonly<Record<string, readonly number[]>>,
  forward: (...values: Value[]) => Value,
  more: { attributes?: Attributes; extra?: readonly OnnxTensor[]; draw?: (x: number) => number } = {},
): OperatorCase => ({
  name,
  operator: opType,
  inputs,
  constants: more.extra ?? [],
  nodes: [
    node(
      opType,
      [...Object.keys(inputs), ...(more.extra ?? []).map((tensor) => tensor.name!)],
      'y',
      more.attributes ?? {},
    ),
  ],
  forward: (values) => [forward(...values)],
  ...(more.draw ? { draw: more.draw } : {}),
});

const windows = (
  kernel: number[],
  out: number[],
  more: Partial<Record<'strides' | 'dilations' | 'before', number[]>> = {},
): WindowSettings =>
  ({ kernel, strides: [1, 1], dilations: [1, 1], before: [0, 0], out, ...more }) as unknown as WindowSettings;
const convCase = (
  name: string,
  x: number[],
  w: number[],
  groups: number,
  settings: WindowSettings,
  attributes: Attributes,
  bias = true,
): OperatorCase =>
  one(
    name,
    'Conv',
    { x, w, ...(bias ? { b: [w[0]!] } : {}) },
    (a, b, c) => reference.conv(a, b, bias ? c : null, groups, settings),
    { attributes: { group: groups, kernel_shape: [...settings.kernel], ...attributes } },
  );
const maximum = (values: readonly number[]): number => Math.max(...values);
const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
const image = [2, 3, 7, 6];
const softmaxOf = (x: Value): Value => {
  const powers = reference.pointwise(Math.exp)(x);
  return reference.pointwise((a, b) => a / b)(
    powers,
    reference.reduced(powers, [1], (v) => v.reduce((s, e) => s + e, 0)),
  );
};

export const operatorCases: readonly OperatorCase[] = [
  one(
    'relu',
    'Relu',
    { x: image },
    reference.pointwise((x) => Math.max(0, x)),
    { draw: offKinks(0) },
  ),
  one(
    'ReLU6',
    'Clip',
    { x: image },
    reference.pointwise((x) => Math.min(6, Math.max(0, x))),
    {
      extra: [floats('low', [], [0]), floats('high', [], [6])],
      draw: (x) => offKinks(0, 6)(x * 4),
    },
  ),
  one(
    'leaky relu',
    'LeakyRelu',
    { x: image },
    reference.pointwise((x) => (x > 0 ? x : 0.1 * x)),
    {
      attributes: { alpha: { float: 0.1 } },
      draw: offKinks(0),
    },
  ),
  one(
    'sigmoid',
    'Sigmoid',
    { x: image },
    reference.pointwise((x) => 1 / (1 + Math.exp(-x))),
  ),
  one('tanh', 'Tanh', { x: image }, reference.pointwise(Math.tanh)),
  one('square root', 'Sqrt', { x: image }, reference.pointwise(Math.sqrt), { draw: (x) => Math.abs(x) + 0.5 }),
  {
    name: 'the square root of what a ReLU leaves, zeros too',
    operator: 'Sqrt',
    inputs: { x: image },
    nodes: [node('Relu', ['x'], 'left'), node('Sqrt', ['left'], 'y')],
    forward: ([x]) => [reference.pointwise((v) => Math.sqrt(Math.max(0, v)))(x!)],
    draw: (x) => (x > 0 ? x + 0.5 : x - 0.1),
  },
  one(
    'hard sigmoid',
    'HardSigmoid',
    { x: image },
    reference.pointwise((x) => Math.min(1, Math.max(0, x / 6 + 0.5))),
    {
      attributes: { alpha: { float: 1 / 6 } },
      draw: (x) => offKinks(-3, 3)(x * 3),
    },
  ),
  one(
    'hard swish',
    'HardSwish',
    { x: image },
    reference.pointwise((x) => x * Math.min(1, Math.max(0, x / 6 + 0.5))),
    {
      draw: (x) => offKinks(-3, 3)(x * 3),
    },
  ),
  one(
    'negation',
    'Neg',
    { x: image },
    reference.pointwise((x) => -x),
  ),
  one('exponential', 'Exp', { x: image }, reference.pointwise(Math.exp)),
  one('logarithm', 'Log', { x: image }, reference.pointwise(Math.log), { draw: (x) => Math.abs(x) + 0.5 }),
  one('identity', 'Identity', { x: image }, (x) => x),
  one('dropout at rest', 'Dropout', { x: image }, (x) => x),
  one(
    'sum with broadcast',
    'Add',
    { x: image, b: [3, 1, 1] },
    reference.pointwise((a, b) => a + b),
  ),
  one(
    'sum of one operand twice',
    'Sum',
    { x: image, z: image },
    reference.pointwise((a, b) => a + b),
  ),
  one(
    'difference with broadcast',
    'Sub',
    { x: image, b: [1, 3, 1, 6] },
    reference.pointwise((a, b) => a - b),
  ),
  one(
    'squeeze and excitation product',
    'Mul',
    { x: image, s: [2, 3, 1, 1] },
    reference.pointwise((a, b) => a * b),
  ),
  one(
    'quotient',
    'Div',
    { x: image, s: [2, 3, 1, 1] },
    reference.pointwise((a, b) => a / b),
    {
      draw: (x) => (x >= 0 ? x + 0.5 : x - 0.5),
    },
  ),
  one('concat', 'Concat', { a: [2, 3, 4, 4], b: [2, 2, 4, 4] }, (...values) => reference.joined(values, 1), {
    attributes: { axis: 1 },
  }),
  {
    name: 'split of which one part is not read',
    operator: 'Split',
    inputs: { x: [2, 6, 3, 3] },
    nodes: [node('Split', ['x'], ['y', 'unread', 'z'], { axis: 1, num_outputs: 3 })],
    outputs: ['y', 'z'],
    forward: ([x]) => [
      reference.taken(x!, [0, 0, 0, 0], [2, 2, 3, 3]),
      reference.taken(x!, [0, 4, 0, 0], [2, 2, 3, 3]),
    ],
  },
  one('slice', 'Slice', { x: image }, (x) => reference.taken(x, [0, 1, 2, 0], [2, 2, 4, 6]), {
    extra: [ints('from', [1, -5]), ints('to', [3, 6]), ints('axes', [1, 2])],
  }),
  one('pad', 'Pad', { x: image }, (x) => reference.taken(x, [0, 0, -1, -2], [2, 3, 9, 8]), {
    extra: [ints('pads', [0, 0, 1, 2, 0, 0, 1, 0])],
  }),
  one('flatten', 'Flatten', { x: image }, (x) => reference.reshaped(x, [2, 126]), { attributes: { axis: 1 } }),
  one('reshape', 'Reshape', { x: image }, (x) => reference.reshaped(x, [2, 21, 6]), {
    extra: [ints('to', [0, -1, 6])],
  }),
  one('squeeze', 'Squeeze', { x: [2, 3, 1, 1] }, (x) => reference.reshaped(x, [2, 3]), {
    extra: [ints('axes', [2, 3])],
  }),
  one('unsqueeze', 'Unsqueeze', { x: [2, 3] }, (x) => reference.reshaped(x, [2, 3, 1, 1]), {
    extra: [ints('axes', [2, 3])],
  }),
  one('transpose', 'Transpose', { x: image }, (x) => reference.transposed(x, [0, 2, 3, 1]), {
    attributes: { perm: [0, 2, 3, 1] },
  }),
  one('global average', 'GlobalAveragePool', { x: image }, (x) => reference.reduced(x, [2, 3], mean)),
  one('global maximum', 'GlobalMaxPool', { x: image }, (x) => reference.reduced(x, [2, 3], maximum)),
  one(
    'mean without kept axes',
    'ReduceMean',
    { x: image },
    (x) => reference.reshaped(reference.reduced(x, [2, 3], mean), [2, 3]),
    {
      extra: [ints('axes', [-1, 2])],
      attributes: { keepdims: 0 },
    },
  ),
  one('maximum over channels', 'ReduceMax', { x: image }, (x) => reference.reduced(x, [1], maximum), {
    extra: [ints('axes', [1])],
    attributes: { keepdims: 1 },
  }),
  one(
    'gemm, both turned, scaled',
    'Gemm',
    { a: [5, 4], b: [3, 5], c: [3] },
    (a, b, c) => {
      const product = reference.matMul(reference.transposed(a, [1, 0]), reference.transposed(b, [1, 0]));
      return reference.pointwise((p, q) => 0.5 * p + 2 * q)(product, c);
    },
    { attributes: { transA: 1, transB: 1, alpha: { float: 0.5 }, beta: { float: 2 } } },
  ),
  one(
    'gemm as a dense layer',
    'Gemm',
    { a: [4, 5], b: [3, 5], c: [3] },
    (a, b, c) => reference.pointwise((p, q) => p + q)(reference.matMul(a, reference.transposed(b, [1, 0])), c),
    { attributes: { transB: 1 } },
  ),
  one('gemm, plain', 'Gemm', { a: [4, 5], b: [5, 3] }, (a, b) => reference.matMul(a, b)),
  one('product of a stack and one matrix', 'MatMul', { a: [2, 4, 5], b: [5, 3] }, (a, b) => reference.matMul(a, b)),
  one('product of two stacks', 'MatMul', { a: [2, 4, 5], b: [2, 5, 3] }, (a, b) => reference.matMul(a, b)),
  one('softmax', 'Softmax', { x: [4, 5] }, softmaxOf, { attributes: { axis: 1 } }),
  one('log softmax', 'LogSoftmax', { x: [4, 5] }, (x) => reference.pointwise(Math.log)(softmaxOf(x)), {
    attributes: { axis: 1 },
  }),
  convCase('conv 1 × 1, few weights', [2, 3, 9, 8], [4, 3, 1, 1], 1, windows([1, 1], [9, 8]), {}),
  convCase('conv 1 × 1, many weights', [2, 12, 2, 2], [16, 12, 1, 1], 1, windows([1, 1], [2, 2]), {}, false),
  convCase('conv 3 × 3', [2, 3, 7, 6], [4, 3, 3, 3], 1, windows([3, 3], [7, 6], { before: [1, 1] }), {
    pads: [1, 1, 1, 1],
  }),
  convCase(
    'conv 3 × 3, stride 2, rows that no window reaches',
    [2, 3, 8, 7],
    [4, 3, 3, 3],
    1,
    windows([3, 3], [3, 3], { strides: [2, 2] }),
    { strides: [2, 2] },
  ),
  convCase(
    'conv 3 × 3, stride 2, SAME_UPPER',
    [2, 3, 8, 6],
    [4, 3, 3, 3],
    1,
    windows([3, 3], [4, 3], { strides: [2, 2] }),
    { strides: [2, 2], auto_pad: 'SAME_UPPER' },
  ),
  convCase('conv 1 × 1, stride 2', [2, 3, 7, 6], [4, 3, 1, 1], 1, windows([1, 1], [4, 3], { strides: [2, 2] }), {
    strides: [2, 2],
  }),
  convCase(
    'conv 3 × 2, dilated, uneven pads',
    [2, 2, 9, 8],
    [3, 2, 3, 2],
    1,
    windows([3, 2], [8, 8], { dilations: [2, 1], before: [2, 0] }),
    { dilations: [2, 1], pads: [2, 0, 1, 1] },
  ),
  convCase('conv in groups', [2, 4, 5, 5], [6, 2, 3, 3], 2, windows([3, 3], [5, 5], { before: [1, 1] }), {
    pads: [1, 1, 1, 1],
  }),
  convCase(
    'conv in groups, stride 2',
    [2, 4, 6, 6],
    [6, 2, 3, 3],
    2,
    windows([3, 3], [3, 3], { strides: [2, 2], before: [1, 1] }),
    { pads: [1, 1, 1, 1], strides: [2, 2] },
  ),
  convCase('depthwise 3 × 3', [2, 5, 6, 6], [5, 1, 3, 3], 5, windows([3, 3], [6, 6], { before: [1, 1] }), {
    pads: [1, 1, 1, 1],
  }),
  convCase(
    'depthwise 5 × 5, stride 2',
    [2, 3, 9, 9],
    [3, 1, 5, 5],
    3,
    windows([5, 5], [5, 5], { strides: [2, 2], before: [2, 2] }),
    { pads: [2, 2, 2, 2], strides: [2, 2] },
  ),
  convCase(
    'depthwise 3 × 3, stride 2, TensorFlow’s pads',
    [2, 3, 8, 8],
    [3, 1, 3, 3],
    3,
    windows([3, 3], [4, 4], { strides: [2, 2] }),
    { pads: [0, 0, 1, 1], strides: [2, 2] },
  ),
  convCase(
    'depthwise 3 × 2, stride 3 and 2, with rows and columns that no window reaches',
    [2, 3, 8, 9],
    [3, 1, 3, 2],
    3,
    windows([3, 2], [2, 4], { strides: [3, 2] }),
    { strides: [3, 2] },
  ),
  convCase(
    'depthwise 3 × 3, dilated',
    [2, 3, 8, 7],
    [3, 1, 3, 3],
    3,
    windows([3, 3], [8, 5], { dilations: [2, 2], before: [2, 1] }),
    { dilations: [2, 2], pads: [2, 1, 2, 1] },
  ),
  convCase(
    'depthwise with two maps a channel',
    [2, 3, 5, 5],
    [6, 1, 3, 3],
    3,
    windows([3, 3], [5, 5], { before: [1, 1] }),
    { pads: [1, 1, 1, 1] },
  ),
  one(
    'max pool 3 × 3, stride 2',
    'MaxPool',
    { x: [2, 3, 7, 7] },
    (x) => reference.pool(x, windows([3, 3], [4, 4], { strides: [2, 2], before: [1, 1] }), maximum),
    {
      attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] },
    },
  ),
  one(
    'max pool, ceil mode',
    'MaxPool',
    { x: [2, 2, 6, 6] },
    (x) => reference.pool(x, windows([3, 3], [3, 3], { strides: [2, 2] }), maximum),
    {
      attributes: { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 },
    },
  ),
  one(
    'average pool without its pads',
    'AveragePool',
    { x: [2, 3, 7, 7] },
    (x) => reference.pool(x, windows([3, 3], [4, 4], { strides: [2, 2], before: [1, 1] }), mean),
    {
      attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] },
    },
  ),
  one(
    'average pool with its pads',
    'AveragePool',
    { x: [2, 3, 6, 6] },
    (x) =>
      reference.pool(
        x,
        windows([2, 2], [4, 4], { strides: [2, 2], before: [1, 1] }),
        (v, places) => v.reduce((s, e) => s + e, 0) / places,
      ),
    {
      attributes: { kernel_shape: [2, 2], strides: [2, 2], pads: [1, 1, 1, 1], count_include_pad: 1 },
    },
  ),
  {
    name: 'normalisation by frozen statistics',
    operator: 'BatchNormalization',
    inputs: { x: image, scale: [3], bias: [3] },
    constants: [floats('mean', [3], [0.1, -0.2, 0.3]), floats('variance', [3], [0.5, 1, 2])],
    nodes: [node('BatchNormalization', ['x', 'scale', 'bias', 'mean', 'variance'], 'y', { epsilon: { float: 1e-3 } })],
    forward: ([x, scale, bias]) => {
      const wide = (v: Value): Value => reference.reshaped(v, [1, 3, 1, 1]);
      const fixed = (...v: number[]): Value => ({ dims: [1, 3, 1, 1], data: Float64Array.from(v) });
      return [
        reference.pointwise((a, s, b, m, v) => (s * (a - m)) / Math.sqrt(v + Math.fround(1e-3)) + b)(
          x!,
          wide(scale!),
          wide(bias!),
          fixed(Math.fround(0.1), Math.fround(-0.2), Math.fround(0.3)),
          fixed(0.5, 1, 2),
        ),
      ];
    },
  },
  {
    name: 'normalisation by the batch',
    operator: 'winnow.Standardise',
    isTrained: true,
    inputs: { x: image, scale: [3], bias: [3] },
    constants: [floats('mean', [3], [0, 0, 0]), floats('variance', [3], [1, 1, 1])],
    nodes: [node('BatchNormalization', ['x', 'scale', 'bias', 'mean', 'variance'], 'y')],
    forward: ([x, scale, bias]) => {
      const wide = (v: Value): Value => reference.reshaped(v, [1, 3, 1, 1]);
      const centre = reference.reduced(x!, [0, 2, 3], mean);
      const spread = reference.reduced(reference.pointwise((a, m) => (a - m) ** 2)(x!, centre), [0, 2, 3], mean);
      return [
        reference.pointwise((a, m, v, s, b) => (s * (a - m)) / Math.sqrt(v + 1e-5) + b)(
          x!,
          centre,
          spread,
          wide(scale!),
          wide(bias!),
        ),
      ];
    },
  },
];

const productOf = (dims: readonly number[]): number => dims.reduce((product, side) => product * side, 1);

/** What a case is tried with: its inputs, and the weights r of its outputs in Σ r · y. */
export const drawnFor = (each: OperatorCase): CaseNumbers => {
  const random = seededRandom(7);
  const draw = each.draw ?? ((x: number): number => x);
  const inputs = new Map(
    Object.entries(each.inputs).map(([name, dims]) => [
      name,
      Float32Array.from({ length: productOf(dims) }, () => draw(random.normal())),
    ]),
  );
  const exact = Object.entries(each.inputs).map(([name, dims]) => ({
    dims,
    data: Float64Array.from(inputs.get(name)!),
  }));
  const forward = each.forward(exact);
  return { inputs, forward, weights: forward.map(({ data }) => Float32Array.from(data, () => random.normal())) };
};
export interface CaseNumbers {
  readonly inputs: ReadonlyMap<string, Float32Array>;
  /** The outputs in double precision. */
  readonly forward: readonly Value[];
  readonly weights: readonly Float32Array[];
}

/** A case as a network at its own shapes, its parameters among the constants. */
export const networkOf = (each: OperatorCase, inputs: ReadonlyMap<string, Float32Array>): Promise<StaticNetwork> => {
  const [data, ...parameters] = Object.entries(each.inputs);
  const initializer = [
    ...(each.constants ?? []),
    ...parameters.map(([name, dims]) => floats(name, dims, inputs.get(name)!)),
  ];
  const graph = {
    node: [...each.nodes],
    initializer,
    input: [value(data![0], 'float32', data![1])],
    output: [],
    valueInfo: [],
  };
  return staticNetwork(graph, data![0], data![1], outputsOf(each));
};
export const outputsOf = ({ outputs }: OperatorCase): readonly string[] => outputs ?? ['y'];

/** Gradients of Σ r · y by the tape, and the outputs. */
export const byTape = async (
  each: OperatorCase,
  inputs: ReadonlyMap<string, Float32Array>,
  weights: readonly Float32Array[],
): Promise<Map<string, Float32Array>> => {
  const outputs = outputsOf(each);
  const network = await networkOf(each, inputs);
  const tape = new Tape();
  for (const [name, dims] of Object.entries(each.inputs)) tape.declare(name, dims, true);
  for (const [name, constant] of network.constants) {
    if (!(name in each.inputs)) tape.constant(name, constant);
  }
  for (const made of network.nodes) {
    if (each.isTrained) {
      tape.declare(made.output[0]!, network.shapes.get(made.output[0]!)!);
      trainedBatchNorm(tape, made);
    } else
      tape.record(
        made,
        made.output.map((name) => network.shapes.get(name) ?? [0]),
      );
  }
  outputs.forEach((output, at) => {
    const r = tape.vector(weights[at]!, network.shapes.get(output)!);
    tape.give(output, r);
  });
  backward(tape, 'test');
  const given = Object.keys(each.inputs).map((name) => {
    const gradient = tape.gradientOf(name);
    if (gradient === null) throw new Error(`no gradient for ${name}`);
    return tape.emit('Identity', [gradient], {}, `gradient/${name}`);
  });
  const session = await openSession(
    writeOnnx(
      model(18, {
        node: tape.nodes,
        initializer: tape.initializers,
        input: Object.entries(each.inputs).map(([name, dims]) => value(name, 'float32', dims)),
        output: [...outputs, ...given].map((name) => ({ name })),
      }),
    ),
  );
  const feeds = Object.fromEntries(
    Object.entries(each.inputs).map(([name, dims]) => [
      name,
      { type: 'float32' as const, dims, data: inputs.get(name)! },
    ]),
  );
  const found = await session.run(feeds);
  await session.dispose();
  return new Map(Object.entries(found).map(([name, tensor]) => [name, tensor.data as Float32Array]));
};

/** Largest difference over the largest value. */
export const worst = (found: Float32Array, wanted: Float64Array | Float32Array): number => {
  if (found.length !== wanted.length) return Infinity;
  const scale = Array.from(wanted).reduce((most, x) => Math.max(most, Math.abs(x)), 1e-6);
  const apart = Array.from(wanted).reduce((most, x, at) => Math.max(most, Math.abs(x - found[at]!)), 0);
  return Number.isNaN(apart) ? Infinity : apart / scale;
};
