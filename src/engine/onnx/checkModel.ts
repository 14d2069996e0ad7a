/** Whether a model is one that can be cut: one picture in, plain operators, weights inside the file. */

import { WinnowError } from '../../base/errors.js';
import { dataTypes, toNumber, type OnnxGraph, type OnnxModel } from './onnxModel.js';
import type { InputLayout } from './pixelRecipe.js';

export interface NetworkInput {
  readonly name: string;
  readonly layout: InputLayout;
  /** Side of the square that the graph insists on; null when it takes any. */
  readonly fixedSide: number | null;
}

const knownDomains = new Set(['', 'ai.onnx', 'com.microsoft']);
const controlFlow = new Set(['Loop', 'If', 'Scan', 'SequenceMap']);
const oldestOpset = 7;

/** Throws `bad-model` with a sentence that says which rule the model breaks. */
export const checkModel = (model: OnnxModel, name: string): NetworkInput => {
  const refuse = (why: string): WinnowError =>
    new WinnowError(
      'bad-model',
      `${name} cannot be used: ${why}. Nothing was changed. Choose another ONNX image network.`,
    );
  const { graph } = model;
  if (graph.initializer.some((tensor) => tensor.dataLocation === 1 || (tensor.externalData?.length ?? 0) > 0)) {
    throw refuse('its weights lie in another file; export it as one file');
  }
  const strange = graph.node.find(({ domain }) => !knownDomains.has(domain ?? ''));
  if (strange)
    throw refuse(`it uses the operator ${strange.domain ?? ''}.${strange.opType}, which only its maker knows`);
  if ((model.functions?.length ?? 0) > 0) throw refuse('it defines functions of its own');
  const branch = graph.node.find(({ opType }) => controlFlow.has(opType));
  if (branch) throw refuse(`it has control flow (${branch.opType})`);
  const opset = model.opsetImport.find(({ domain }) => (domain ?? '') === '' || domain === 'ai.onnx');
  if (toNumber(opset?.version) < oldestOpset) {
    throw refuse(`it is written for ONNX opset ${toNumber(opset?.version)}; ${oldestOpset} is the oldest that is read`);
  }
  return networkInput(graph, refuse);
};

const networkInput = (graph: OnnxGraph, refuse: (why: string) => WinnowError): NetworkInput => {
  // Old files list their weights among the inputs.
  const weights = new Set(graph.initializer.map((tensor) => tensor.name));
  const inputs = graph.input.filter(({ name }) => !weights.has(name));
  const [input] = inputs;
  if (!input || inputs.length > 1) throw refuse(`it has ${inputs.length} inputs, not one picture`);
  const tensor = input.type?.tensorType;
  const dims = (tensor?.shape?.dim ?? []).map(({ dimValue }) => toNumber(dimValue));
  if (tensor?.elemType !== dataTypes.float32) throw refuse('its input is not float32');
  if (dims.length !== 4)
    throw refuse(`its input has ${dims.length} dimensions, not four (batch, channels, height, width)`);
  const layout: InputLayout | null = dims[1] === 3 ? 'nchw' : dims[3] === 3 ? 'nhwc' : null;
  if (!layout) throw refuse('its input does not have three colour channels');
  if (dims[0]! > 1) throw refuse(`it takes exactly ${dims[0]!} pictures at a time, not one`);
  const [height, width] = layout === 'nchw' ? [dims[2]!, dims[3]!] : [dims[1]!, dims[2]!];
  if (height !== width && height > 0 && width > 0) throw refuse(`its input is ${width} × ${height}, not square`);
  return { name: input.name, layout, fixedSide: Math.max(height, width) || null };
};
