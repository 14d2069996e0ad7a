/** The only importer of onnxruntime: native (CPU, WebGPU) or the WebAssembly rung, behind one small interface. */

import type * as Native from 'onnxruntime-node';
import { WinnowError } from '../../base/errors.js';
import { requirePackage } from '../requirePackage.js';
import { instead, type Tensor, type TensorSession } from './tensorSession.js';

export type Rung = 'native' | 'wasm';
export type Device = 'auto' | 'cpu' | 'webgpu';

export interface SessionOptions {
  readonly device?: Device;
  /** Threads within an operator; 1 where several workers run side by side. */
  readonly threads?: number;
  /** Off where the input changes its size from run to run: an arena would keep the largest of each. */
  readonly keepsArena?: boolean;
  /** Every run has the same sizes: a GPU keeps all buffers for the next one. The first session of a process decides for all. */
  readonly keepsBuffers?: boolean;
  /** Names of the graph's outputs, where some are to stay on the device. */
  readonly outputs?: readonly string[];
}

type Ort = typeof Native;

let rung: Rung = process.env['WINNOW_RUNG'] === 'wasm' ? 'wasm' : 'native';
let loaded: { readonly rung: Rung; readonly ort: Promise<Ort> } | undefined;

/** Which onnxruntime sessions made from now on use. */
export const useRung = (next: Rung): void => {
  rung = next;
};
export const currentRung = (): Rung => rung;

const loadOrt = (): Promise<Ort> => {
  if (loaded?.rung !== rung) loaded = { rung, ort: rung === 'native' ? loadNative() : loadWasm() };
  return loaded.ort;
};

const loadNative = (): Promise<Ort> =>
  new Promise((resolve) => {
    resolve(requirePackage('onnxruntime-node') as Ort);
  });

const loadWasm = async (): Promise<Ort> => {
  const ort = await import('onnxruntime-web');
  ort.env.wasm.numThreads = 1;
  return ort as unknown as Ort;
};

export const onnxruntimeVersion = async (): Promise<string> => {
  const { env } = await loadOrt();
  return env.versions.node ?? env.versions.web ?? env.versions.common;
};

/**
 * By default few large buffers are kept; a training step makes hundreds, and to make them anew took two thirds of its time on
 * an H200. Gradients are written in the layout of the file; in the other one each picture is turned there and back (1.4 ×).
 */
const steadyGpu = { name: 'webgpu', preferredLayout: 'NCHW', storageBufferCacheMode: 'simple' } as const;

interface OrtSession {
  readonly ort: Ort;
  readonly session: Native.InferenceSession;
  /** What computes, as in `TensorSession`. */
  readonly provider: string;
}

/** As `openSession`, for this room alone. @param kept outputs whose names begin so stay on the device that made them. */
export const ortSession = async (
  model: Uint8Array,
  options: SessionOptions,
  kept: string | null,
): Promise<OrtSession> => {
  const ort = await loadOrt();
  const create = (
    provider: string,
    locations: Native.InferenceSession.SessionOptions = {},
  ): Promise<Native.InferenceSession> =>
    ort.InferenceSession.create(model, {
      executionProviders: [provider === 'webgpu' && options.keepsBuffers ? steadyGpu : provider],
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
      intraOpNumThreads: options.threads ?? 1,
      interOpNumThreads: 1,
      ...(options.keepsArena === false ? { enableCpuMemArena: false, enableMemPattern: false } : {}),
      // Spinning threads starve the other worker on shared cores (measured: slower in every pairing).
      extra: { session: { intra_op: { allow_spinning: '0' } } },
      ...locations,
    });
  if (rung === 'native' && options.device === 'webgpu') {
    try {
      const names = kept === null ? [] : (options.outputs?.filter((name) => name.startsWith(kept)) ?? []);
      const locations = Object.fromEntries(names.map((name) => [name, 'gpu-buffer' as const]));
      const session = await create('webgpu', names.length > 0 ? { preferredOutputLocation: locations } : {});
      return { ort, session, provider: 'webgpu' };
    } catch (error) {
      const session = await createOrRefuse(() => create('cpu'));
      return { ort, session, provider: instead('cpu', 'webgpu', firstLine(error)) };
    }
  }
  const provider = rung === 'native' ? 'cpu' : 'wasm';
  return { ort, session: await createOrRefuse(() => create(provider)), provider };
};

/**
 * A session on the model's bytes. `auto` is the CPU: the same figures on every machine; `webgpu` falls back to it and says why.
 * Throws `bad-model` when onnxruntime refuses the graph.
 */
export const openSession = async (model: Uint8Array, options: SessionOptions = {}): Promise<TensorSession> => {
  const { ort, session, provider } = await ortSession(model, options, null);
  return wrap(ort, session, provider);
};

const createOrRefuse = async (create: () => Promise<Native.InferenceSession>): Promise<Native.InferenceSession> => {
  try {
    return await create();
  } catch (cause) {
    throw new WinnowError('bad-model', `onnxruntime cannot run this model: ${firstLine(cause)}`, { cause });
  }
};

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]!.slice(0, 200);

const wrap = (ort: Ort, session: Native.InferenceSession, provider: string): TensorSession => ({
  inputs: session.inputNames,
  outputs: session.outputNames,
  provider,
  run: async (feeds) => {
    const tensors = Object.entries(feeds).map(([name, { type, dims, data }]) => [
      name,
      new ort.Tensor(type as 'float32', data as Float32Array, dims),
    ]);
    const results = await session.run(Object.fromEntries(tensors) as Record<string, Native.Tensor>);
    return results as unknown as Readonly<Record<string, Tensor>>;
  },
  dispose: () => session.release(),
});
