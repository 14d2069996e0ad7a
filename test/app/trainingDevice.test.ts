/** The ladder CUDA → WebGPU → CPU: what is right and fastest is chosen, and what is refused is refused with its numbers. */

import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/app/doctor.js';
import { chooseDevice } from '../../src/app/trainingDevice.js';
import type { Engine } from '../../src/ports/engine.js';
import type { SelfTestResult } from '../../src/protocol/training.js';

type Answer = SelfTestResult | Error;

const right = (provider: string, device: number, cpu = 40): SelfTestResult => ({
  provider,
  difference: 2e-6,
  pace: { device, cpu },
});
const wrong = (provider: string): SelfTestResult => ({ provider, difference: 0.25, pace: null });
const noCuda: SelfTestResult = {
  provider: 'cpu (cuda: TensorFlow.js for CUDA is not installed (to install it: npm install x))',
  difference: null,
  pace: null,
};
const noGpu: SelfTestResult = { provider: 'cpu (webgpu: No supported adapters)', difference: null, pace: null };

interface Machine {
  readonly start: () => Engine;
  readonly asked: string[];
  readonly ended: () => number;
}
/** Processes that answer as a machine with these devices would. */
const machine = (cuda: Answer, webgpu: Answer): Machine => {
  const asked: string[] = [];
  let [started, ended] = [0, 0];
  const start = (): Engine => {
    started++;
    const engine: Partial<Engine> = {
      info: async () => ({
        node: '20.19.0',
        pid: 1,
        rung: 'native',
        sharp: '1',
        onnxruntime: '1',
        providers: ['cpu'],
      }),
      trainingSelfTest: async (device, isTimed) => {
        asked.push(isTimed ? `${device}, timed` : device);
        const answer = device === 'cuda' ? cuda : webgpu;
        if (answer instanceof Error) throw answer;
        return isTimed ? answer : { ...answer, pace: null };
      },
      dispose: () => ended++,
    };
    return engine as Engine;
  };
  return { start, asked, ended: () => started - ended };
};

describe('the device of a fine-tuning', () => {
  it.each([
    ['CUDA where it is faster than WebGPU', right('cuda', 3), right('webgpu', 9), 'cuda'],
    ['WebGPU where CUDA is slower', right('cuda', 9), right('webgpu', 3), 'webgpu'],
    ['CUDA where it is faster than the CPU and there is no WebGPU', right('cuda', 9), noGpu, 'cuda'],
    ['the CPU where it is the fastest', right('cuda', 50), noGpu, 'cpu'],
    ['WebGPU where CUDA is not installed', noCuda, right('webgpu', 3), 'webgpu'],
    ['the CPU where there is nothing else', noCuda, noGpu, 'cpu'],
    ['the CPU where both end their process', new Error('gone'), new Error('gone'), 'cpu'],
  ])('by itself: %s', async (_, cuda, webgpu, device) => {
    const here = machine(cuda, webgpu);
    expect(await chooseDevice('auto', here.start)).toEqual({ device, notes: [] });
    expect(here.ended()).toBe(0);
  });

  it('refuses a card that computes otherwise, with the numbers, though nobody asked for it', async () => {
    const chosen = await chooseDevice('auto', machine(wrong('cuda'), right('webgpu', 3)).start);
    expect(chosen.device).toBe('webgpu');
    expect(chosen.notes).toEqual([
      "CUDA is not used: its weights differ from the CPU's by 2.5e-1 of the largest (at most 0.01 is trusted). It trains on the GPU through WebGPU.",
    ]);
  });

  it('takes CUDA that was asked for and is right, however fast it is, without trying more', async () => {
    const here = machine(right('cuda', 500), right('webgpu', 3));
    expect(await chooseDevice('cuda', here.start)).toEqual({ device: 'cuda', notes: [] });
    expect(here.asked).toEqual(['cuda']);
  });

  it('says why CUDA that was asked for is not used, and what is', async () => {
    const chosen = await chooseDevice('cuda', machine(noCuda, noGpu).start);
    expect(chosen).toEqual({
      device: 'cpu',
      notes: [
        'CUDA is not used: TensorFlow.js for CUDA is not installed (to install it: npm install x). It trains on the CPU.',
      ],
    });
  });

  it('asks nothing of CUDA where WebGPU was asked for, and nothing at all for the CPU', async () => {
    const here = machine(right('cuda', 1), noGpu);
    expect((await chooseDevice('webgpu', here.start)).notes).toEqual([
      'The GPU is not used: no GPU adapter was found. It trains on the CPU.',
    ]);
    expect(here.asked).toEqual(['webgpu']);
    expect(await chooseDevice('cpu', here.start)).toEqual({ device: 'cpu', notes: [] });
    expect(here.asked).toEqual(['webgpu']);
  });
});

describe('the doctor', () => {
  const linesOn = async (cuda: Answer): Promise<string> => {
    const here = machine(cuda, noGpu);
    const { lines } = await diagnose(here.start(), { node: 'v20', platform: 'linux-x64' }, here.start);
    return lines.join('\n');
  };

  it.each([
    ['how CUDA is installed', noCuda, /by CUDA is not there: .*not installed \(to install it: npm install x\)\./],
    ['that it is right, and how fast', right('cuda', 3), /runs by CUDA.* 2\.0e-6; a step takes 3\.0 ms, .* 40\.0 ms/],
    ['that it is wrong, and by how much', wrong('cuda'), /by CUDA is not there: its weights differ .* 2\.5e-1/],
    ['that its test ended the process', new Error('gone'), /by CUDA is not there: its test ended the process \(gone\)/],
  ])('says %s', async (_, cuda, line) => {
    expect(await linesOn(cuda)).toMatch(line);
  });
});
