/** The exported graph in the browser: pixels in, probabilities out. The only importer of onnxruntime-web here. */

import * as ort from 'onnxruntime-web/wasm';
import { readPart } from './payload.js';
import type { Picture } from './readPicture.js';

export interface Classifier {
  answer(picture: Picture): Promise<Outputs>;
}
export interface Outputs {
  /** float32[classes], sums to 1. */
  readonly probabilities: Float32Array;
  readonly embedding: Float32Array;
  /** The largest raw ridge score. */
  readonly familiarity: number;
}

/** Throws a sentence when the browser cannot run it. */
export const openClassifier = async (): Promise<Classifier> => {
  if (typeof WebAssembly === 'undefined' || !WebAssembly.validate(simdProbe)) {
    throw new Error('This browser cannot run the model: it lacks WebAssembly SIMD. Use a browser of 2023 or newer.');
  }
  const [runtime, model] = await Promise.all([
    readPart('runtime', 'ort-wasm-simd-threaded.wasm'),
    readPart('model', 'model.onnx'),
  ]);
  ort.env.wasm.wasmBinary = runtime.buffer;
  // More threads need headers that neither a file nor most hosts send.
  ort.env.wasm.numThreads = 1;
  const session = await ort.InferenceSession.create(model, { executionProviders: ['wasm'], logSeverityLevel: 3 });
  // Pictures differ in size, so nothing may be answered by two at a time.
  let last: Promise<unknown> = Promise.resolve();
  const run = async ({ rgb, width, height }: Picture): Promise<Outputs> => {
    const pixels = new ort.Tensor('uint8', rgb, [height, width, 3]);
    const outputs = await session.run({ pixels });
    const floats = (name: string): Float32Array => {
      const { data } = outputs[name] ?? {};
      return data instanceof Float32Array ? data : new Float32Array(0);
    };
    const probabilities = floats('probabilities');
    if (probabilities.length === 0) throw new Error('The model gave no probabilities.');
    return { probabilities, embedding: floats('embedding'), familiarity: floats('familiarity')[0] ?? -Infinity };
  };
  return {
    answer: (picture) => {
      const answer = last.then(() => run(picture));
      last = answer.catch(() => undefined);
      return answer;
    },
  };
};

/** A module of one function with one SIMD instruction. */
const simdProbe = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11],
);
