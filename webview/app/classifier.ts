/** The exported graph in the browser: pixels in, probabilities out. Imports onnxruntime-web; the GPU's build comes by address. */

import * as ort from 'onnxruntime-web/wasm';
import { openOnGpu, type GpuAnswer } from './gpuSession.js';
import { readPart, readSettings } from './payload.js';
import { runOn, type Outputs, type Pixels } from './runGraph.js';

export interface Classifier {
  answer(picture: Pixels): Promise<Outputs>;
  /** Hears when something else begins to answer; a sentence. */
  onDevice(listener: (sentence: string) => void): void;
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
  const onProcessor = (picture: Pixels): Promise<Outputs> => runOn(ort, session, picture);
  let run = onProcessor;
  let hear: (sentence: string) => void = () => undefined;
  // Pictures differ in size, so nothing may be answered by two at a time.
  let last: Promise<unknown> = Promise.resolve();
  const answer = (picture: Pixels): Promise<Outputs> => {
    const answered = last.then(() => run(picture));
    last = answered.catch(() => undefined);
    return answered;
  };
  const take = (gpu: GpuAnswer): void => {
    run = async (picture) => {
      try {
        return await gpu.answer(picture);
      } catch {
        // The GPU was lost: the processor has been there all the time.
        run = onProcessor;
        hear('Answers come from the processor again.');
        return onProcessor(picture);
      }
    };
    hear(gpu.sentence);
  };
  if (readSettings().hasGpuRuntime === true) void openOnGpu(model, answer).then((gpu) => gpu && take(gpu));
  return { answer, onDevice: (listener) => void (hear = listener) };
};

/** A module of one function with one SIMD instruction. */
const simdProbe = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11],
);
