/** Where the WebAssembly build of onnxruntime lies, for those who hand it on. */

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

export const webRuntimeName = 'ort-wasm-simd-threaded.wasm';

/** The same with WebGPU, loader and WebAssembly: 27 MB that only a browser with a GPU fetches. */
export const gpuRuntimeNames = { loader: 'ort.webgpu.js', wasm: 'ort-wasm-simd-threaded.asyncify.wasm' } as const;

/** Absolute paths; null where this installation has none (the editor's package leaves them out). */
export const gpuRuntimeFiles = (): { readonly loader: string; readonly wasm: string } | null => {
  const dist = path.dirname(webRuntimeFile());
  const files = {
    loader: path.join(dist, 'ort.webgpu.bundle.min.mjs'),
    wasm: path.join(dist, gpuRuntimeNames.wasm),
  };
  return Object.values(files).every((file) => existsSync(file)) ? files : null;
};

/** Absolute path. Throws when the package is not installed. */
export const webRuntimeFile = (): string => createRequire(import.meta.url).resolve(`onnxruntime-web/${webRuntimeName}`);
