/** TensorFlow.js as this room knows it: its core's types. The library itself comes at run time, from wherever it lies. */

import type * as core from '@tensorflow/tfjs-core';

export type Tfjs = typeof core;
export type Tensor = core.Tensor;
export type Tensor1D = core.Tensor1D;
export type Tensor2D = core.Tensor2D;
export type Tensor4D = core.Tensor4D;
