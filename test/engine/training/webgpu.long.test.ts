/** Training on the WebGPU provider, on a software adapter: slow, but every operator and the way state stays on the device are real. */

import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { augmentPresets } from '../../../src/core/image/augment/augmentSettings.js';
import { EngineProcess } from '../../../src/node/engineProcess.js';
import type { FineTuneJob, StepEvent } from '../../../src/protocol/training.js';
import { bundleEngine } from '../engineBundle.js';
import { newFolder, silentLog, tinyBackbone, writePictures } from '../fixtures.js';

const adapter = [process.env['VK_ICD_FILENAMES'], '/usr/lib/chromium/vk_swiftshader_icd.json'].find(
  (file) => file !== undefined && existsSync(file),
);
const loader = ['/usr/lib/x86_64-linux-gnu/libvulkan.so.1', '/usr/lib/aarch64-linux-gnu/libvulkan.so.1'].some(
  existsSync,
);
const mustSkip = !(adapter !== undefined && loader) && process.env['WINNOW_REQUIRE_ALL'] !== '1';
const why = mustSkip ? ' (skipped: no Vulkan adapter here; libvulkan1 and Chromium bring a software one)' : '';

describe.skipIf(mustSkip)(`training on WebGPU${why}`, () => {
  let engine: EngineProcess;
  const before = process.env['VK_ICD_FILENAMES'];
  beforeAll(async () => {
    process.env['VK_ICD_FILENAMES'] = adapter;
    const bundle = await bundleEngine('webgpu');
    engine = new EngineProcess({ bundle, nodePath: null, rung: 'auto', log: silentLog });
  });
  afterAll(() => {
    engine.dispose();
    if (before === undefined) delete process.env['VK_ICD_FILENAMES'];
    else process.env['VK_ICD_FILENAMES'] = before;
  });

  it('passes the self-test: ten steps of a small network give the weights that the CPU gives', async () => {
    const tried = await engine.trainingSelfTest('webgpu', false);
    expect(tried.provider).toBe('webgpu');
    expect(tried.difference).toBeLessThan(1e-2);
  }, 120_000);

  it('lowers the loss as the CPU does over 120 steps, and leaves nothing behind in memory', async () => {
    const files = await writePictures(newFolder(), 12, 40);
    const items = files.map((file, at) => ({
      ...file,
      label: at % 3,
      split: at < 9 ? ('train' as const) : ('valid' as const),
      fold: null,
    }));
    const jobOn = (device: 'cpu' | 'webgpu'): FineTuneJob => ({
      run: device,
      runDir: newFolder(),
      backbone: tinyBackbone(newFolder()),
      vocab: ['a', 'b', 'c'],
      items,
      settings: {
        recipe: 'winnow',
        epochs: 40,
        freezeEpochs: 0,
        rate: 3e-3,
        batch: 3,
        weightDecay: 0.01,
        labelSmoothing: 0,
        mixup: 0,
        patience: 0,
        folds: 0,
        augmentations: 0,
        augment: augmentPresets.none,
        view: 'crop',
        seed: 1,
        device,
      },
    });
    const steps: StepEvent[] = [];
    const onGpu = await engine.fineTune(jobOn('webgpu'), (event) => {
      if (event.kind === 'step') steps.push(event);
    });
    const onCpu = await engine.fineTune(jobOn('cpu'), () => undefined);
    expect(onGpu.engine).toBe('webgpu');
    const losses = (result: typeof onGpu): number[] => result.epochs.slice(1).map(({ trainLoss }) => trainLoss!);
    expect(losses(onGpu).at(-1)).toBeLessThan(losses(onGpu)[0]!);
    losses(onGpu).forEach((loss, at) => expect(loss).toBeCloseTo(losses(onCpu)[at]!, 1));
    const last = steps.at(-1)!;
    expect(last.step).toBe(120);
    // After a third of the steps every buffer that is needed has been made.
    const settled = steps.find(({ step }) => step >= 40)!;
    expect(last.rssMb).toBeLessThan(settled.rssMb * 1.1 + 20);
  }, 300_000);
});
