/** Words for writing ONNX graphs by hand. */

import {
  dataTypes,
  type OnnxAttribute,
  type OnnxDataType,
  type OnnxGraph,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
} from './onnxModel.js';

export type Attributes = Readonly<Record<string, number | string | readonly number[] | { readonly float: number }>>;

const attributeTypes = { float: 1, int: 2, string: 3, ints: 7 } as const;

const attribute = (name: string, value: Attributes[string]): OnnxAttribute => {
  if (typeof value === 'number') return { name, type: attributeTypes.int, i: value };
  if (typeof value === 'string') return { name, type: attributeTypes.string, s: new TextEncoder().encode(value) };
  if ('float' in value) return { name, type: attributeTypes.float, f: value.float };
  return { name, type: attributeTypes.ints, ints: [...value] };
};

/** A node; a string output stands for a list of one. */
export const node = (
  opType: string,
  input: readonly string[],
  output: string | readonly string[],
  attributes: Attributes = {},
): OnnxNode => ({
  opType,
  input: [...input],
  output: typeof output === 'string' ? [output] : [...output],
  attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
});

export const floats = (
  name: string,
  dims: readonly number[],
  values: Float32Array | readonly number[],
): OnnxTensor => ({
  name,
  dims: [...dims],
  dataType: dataTypes.float32,
  rawData: bytesOf(Float32Array.from(values)),
});

/** A vector of int64, or a scalar. */
export const ints = (name: string, values: readonly number[] | number): OnnxTensor => ({
  name,
  dims: typeof values === 'number' ? [] : [values.length],
  dataType: dataTypes.int64,
  rawData: bytesOf(BigInt64Array.from(typeof values === 'number' ? [values] : values, BigInt)),
});

const bytesOf = (array: Float32Array | BigInt64Array): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** @param dims numbers, or names of dimensions that vary. */
export const value = (name: string, type: OnnxDataType, dims: readonly (number | string)[]): OnnxValue => ({
  name,
  type: {
    tensorType: {
      elemType: dataTypes[type],
      shape: { dim: dims.map((dim) => (typeof dim === 'number' ? { dimValue: dim } : { dimParam: dim })) },
    },
  },
});

/** A model of the default domain at `opset`. */
export const model = (
  opset: number,
  graph: Pick<OnnxGraph, 'node' | 'input' | 'output'> & { readonly initializer?: OnnxTensor[]; readonly name?: string },
  metadata: Readonly<Record<string, string>> = {},
): OnnxModel => ({
  irVersion: 9,
  producerName: 'winnow',
  opsetImport: [{ domain: '', version: opset }],
  graph: { name: 'winnow', initializer: [], valueInfo: [], ...graph },
  metadataProps: Object.entries(metadata).map(([key, text]) => ({ key, value: text })),
});
