/** TensorFlow.js by its native binding, as `npm run test:tfnode` builds it, put where a user's own would lie. */

import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { augmentPresets } from '../../../src/core/image/augment/augmentSettings.js';
import { openTraining } from '../../../src/engine/training/openTraining.js';
import { loadTfjs } from '../../../src/engine/training/tfjs/loadTfjs.js';
import type { FineTuneJob, FineTuneResult, TrainingDevice } from '../../../src/protocol/training.js';
import { newFolder, tinyBackbone } from '../fixtures.js';
import { suiteEngines } from '../suiteEngines.js';
import { checkNetworks } from './networkChecks.js';
import { tinySettings, writePhotos } from './tinyJob.js';
import { checkTfjs } from './tfjsChecks.js';

const built = process.env['WINNOW_TFNODE'];

/** The build for the CPU under the name of the one for cards: the same JavaScript, the same kernels, another binding. */
const installTfjs = (): void => {
  const home = newFolder();
  const scope = path.join(home, 'data', 'tensorflow', 'node_modules', '@tensorflow');
  mkdirSync(scope, { recursive: true });
  symlinkSync(path.join(built!, 'node_modules', '@tensorflow', 'tfjs-node'), path.join(scope, 'tfjs-node-gpu'), 'dir');
  process.env['WINNOW_HOME'] = home;
};

describe.skipIf(built === undefined)('by its native binding (npm run test:tfnode)', () => {
  const before = process.env['WINNOW_HOME'];
  beforeAll(installTfjs);
  afterAll(() => {
    if (before === undefined) delete process.env['WINNOW_HOME'];
    else process.env['WINNOW_HOME'] = before;
  });

  checkTfjs('TensorFlow.js', async () => {
    const { tf } = await loadTfjs();
    expect(tf?.getBackend()).toBe('tensorflow');
    return tf!;
  });

  checkNetworks(async (options, graph, name) => {
    const session = await openTraining('cuda', options, graph, name);
    expect(session.provider).toMatch(/^tensorflow /);
    return session;
    // TensorFlow adds up in another order than PyTorch does.
  }, 4);

  describe('fine-tuning', () => {
    const { start: newEngine } = suiteEngines('tfnode');
    let job: (device: TrainingDevice, epochs: number) => FineTuneJob;
    beforeAll(async () => {
      const items = await writePhotos(24);
      const backbone = tinyBackbone(newFolder());
      job = (device, epochs) => ({
        run: device,
        runDir: newFolder(),
        backbone,
        vocab: ['red', 'green', 'blue'],
        items,
        settings: { ...tinySettings, epochs, rate: 3e-3, augment: augmentPresets.none, device },
      });
    });
    const losses = ({ epochs }: FineTuneResult): number[] => epochs.slice(1).map(({ trainLoss }) => trainLoss!);

    it.each(['winnow', 'fastai'] as const)('lowers the loss, as onnxruntime does: recipe %s', async (recipe) => {
      const asked = (device: TrainingDevice): FineTuneJob => {
        const made = job(device, 8);
        return { ...made, settings: { ...made.settings, recipe } };
      };
      const native = await newEngine().fineTune(asked('cuda'), () => undefined);
      const ours = await newEngine().fineTune(asked('cpu'), () => undefined);
      expect(native.engine).toMatch(/^tensorflow \(cuda: /);
      expect(ours.engine).toBe('cpu');
      expect(losses(native).at(-1)).toBeLessThan(losses(native)[0]!);
      losses(native).forEach((loss, at) => expect(loss).toBeCloseTo(losses(ours)[at]!, 2));
      expect(native.validation.loss).toBeCloseTo(ours.validation.loss!, 2);
    });

    it('is gone on with by onnxruntime where it was cut short', async () => {
      const abort = new AbortController();
      const started = job('cuda', 40);
      const cut = newEngine().fineTune(
        started,
        (event) => event.kind === 'epoch' && event.epoch === 3 && abort.abort(),
        abort.signal,
      );
      await expect(cut).rejects.toMatchObject({ code: 'cancelled' });
      const resumed: number[] = [];
      const result = await newEngine().fineTune(
        { ...started, settings: { ...started.settings, device: 'cpu' } },
        (event) => event.kind === 'start' && resumed.push(event.resumedAt ?? 0),
      );
      expect(resumed[0]).toBeGreaterThan(0);
      expect(result.engine).toBe('cpu');
      expect(losses(result).at(-1)).toBeLessThan(losses(result)[0]!);
    });

    it('is not trusted with a card that it does not use', async () => {
      const tried = await newEngine().trainingSelfTest('cuda', true);
      expect(tried).toMatchObject({ difference: null, pace: null });
      expect(tried.provider).toMatch(/^tensorflow \(cuda: /);
    });
  });
});
