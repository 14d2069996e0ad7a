/** Who makes and who reads each tensor of a graph. */

import type { OnnxGraph, OnnxNode, OnnxTensor } from './onnxModel.js';

export interface GraphIndex {
  readonly graph: OnnxGraph;
  /** Nodes are in topological order by ONNX's rules. */
  readonly order: ReadonlyMap<OnnxNode, number>;
  readonly makers: ReadonlyMap<string, OnnxNode>;
  /** Initializers and Constant outputs. */
  readonly constants: ReadonlySet<string>;
  readonly initializers: ReadonlyMap<string, OnnxTensor>;
}

export const indexGraph = (graph: OnnxGraph): GraphIndex => {
  const makers = new Map<string, OnnxNode>();
  const order = new Map<OnnxNode, number>();
  const initializers = new Map(graph.initializer.map((tensor) => [tensor.name ?? '', tensor]));
  const constants = new Set(initializers.keys());
  graph.node.forEach((node, at) => {
    order.set(node, at);
    // What is computed from constants alone (de-quantised weights, reshaped biases) is a constant too.
    const isConstant =
      node.opType === 'Constant' ||
      (node.input.length > 0 &&
        node.opType !== 'Shape' &&
        node.input.every((name) => name === '' || constants.has(name)));
    for (const name of node.output) {
      makers.set(name, node);
      if (isConstant) constants.add(name);
    }
  });
  return { graph, order, makers, constants, initializers };
};

/** The nodes that the named tensors are computed from, themselves included. */
export const ancestorsOf = ({ makers }: GraphIndex, names: readonly string[]): Set<OnnxNode> => {
  const found = new Set<OnnxNode>();
  const pending = [...names];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const maker = makers.get(name);
    if (!maker || found.has(maker)) continue;
    found.add(maker);
    pending.push(...maker.input);
  }
  return found;
};

/** Inputs that carry the picture, constants and absent ones left out. */
export const dataInputs = ({ constants }: GraphIndex, node: OnnxNode): string[] =>
  node.input.filter((name) => name !== '' && !constants.has(name));

/** The last of `nodes` in the order of the graph that satisfies `isIt`. */
export const lastNode = (
  { order }: GraphIndex,
  nodes: Iterable<OnnxNode>,
  isIt: (node: OnnxNode) => boolean,
): OnnxNode | null => {
  let best: OnnxNode | null = null;
  for (const node of nodes) {
    if (isIt(node) && (!best || order.get(node)! > order.get(best)!)) best = node;
  }
  return best;
};

/** Initializers that nobody names any more, and nodes that no output needs, left out. */
export const prune = (graph: OnnxGraph): OnnxGraph => {
  const kept = ancestorsOf(
    indexGraph(graph),
    graph.output.map(({ name }) => name),
  );
  const node = graph.node.filter((each) => kept.has(each));
  const named = new Set(node.flatMap(({ input }) => input));
  const initializer = graph.initializer.filter(({ name }) => named.has(name ?? ''));
  return { ...graph, node, initializer, input: graph.input.filter(({ name }) => named.has(name)) };
};
