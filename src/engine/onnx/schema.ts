/**
 * ONNX's messages by their public field numbers (onnx.proto, IR version 11). What is never looked at is kept as bytes:
 * that is wire-compatible with a sub-message, so a file that is read and written again loses nothing.
 */

type Field = readonly [id: number, type: string, rule?: 'repeated'];
type Message = Readonly<Record<string, Field>>;

const many = 'repeated';

const messages: Readonly<Record<string, Message>> = {
  Model: {
    irVersion: [1, 'int64'],
    producerName: [2, 'string'],
    producerVersion: [3, 'string'],
    domain: [4, 'string'],
    modelVersion: [5, 'int64'],
    docString: [6, 'string'],
    graph: [7, 'Graph'],
    opsetImport: [8, 'OperatorSet', many],
    metadataProps: [14, 'StringEntry', many],
    trainingInfo: [20, 'bytes', many],
    functions: [25, 'bytes', many],
    configuration: [26, 'bytes', many],
  },
  OperatorSet: { domain: [1, 'string'], version: [2, 'int64'] },
  StringEntry: { key: [1, 'string'], value: [2, 'string'] },
  Graph: {
    node: [1, 'Node', many],
    name: [2, 'string'],
    initializer: [5, 'Tensor', many],
    docString: [10, 'string'],
    input: [11, 'ValueInfo', many],
    output: [12, 'ValueInfo', many],
    valueInfo: [13, 'ValueInfo', many],
    quantizationAnnotation: [14, 'bytes', many],
    sparseInitializer: [15, 'bytes', many],
    metadataProps: [16, 'StringEntry', many],
  },
  Node: {
    input: [1, 'string', many],
    output: [2, 'string', many],
    name: [3, 'string'],
    opType: [4, 'string'],
    attribute: [5, 'Attribute', many],
    docString: [6, 'string'],
    domain: [7, 'string'],
    overload: [8, 'string'],
    metadataProps: [9, 'StringEntry', many],
    deviceConfigurations: [10, 'bytes', many],
  },
  Attribute: {
    name: [1, 'string'],
    f: [2, 'float'],
    i: [3, 'int64'],
    s: [4, 'bytes'],
    t: [5, 'Tensor'],
    g: [6, 'Graph'],
    floats: [7, 'float', many],
    ints: [8, 'int64', many],
    strings: [9, 'bytes', many],
    tensors: [10, 'Tensor', many],
    graphs: [11, 'Graph', many],
    docString: [13, 'string'],
    tp: [14, 'bytes'],
    typeProtos: [15, 'bytes', many],
    type: [20, 'int32'],
    refAttrName: [21, 'string'],
    sparseTensor: [22, 'bytes'],
    sparseTensors: [23, 'bytes', many],
  },
  Tensor: {
    dims: [1, 'int64', many],
    dataType: [2, 'int32'],
    segment: [3, 'bytes'],
    floatData: [4, 'float', many],
    int32Data: [5, 'int32', many],
    stringData: [6, 'bytes', many],
    int64Data: [7, 'int64', many],
    name: [8, 'string'],
    rawData: [9, 'bytes'],
    doubleData: [10, 'double', many],
    uint64Data: [11, 'uint64', many],
    docString: [12, 'string'],
    externalData: [13, 'StringEntry', many],
    dataLocation: [14, 'int32'],
    metadataProps: [16, 'StringEntry', many],
  },
  ValueInfo: {
    name: [1, 'string'],
    type: [2, 'Type'],
    docString: [3, 'string'],
    metadataProps: [4, 'StringEntry', many],
  },
  Type: {
    tensorType: [1, 'TensorType'],
    sequenceType: [4, 'bytes'],
    mapType: [5, 'bytes'],
    denotation: [6, 'string'],
    opaqueType: [7, 'bytes'],
    sparseTensorType: [8, 'bytes'],
    optionalType: [9, 'bytes'],
  },
  TensorType: { elemType: [1, 'int32'], shape: [2, 'Shape'] },
  Shape: { dim: [1, 'Dimension', many] },
  Dimension: { dimValue: [1, 'int64'], dimParam: [2, 'string'], denotation: [3, 'string'] },
};

const packable = new Set(['float', 'double', 'int32', 'int64', 'uint64']);

/** In the JSON form that protobufjs reads. */
export const schemaJson = {
  nested: Object.fromEntries(
    Object.entries(messages).map(([name, fields]) => [
      name,
      {
        // Presence matters: a field that is 0 is not a field that is absent.
        edition: 'proto2',
        fields: Object.fromEntries(
          Object.entries(fields).map(([field, [id, type, rule]]) => [
            field,
            {
              id,
              type,
              ...(rule ? { rule } : {}),
              // Only tensors' data are packed in onnx.proto; `dims`, `ints` and `floats` are not.
              ...(rule && packable.has(type) ? { options: { packed: name === 'Tensor' && field !== 'dims' } } : {}),
            },
          ]),
        ),
      },
    ]),
  ),
};
