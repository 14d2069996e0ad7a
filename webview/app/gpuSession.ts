/** The same graph by WebGPU, where a browser has it: taken only when it answers alike and sooner. */

import type * as ort from 'onnxruntime-web/wasm';
import { runOn, type Outputs, type Pixels } from './runGraph.js';

export interface GpuAnswer {
  readonly answer: (picture: Pixels) => Promise<Outputs>;
  /** What the warm-up comparison found, for a person. */
  readonly sentence: string;
}

/** Of any probability. */
const tolerance = 1e-3;
const tries = 3;
/** Nodes of the predictor that hold half precision, which not every GPU has. */
const inHalf = ['a', 'mid'].flatMap((block) => ['half', 'z', 'landmarks'].map((name) => `winnow/${block}/${name}`));

/** `?device=webgpu` also takes a slow or software GPU (for trying it), `?device=wasm` none. */
const wish = new URLSearchParams(location.search).get('device');

/**
 * Null where there is no GPU, it answers otherwise, or it is no faster: whatever happens, the processor answers on.
 * @param onProcessor the answers to compare with.
 */
export const openOnGpu = async (
  model: Uint8Array,
  onProcessor: (picture: Pixels) => Promise<Outputs>,
): Promise<GpuAnswer | null> => {
  try {
    if (wish === 'wasm' || !(await hasGpu())) return null;
    const address = new URL('ort.webgpu.js', document.baseURI).href;
    const runtime = (await import(address)) as typeof ort;
    runtime.env.wasm.wasmPaths = { wasm: new URL('ort-wasm-simd-threaded.asyncify.wasm', document.baseURI).href };
    runtime.env.wasm.numThreads = 1;
    const session = await runtime.InferenceSession.create(model, {
      executionProviders: [{ name: 'webgpu', forceCpuNodeNames: inHalf }],
      logSeverityLevel: 3,
    });
    const answer = (picture: Pixels): Promise<Outputs> => runOn(runtime, session, picture);
    const picture = warmUpPicture();
    const [own, gpu] = [await timed(() => onProcessor(picture)), await timed(() => answer(picture))];
    const difference = Math.max(
      ...own.outputs.probabilities.map((p, at) => Math.abs(p - (gpu.outputs.probabilities[at] ?? Infinity))),
      Math.abs(own.outputs.familiarity - gpu.outputs.familiarity) / 10,
    );
    if (!(difference <= tolerance) || (wish !== 'webgpu' && gpu.ms >= own.ms)) {
      await session.release();
      return null;
    }
    return {
      answer,
      sentence: `Answers come from the graphics processor: ${gpu.ms.toFixed(0)} ms instead of ${own.ms.toFixed(0)} ms a picture, at most ${difference.toExponential(0)} apart.`,
    };
  } catch {
    return null;
  }
};

interface Gpu {
  requestAdapter(): Promise<{ readonly info?: { readonly isFallbackAdapter?: boolean } } | null>;
}

const hasGpu = async (): Promise<boolean> => {
  const { gpu } = navigator as { readonly gpu?: Gpu };
  const adapter = await gpu?.requestAdapter();
  return adapter ? wish === 'webgpu' || adapter.info?.isFallbackAdapter !== true : false;
};

/** The best of a few, after one that compiles. */
const timed = async (ask: () => Promise<Outputs>): Promise<{ readonly outputs: Outputs; readonly ms: number }> => {
  let outputs = await ask();
  let ms = Infinity;
  for (let i = 0; i < tries; i++) {
    const started = performance.now();
    outputs = await ask();
    ms = Math.min(ms, performance.now() - started);
  }
  return { outputs, ms };
};

/** Waves of several lengths and colours: every channel and scale has something in it. */
const warmUpPicture = (): Pixels => {
  const [width, height] = [320, 256];
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < rgb.length; i++) {
    const [x, y, channel] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3];
    rgb[i] = 128 + 60 * Math.sin((x * (channel + 1)) / 9) + 60 * Math.cos((x + y * (3 - channel)) / 31);
  }
  return { rgb, width, height };
};
