/** Where the WebAssembly build of onnxruntime lies, for those who hand it on. */

import { createRequire } from 'node:module';

export const webRuntimeName = 'ort-wasm-simd-threaded.wasm';

/** Absolute path. Throws when the package is not installed. */
export const webRuntimeFile = (): string => createRequire(import.meta.url).resolve(`onnxruntime-web/${webRuntimeName}`);
