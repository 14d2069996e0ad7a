/** On which device a network is trained: the best that computes as the CPU does, tried in a process that may die of it. */

import type { Engine } from '../ports/engine.js';
import { mostApart, type ComputingDevice, type SelfTestResult, type TrainingDevice } from '../protocol/training.js';

export type StartEngine = () => Engine | Promise<Engine>;

export interface ChosenDevice {
  readonly device: ComputingDevice;
  readonly notes: readonly string[];
}

export type Tried = SelfTestResult | { readonly error: string };

/** @param isTimed also how long a step takes there and on the CPU. */
export const tryDevice = async (
  device: 'webgpu' | 'cuda',
  startEngine: StartEngine,
  isTimed = false,
): Promise<Tried> => {
  const engine = await startEngine();
  try {
    return await engine.trainingSelfTest(device, isTimed);
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  } finally {
    engine.dispose();
  }
};

/** CUDA where it is right and faster than the next, WebGPU where it is right, else the CPU. */
export const chooseDevice = async (wanted: TrainingDevice, startEngine: StartEngine): Promise<ChosenDevice> => {
  if (wanted === 'cpu') return { device: 'cpu', notes: [] };
  const cuda = wanted === 'webgpu' ? null : await tryDevice('cuda', startEngine, wanted === 'auto');
  const isCudaRight = cuda !== null && isTrusted(cuda);
  if (isCudaRight && wanted === 'cuda') return { device: 'cuda', notes: [] };
  const gpu = await tryDevice('webgpu', startEngine, isCudaRight);
  const isGpuRight = isTrusted(gpu);
  if (isCudaRight && cuda.pace) {
    const next = isGpuRight ? (gpu.pace?.device ?? Infinity) : cuda.pace.cpu;
    if (cuda.pace.device < next) return { device: 'cuda', notes: [] };
  }
  const device = isGpuRight ? 'webgpu' : 'cpu';
  const instead = device === 'webgpu' ? 'It trains on the GPU through WebGPU.' : 'It trains on the CPU.';
  const notes: string[] = [];
  // A card that computes otherwise is worth a word even where nobody asked for it.
  if (cuda && !isCudaRight && (wanted === 'cuda' || isWrong(cuda))) {
    notes.push(`CUDA is not used: ${whyNot(cuda)}. ${instead}`);
  }
  if (wanted === 'webgpu' && !isGpuRight) notes.push(`The GPU is not used: ${whyNot(gpu)}. ${instead}`);
  return { device, notes };
};

export const isTrusted = (tried: Tried): tried is SelfTestResult & { readonly difference: number } =>
  !isWrong(tried) && !('error' in tried) && tried.difference !== null;

const isWrong = (tried: Tried): boolean =>
  !('error' in tried) && tried.difference !== null && !(tried.difference <= mostApart);

/** The end of a sentence. */
export const whyNot = (tried: Tried): string => {
  if ('error' in tried) return `its test ended the process (${tried.error})`;
  const { provider, difference } = tried;
  if (difference !== null) {
    return `its weights differ from the CPU's by ${difference.toExponential(1)} of the largest (at most ${String(mostApart)} is trusted)`;
  }
  return /adapter/i.test(provider) ? 'no GPU adapter was found' : provider.replace(/^\w+ \(\w+: (.*)\)$/s, '$1');
};
