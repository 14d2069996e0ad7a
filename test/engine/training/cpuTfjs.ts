/** TensorFlow.js on its own cpu backend: plain JavaScript, slow, and independent of everything else that computes here. */

import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
// The core's build for Node leaves its gradients out.
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import type { Tfjs } from '../../../src/engine/training/tfjs/tfjs.js';

export const cpuTfjs = async (): Promise<Tfjs> => {
  tf.env().set('IS_TEST', true);
  await tf.setBackend('cpu');
  return tf;
};
