/** ONNX files as plain objects, read and written without loss. */

import protobuf from 'protobufjs/light.js';
import { WinnowError } from '../../base/errors.js';
import { schemaJson } from './schema.js';

/** 64-bit integers are `Long` objects where the file has them; plain numbers may be written. */
export type Int64 = number | { toNumber(): number };

export interface OnnxTensor {
  name?: string;
  dims?: Int64[];
  dataType?: number;
  rawData?: Uint8Array;
  floatData?: number[];
  int32Data?: number[];
  int64Data?: Int64[];
  externalData?: unknown[];
  dataLocation?: number;
}
export interface OnnxAttribute {
  name: string;
  type?: number;
  f?: number;
  i?: Int64;
  s?: Uint8Array;
  t?: OnnxTensor;
  g?: OnnxGraph;
  ints?: Int64[];
  floats?: number[];
  graphs?: OnnxGraph[];
}
export interface OnnxNode {
  name?: string;
  opType: string;
  domain?: string;
  input: string[];
  output: string[];
  attribute?: OnnxAttribute[];
}
export interface OnnxValue {
  name: string;
  type?: { tensorType?: { elemType?: number; shape?: { dim?: { dimValue?: Int64; dimParam?: string }[] } } };
}
export interface OnnxGraph {
  name?: string;
  node: OnnxNode[];
  initializer: OnnxTensor[];
  sparseInitializer?: unknown[];
  input: OnnxValue[];
  output: OnnxValue[];
  valueInfo: OnnxValue[];
}
export interface OnnxModel {
  irVersion?: Int64;
  producerName?: string;
  docString?: string;
  graph: OnnxGraph;
  opsetImport: { domain?: string; version?: Int64 }[];
  metadataProps?: { key: string; value: string }[];
  functions?: unknown[];
}

/** TensorProto.DataType. */
export const dataTypes = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9, float16: 10 } as const;
export type OnnxDataType = keyof typeof dataTypes;

const messageType = protobuf.Root.fromJSON(schemaJson).lookupType('Model');

export const toNumber = (value: Int64 | undefined): number =>
  value === undefined ? 0 : typeof value === 'number' ? value : value.toNumber();

/** Throws `bad-model` when the bytes are no ONNX model. */
export const readOnnx = (bytes: Uint8Array, name: string): OnnxModel => {
  let model: OnnxModel;
  try {
    model = messageType.decode(bytes) as unknown as OnnxModel;
  } catch (cause) {
    throw notOnnx(name, cause);
  }
  const graph = (model as Partial<OnnxModel>).graph;
  if (!graph || graph.node.length === 0 || graph.output.length === 0 || toNumber(model.irVersion) < 1) {
    throw notOnnx(name);
  }
  return model;
};

const notOnnx = (name: string, cause?: unknown): WinnowError =>
  new WinnowError(
    'bad-model',
    `${name} is no ONNX model. Nothing was changed. Name a .onnx file of an image network.`,
    {
      cause,
    },
  );

export const writeOnnx = (model: OnnxModel): Uint8Array => messageType.encode({ ...model }).finish();
