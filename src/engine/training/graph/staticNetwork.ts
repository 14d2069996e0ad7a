/**
 * A network at one batch and one picture size, where every shape is a number. onnxruntime itself is asked: one run of the
 * network tells the shape of each tensor and the value of everything that does not depend on what is in the picture
 * (weights that are computed, targets of reshapes, limits of clips), so that no shape inference of our own can be wrong.
 */

import { WinnowError } from '../../../base/errors.js';
import { ints, node, value } from '../../onnx/build.js';
import { ancestorsOf, indexGraph, prune } from '../../onnx/graphIndex.js';
import type { OnnxGraph, OnnxNode } from '../../onnx/onnxModel.js';
import { writeOnnx } from '../../onnx/onnxModel.js';
import { newestOpset } from '../../onnx/upgradeOpset.js';
import { model } from '../../onnx/build.js';
import { openSession } from '../../session/openSession.js';
import type { Tensor } from '../../session/tensorSession.js';

export type Shape = readonly number[];

/** A tensor that is the same for every picture. */
export interface Constant {
  readonly dims: Shape;
  readonly data: Float32Array | BigInt64Array;
}

export interface StaticNetwork {
  /** What depends on the picture, in order. */
  readonly nodes: readonly OnnxNode[];
  readonly input: string;
  /** All that `nodes` read and do not make, the input left out. */
  readonly constants: ReadonlyMap<string, Constant>;
  /** Of the input, the constants and everything that is made. */
  readonly shapes: ReadonlyMap<string, Shape>;
  readonly outputs: readonly string[];
}

/**
 * @param graph of opset 18.
 * @param inputShape with the batch.
 * Throws `bad-model` when onnxruntime refuses the network or it has tensors of other types than float32 and int64.
 */
export const staticNetwork = async (
  graph: OnnxGraph,
  input: string,
  inputShape: Shape,
  outputs: readonly string[],
): Promise<StaticNetwork> => {
  const pruned = prune({ ...graph, output: outputs.map((name) => ({ name })) });
  const index = indexGraph(pruned);
  const wanted = ancestorsOf(index, outputs);
  const varying = new Set([input]);
  const nodes = pruned.node.filter((each) => {
    if (!wanted.has(each) || each.opType === 'Shape' || each.opType === 'Size') return false;
    if (!each.input.some((name) => varying.has(name))) return false;
    for (const name of each.output) if (name !== '') varying.add(name);
    return true;
  });
  const fixed = [...new Set(nodes.flatMap((each) => each.input))].filter((name) => name !== '' && !varying.has(name));
  const moving = [...new Set([input, ...nodes.flatMap((each) => each.output)])].filter((name) => name !== '');
  const probe = await openSession(
    writeOnnx(
      model(newestOpset, {
        node: [
          ...pruned.node,
          ...moving.map((name) => node('Shape', [name], `winnow/shape/${name}`)),
          ...fixed.map((name) => node('Identity', [name], `winnow/value/${name}`)),
        ],
        initializer: pruned.initializer,
        input: [value(input, 'float32', inputShape)],
        output: [
          ...moving.map((name) => value(`winnow/shape/${name}`, 'int64', ['rank'])),
          ...fixed.map((name) => ({ name: `winnow/value/${name}` })),
        ],
      }),
    ),
    { keepsArena: false },
  );
  let found: Readonly<Record<string, Tensor>>;
  try {
    const length = inputShape.reduce((product, side) => product * side, 1);
    found = await probe.run({ [input]: { type: 'float32', dims: inputShape, data: new Float32Array(length) } });
  } finally {
    await probe.dispose();
  }
  const shapes = new Map<string, Shape>();
  for (const name of moving) {
    shapes.set(name, Array.from(found[`winnow/shape/${name}`]!.data as BigInt64Array, Number));
  }
  const constants = new Map<string, Constant>();
  for (const name of fixed) {
    const { data, dims } = found[`winnow/value/${name}`]!;
    if (!(data instanceof Float32Array || data instanceof BigInt64Array)) {
      throw new WinnowError(
        'bad-model',
        `The network cannot be trained: its tensor ${name} is neither float32 nor int64.`,
      );
    }
    constants.set(name, { dims, data });
    shapes.set(name, dims);
  }
  return { nodes, input, constants, shapes, outputs };
};

/** A constant as integers; empty where the tensor is absent. */
export const integersOf = (network: Pick<StaticNetwork, 'constants'>, name: string | undefined): number[] => {
  const constant = name === undefined ? undefined : network.constants.get(name);
  return constant ? Array.from(constant.data, Number) : [];
};

export const initializerOf = (name: string, { dims, data }: Constant): ReturnType<typeof ints> =>
  data instanceof Float32Array
    ? { name, dims: [...dims], dataType: 1, rawData: bytesOf(data) }
    : { name, dims: [...dims], dataType: 7, rawData: bytesOf(data) };

const bytesOf = (data: Float32Array | BigInt64Array): Uint8Array =>
  new Uint8Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength));
