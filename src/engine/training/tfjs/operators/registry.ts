/** The forward pass, operator by operator; every one that has a gradient of ours is here too. */

import { convolution } from './convolution.js';
import { gemm, matMul } from './dense.js';
import * as elementwise from './elementwise.js';
import { batchNormalization } from './normalisation.js';
import type { Operator } from './operator.js';
import { averagePool, maxPool } from './pools.js';
import { globalAveragePool, globalMaxPool, logSoftmax, reduceMax, reduceMean, softmax } from './reductions.js';
import * as shapes from './shapes.js';

export const operators: Readonly<Record<string, Operator | undefined>> = {
  Add: elementwise.add,
  AveragePool: averagePool,
  BatchNormalization: batchNormalization,
  Clip: elementwise.clip,
  Concat: shapes.concat,
  Conv: convolution,
  Div: elementwise.div,
  Dropout: elementwise.identity,
  Exp: elementwise.exp,
  Flatten: shapes.reshape,
  Gemm: gemm,
  GlobalAveragePool: globalAveragePool,
  GlobalMaxPool: globalMaxPool,
  HardSigmoid: elementwise.hardSigmoid,
  HardSwish: elementwise.hardSwish,
  Identity: elementwise.identity,
  LeakyRelu: elementwise.leakyRelu,
  Log: elementwise.log,
  LogSoftmax: logSoftmax,
  MatMul: matMul,
  MaxPool: maxPool,
  Mul: elementwise.mul,
  Neg: elementwise.neg,
  Pad: shapes.pad,
  ReduceMax: reduceMax,
  ReduceMean: reduceMean,
  Relu: elementwise.relu,
  Reshape: shapes.reshape,
  Sigmoid: elementwise.sigmoid,
  Slice: shapes.slice,
  Softmax: softmax,
  Split: shapes.split,
  Sqrt: elementwise.sqrt,
  Squeeze: shapes.reshape,
  Sub: elementwise.sub,
  Sum: elementwise.add,
  Tanh: elementwise.tanh,
  Transpose: shapes.transpose,
  Unsqueeze: shapes.reshape,
};
