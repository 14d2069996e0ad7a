/** The operators that can be trained through. */

import { batchNormalization } from './batchNormalization.js';
import { convolution } from './convolution.js';
import { gemm, matMul } from './dense.js';
import * as elementwise from './elementwise.js';
import type { Gradient } from './gradient.js';
import { averagePool, maxPool } from './pools.js';
import { globalAveragePool, globalMaxPool, reduceMax, reduceMean } from './reductions.js';
import * as shapes from './shapes.js';
import { logSoftmax, softmax } from './softmax.js';
import { standardise } from './standardise.js';

export const gradients: Readonly<Record<string, Gradient | undefined>> = {
  Add: elementwise.add,
  AveragePool: averagePool,
  BatchNormalization: batchNormalization,
  Clip: elementwise.clip,
  Concat: shapes.concat,
  Conv: convolution,
  Div: elementwise.div,
  // Dropout only passes on where it does not train; the head's is a product with a mask.
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
  'winnow.Standardise': standardise,
};
