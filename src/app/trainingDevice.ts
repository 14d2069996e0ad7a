/** On which device a network is trained: the GPU where it computes as the CPU does, tried in a process that may die of it. */

import type { Engine } from '../ports/engine.js';
import type { SelfTestResult } from '../protocol/training.js';

export type StartEngine = () => Engine | Promise<Engine>;

export interface ChosenDevice {
  readonly device: 'cpu' | 'webgpu';
  readonly notes: readonly string[];
}

/** Largest difference of a weight after ten steps, over the largest weight. */
const tolerance = 1e-2;

export const tryDevice = async (startEngine: StartEngine): Promise<SelfTestResult | { readonly error: string }> => {
  const engine = await startEngine();
  try {
    return await engine.trainingSelfTest('webgpu');
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  } finally {
    engine.dispose();
  }
};

export const chooseDevice = async (
  wanted: 'auto' | 'cpu' | 'webgpu',
  startEngine: StartEngine,
): Promise<ChosenDevice> => {
  if (wanted === 'cpu') return { device: 'cpu', notes: [] };
  const tried = await tryDevice(startEngine);
  if (!('error' in tried) && isTrusted(tried)) {
    return { device: 'webgpu', notes: [] };
  }
  const why = 'error' in tried ? `its test ended the process (${tried.error})` : reasonOf(tried);
  return { device: 'cpu', notes: wanted === 'auto' ? [] : [`The GPU is not used: ${why}. It trains on the CPU.`] };
};

export const isTrusted = ({ difference }: SelfTestResult): boolean => difference !== null && difference <= tolerance;

/** One sentence for `doctor`. */
export const reasonOf = ({ provider, difference }: SelfTestResult): string =>
  difference === null
    ? /adapter/i.test(provider)
      ? 'no GPU adapter was found'
      : provider.replace(/^cpu \(webgpu: (.*)\)$/, '$1')
    : `its weights differ from the CPU's by ${difference.toExponential(1)} of the largest (at most ${String(tolerance)} is trusted)`;
