import { WinnowError } from '../base/errors.js';
import type { Engine } from '../ports/engine.js';
import { isTrusted, tryDevice, whyNot, type StartEngine } from './trainingDevice.js';
import type { EngineInfo } from '../protocol/engine.js';

export interface Diagnosis {
  readonly isHealthy: boolean;
  readonly host: { readonly node: string; readonly platform: string };
  readonly engine: EngineInfo | null;
  readonly problem: { readonly code: string; readonly message: string } | null;
  /** The same in words, for a person. */
  readonly lines: readonly string[];
}

/**
 * Which rung of the ladder runs here, why, and how to climb (HOUSE § 6). Never throws for an engine that does not start.
 * @param startEngine a process in which the GPU is tried: it may die of it.
 */
export const diagnose = async (
  engine: Engine,
  host: Diagnosis['host'],
  startEngine: StartEngine,
): Promise<Diagnosis> => {
  const lines = [`Winnow runs on ${host.platform}, Node ${host.node}.`];
  try {
    const found = await engine.info();
    lines.push(
      `The engine runs in its own process on Node ${found.node}: sharp ${found.sharp}, onnxruntime ${found.onnxruntime}.`,
      found.rung === 'native'
        ? 'It runs at full speed (native rung).'
        : 'It runs on the slow rung (WebAssembly): the native libraries could not be loaded here. Install Node 20.19 or newer, or set winnow.nodePath.',
      `Arithmetic: ${found.providers.join(', ')}.${found.providers.includes('webgpu') ? '' : ' No GPU was found; everything works on the processor.'}`,
    );
    lines.push(await cudaLine(startEngine), await webgpuLine(startEngine));
    return { isHealthy: true, host, engine: found, problem: null, lines };
  } catch (error) {
    if (!WinnowError.is(error)) throw error;
    lines.push(`The engine does not start: ${error.message}`);
    return { isHealthy: false, host, engine: null, problem: { code: error.code, message: error.message }, lines };
  }
};

/** The first rung of the ladder of fine-tuning, and how to climb it. */
export const cudaLine = async (startEngine: StartEngine): Promise<string> => {
  const tried = await tryDevice('cuda', startEngine, true);
  if (!isTrusted(tried)) return `Fine-tuning by CUDA is not there: ${whyNot(tried)}.`;
  const { difference, pace } = tried;
  const speed = pace ? `; a step takes ${pace.device.toFixed(1)} ms, on the processor ${pace.cpu.toFixed(1)} ms` : '';
  return `Fine-tuning runs by CUDA (TensorFlow.js) where that is the fastest: ten test steps gave the processor's weights within ${difference.toExponential(1)}${speed}.`;
};

const webgpuLine = async (startEngine: StartEngine): Promise<string> => {
  const tried = await tryDevice('webgpu', startEngine);
  if (isTrusted(tried)) {
    return `Fine-tuning runs on the GPU (WebGPU): ten test steps gave the processor's weights within ${tried.difference.toExponential(1)}.`;
  }
  if ('error' in tried) return `Fine-tuning runs on the processor: trying the GPU ended its process (${tried.error})`;
  const hint = /adapter/i.test(tried.provider)
    ? ' Install a driver with Vulkan; in a container also its Vulkan part (libvulkan1 and the maker’s ICD file).'
    : '';
  return `Fine-tuning runs on the processor: ${whyNot(tried)}.${hint}`;
};
