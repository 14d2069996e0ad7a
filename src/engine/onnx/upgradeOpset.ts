/**
 * A network of an older opset, respelled for opset 18, so that it can stand in one graph with the pixel recipe.
 * Only what changed its spelling between 7 and 18 is touched; an operator that changed its meaning is refused.
 */

import { WinnowError } from '../../base/errors.js';
import { floats, ints } from './build.js';
import { toNumber, type OnnxAttribute, type OnnxGraph, type OnnxNode, type OnnxTensor } from './onnxModel.js';

export const newestOpset = 18;

/** Since which opset an attribute is an input. */
const axesSince: Readonly<Record<string, number>> = {
  Squeeze: 13,
  Unsqueeze: 13,
  ReduceSum: 13,
  ReduceMean: 18,
  ReduceMax: 18,
  ReduceMin: 18,
  ReduceProd: 18,
  ReduceL1: 18,
  ReduceL2: 18,
  ReduceLogSum: 18,
  ReduceLogSumExp: 18,
  ReduceSumSquare: 18,
};

/** Meant another thing before this opset. */
const changedIn: Readonly<Record<string, number>> = {
  Upsample: 10,
  Resize: 11,
  Softmax: 13,
  LogSoftmax: 13,
  Hardmax: 13,
};

/** @param opset of the default domain in `graph`.  Throws `bad-model` naming the operator that cannot be respelled. */
export const upgradeOpset = (graph: OnnxGraph, opset: number, name: string): OnnxGraph => {
  if (opset >= newestOpset) return graph;
  const added: OnnxTensor[] = [];
  let count = 0;
  const constant = (make: (name: string) => OnnxTensor): string => {
    const tensor = make(`winnow/upgrade/${count++}`);
    added.push(tensor);
    return tensor.name!;
  };
  const node = graph.node.map((each) => respelled(each, opset, name, constant));
  return { ...graph, node, initializer: [...graph.initializer, ...added] };
};

type Constant = (make: (name: string) => OnnxTensor) => string;

const respelled = (node: OnnxNode, opset: number, name: string, constant: Constant): OnnxNode => {
  const { opType, input } = node;
  if ((node.domain ?? '') !== '' && node.domain !== 'ai.onnx') return node;
  const find = (key: string): OnnxAttribute | undefined => node.attribute?.find((each) => each.name === key);
  const without = (...keys: string[]): OnnxAttribute[] =>
    (node.attribute ?? []).filter((each) => !keys.includes(each.name));
  const listed = (key: string): string => {
    const values = find(key)?.ints;
    return values ? constant((to) => ints(to, values.map(toNumber))) : '';
  };
  const refuse = (): WinnowError =>
    new WinnowError(
      'bad-model',
      `${name} cannot be exported: its ${opType} is written for ONNX opset ${String(opset)}, where it means another thing. Your run is safe; train on another backbone and export that.`,
    );
  if (opset < (changedIn[opType] ?? 0)) throw refuse();
  if (opset < (axesSince[opType] ?? 0) && find('axes')) {
    return { ...node, input: [input[0]!, listed('axes')], attribute: without('axes') };
  }
  switch (opType) {
    case 'Dropout':
      // It passes the picture on when it does not train.
      return { ...node, opType: 'Identity', input: [input[0]!], output: [node.output[0]!], attribute: [] };
    case 'BatchNormalization':
      return { ...node, output: [node.output[0]!], attribute: without('spatial', 'is_test', 'consumed_inputs') };
    case 'Clip': {
      if (opset >= 11) return node;
      const limit = (key: string): string => {
        const value = find(key)?.f;
        return value === undefined ? '' : constant((to) => floats(to, [], [value]));
      };
      return { ...node, input: [input[0]!, limit('min'), limit('max')], attribute: without('min', 'max') };
    }
    case 'Pad': {
      if (opset >= 11) return node;
      const fill = find('value')?.f ?? 0;
      const inputs = [input[0]!, listed('pads'), constant((to) => floats(to, [], [fill]))];
      return { ...node, input: inputs, attribute: without('pads', 'value') };
    }
    case 'Slice':
      if (opset >= 10) return node;
      return { ...node, input: [input[0]!, listed('starts'), listed('ends'), listed('axes')], attribute: [] };
    case 'Split': {
      if (opset >= 18) return node;
      const lengths = opset >= 13 ? (input[1] ?? '') : listed('split');
      // Equal parts are told by their number since 18.
      if (lengths !== '') return { ...node, input: [input[0]!, lengths], attribute: without('split') };
      const parts: OnnxAttribute = { name: 'num_outputs', type: 2, i: node.output.length };
      return { ...node, input: [input[0]!], attribute: [...without('split'), parts] };
    }
    default:
      return node;
  }
};
