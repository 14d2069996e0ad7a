/** What of a network is trained, and how it lies in flat vectors: one a layer group, with and without weight decay. */

import type { StaticNetwork, Shape } from './staticNetwork.js';
import { floatAttribute } from '../../onnx/attributes.js';
import type { OnnxNode } from '../../onnx/onnxModel.js';

export interface Parameter {
  readonly name: string;
  readonly dims: Shape;
  /** 'weight' decays; biases and the scale and shift of a normalisation do not. */
  readonly kind: 'weight' | 'bias' | 'norm';
  /** Position of the first convolution or product that it belongs to or follows. */
  readonly layer: number;
}

/** Where a network keeps its numbers, operator by operator: input → what it is. */
const places: Readonly<Record<string, Readonly<Record<number, Parameter['kind']>>>> = {
  Conv: { 1: 'weight', 2: 'bias' },
  Gemm: { 1: 'weight', 2: 'bias' },
  MatMul: { 1: 'weight' },
  BatchNormalization: { 1: 'norm', 2: 'norm' },
  Add: { 1: 'bias' },
};

/** In the order of the network; a tensor that two layers share is one parameter. */
export const parametersOf = ({ nodes, constants }: Pick<StaticNetwork, 'nodes' | 'constants'>): Parameter[] => {
  const found = new Map<string, Parameter>();
  let layer = -1;
  for (const node of nodes) {
    if (node.opType === 'Conv' || node.opType === 'Gemm' || node.opType === 'MatMul') layer++;
    for (const [at, kind] of Object.entries(places[node.opType] ?? {})) {
      const name = node.input[Number(at)] ?? '';
      const constant = constants.get(name);
      if (!(constant?.data instanceof Float32Array) || found.has(name)) continue;
      // A number that is added to everything is arithmetic, not a bias.
      if (node.opType === 'Add' && constant.data.length === 1) continue;
      found.set(name, { name, dims: constant.dims, kind, layer: Math.max(0, layer) });
    }
  }
  return [...found.values()];
};

/** The names of running means and variances of the normalisations, in order. */
export const statisticsOf = ({ nodes }: Pick<StaticNetwork, 'nodes'>): { mean: string; variance: string }[] =>
  nodes
    .filter(({ opType }) => opType === 'BatchNormalization')
    .map(({ input }) => ({ mean: input[3]!, variance: input[4]! }));

/** Of a normalisation, so that a written file and a trained one agree. */
export const epsilonOf = (node: OnnxNode): number => floatAttribute(node, 'epsilon', 1e-5);

export interface Slot {
  readonly name: string;
  readonly dims: Shape;
  readonly offset: number;
  readonly length: number;
}
export interface Vector {
  /** 'weights/<group>/decay' or 'weights/<group>/plain'. */
  readonly name: string;
  readonly group: number;
  readonly isDecayed: boolean;
  readonly length: number;
  readonly slots: readonly Slot[];
}

/** @param groupOf null = frozen. */
export const layOut = (
  parameters: readonly Parameter[],
  groupOf: (parameter: Parameter) => number | null,
): Vector[] => {
  const lists = new Map<string, { group: number; isDecayed: boolean; length: number; slots: Slot[] }>();
  for (const parameter of parameters) {
    const group = groupOf(parameter);
    if (group === null) continue;
    const isDecayed = parameter.kind === 'weight';
    const key = `weights/${String(group)}/${isDecayed ? 'decay' : 'plain'}`;
    const list = lists.get(key) ?? { group, isDecayed, length: 0, slots: [] };
    const length = parameter.dims.reduce((product, side) => product * side, 1);
    list.slots.push({ name: parameter.name, dims: parameter.dims, offset: list.length, length });
    list.length += length;
    lists.set(key, list);
  }
  return [...lists].map(([name, list]) => ({ name, ...list })).sort((a, b) => (a.name < b.name ? -1 : 1));
};
