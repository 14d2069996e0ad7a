/** A fine-tuning in the real engine process: what it learns, how it ends, and that nothing cuts it short for good. */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readCheckpoint } from '../../../src/engine/training/checkpoint.js';
import type { FineTuneItem, FineTuneJob, TrainingEvent, ValidationRows } from '../../../src/protocol/training.js';
import { writeOnnx } from '../../../src/engine/onnx/onnxModel.js';
import { openSession } from '../../../src/engine/session/openSession.js';
import { bundleEngine } from '../engineBundle.js';
import { coralFile, hasShared, int8File, newFolder, tinyBackbone, tinyNetwork, whyNoShared } from '../fixtures.js';
import { suiteEngines } from '../suiteEngines.js';
import { tinySettings, writePhotos } from './tinyJob.js';

const { start: newEngine } = suiteEngines('fineTune');
let photos: FineTuneItem[] = [];
let backbone: FineTuneJob['backbone'];

const jobOf = (change: Partial<FineTuneJob['settings']> = {}, more: Partial<FineTuneJob> = {}): FineTuneJob => ({
  run: 'run',
  runDir: newFolder(),
  backbone,
  vocab: ['blue', 'green', 'red'],
  items: photos,
  settings: { ...tinySettings, ...change },
  ...more,
});
const ignore = (): void => undefined;

beforeAll(async () => {
  photos = await writePhotos(24);
  backbone = tinyBackbone(newFolder());
});

describe('a fine-tuning', () => {
  it.each(['winnow', 'fastai'] as const)(
    'by the recipe %s learns, tells of it, and writes a network that answers so',
    async (recipe) => {
      const events: TrainingEvent[] = [];
      const job = jobOf({ recipe, rate: 1e-2, epochs: 6, mixup: recipe === 'winnow' ? 0 : 0.2, labelSmoothing: 0.05 });
      const result = await newEngine().fineTune(job, (event) => events.push(event));
      const rows = result.epochs.filter(({ epoch }) => epoch > 0);
      expect(rows.length).toBe(recipe === 'fastai' ? 7 : 6);
      expect(rows.map(({ isFrozen }) => isFrozen)[0]).toBe(recipe === 'fastai');
      expect(rows.at(-1)!.trainLoss).toBeLessThan(rows[0]!.trainLoss!);
      expect(result.endedEarly).toBeNull();
      expect(events[0]).toMatchObject({ kind: 'start', engine: 'cpu', batch: 4, resumedAt: null });
      const last = events.findLast((event) => event.kind === 'step');
      expect(last).toMatchObject({ step: rows.length * 4, steps: rows.length * 4 });
      expect(readdirSync(job.runDir).sort()).toEqual(['model.onnx', 'validation.json']);
      // What the file answers is what validation.json says.
      const { rows: said } = JSON.parse(
        readFileSync(path.join(job.runDir, 'validation.json'), 'utf8'),
      ) as ValidationRows;
      const session = await openSession(readFileSync(path.join(job.runDir, 'model.onnx')));
      expect(said.length).toBe(6);
      for (const { probabilities } of said) expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6);
      expect(session.outputs).toEqual(['logits', 'probabilities']);
      await session.dispose();
    },
  );

  it(
    'does the same twice, and the same when it is killed and gone on with, for both phases',
    { timeout: 240_000 },
    async () => {
      for (const recipe of ['winnow', 'fastai'] as const) {
        const [whole, again] = [jobOf({ recipe, epochs: 8 }), jobOf({ recipe, epochs: 8 })];
        const first = await newEngine().fineTune(whole, ignore);
        let kept = 0;
        for (const killAt of [1, 4]) {
          const engine = newEngine();
          const { pid } = await engine.info();
          await expect(
            engine.fineTune(again, (event) => {
              if (event.kind === 'epoch' && event.epoch === killAt + 1) process.kill(pid, 'SIGKILL');
            }),
          ).rejects.toThrow();
          kept = (await readCheckpoint(again.runDir))?.serial ?? 0;
          expect(kept).toBeGreaterThanOrEqual(killAt);
        }
        const resumed: TrainingEvent[] = [];
        const second = await newEngine().fineTune(again, (event) => resumed.push(event));
        expect(resumed[0]).toMatchObject({ kind: 'start', resumedAt: kept * 4 });
        expect(second.sha256).toBe(first.sha256);
        expect(second.epochs.map(({ trainLoss }) => trainLoss)).toEqual(first.epochs.map(({ trainLoss }) => trainLoss));
      }
    },
  );

  it('goes on without a CUDA that is not there: on the processor, and says so', async () => {
    const before = process.env['WINNOW_HOME'];
    // Nobody's own TensorFlow.js lies in a new home.
    process.env['WINNOW_HOME'] = newFolder();
    try {
      const onCpu = await newEngine().fineTune(jobOf({ epochs: 1 }), ignore);
      const onCuda = await newEngine().fineTune(jobOf({ epochs: 1, device: 'cuda' }), ignore);
      expect(onCuda.engine).toMatch(/^cpu \(cuda: /);
      expect(onCuda.sha256).toBe(onCpu.sha256);
    } finally {
      if (before === undefined) delete process.env['WINNOW_HOME'];
      else process.env['WINNOW_HOME'] = before;
    }
  });

  it('is cancelled at once and keeps what it has; asked to stop, it ends with its best', async () => {
    const job = jobOf({ epochs: 400 });
    const abort = new AbortController();
    const engine = newEngine();
    const cancelled = engine.fineTune(
      job,
      (event) => event.kind === 'epoch' && event.epoch === 2 && abort.abort(),
      abort.signal,
    );
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    expect(await readCheckpoint(job.runDir)).not.toBeNull();
    const result = await engine.fineTune(job, (event) => {
      if (event.kind === 'epoch' && event.epoch === 4) void engine.stopFineTune(job.run);
    });
    expect(result.endedEarly).toBe('asked');
    expect(result.epochs.length).toBeLessThan(20);
    expect(existsSync(path.join(job.runDir, 'model.onnx'))).toBe(true);
  });

  it('ends when it has not got better for as many epochs as it was told', async () => {
    const result = await newEngine().fineTune(jobOf({ rate: 1e-12, epochs: 9, patience: 2 }), ignore);
    expect(result.endedEarly).toBe('no-better');
    expect(result.epochs.length).toBeLessThan(9);
    expect(result.epochs.at(-1)!.epoch - result.kept).toBe(2);
  });

  it('ends with its best epoch and a sentence when the loss is no number any more', async () => {
    const notices: string[] = [];
    const result = await newEngine().fineTune(jobOf({ rate: 1e30, epochs: 4 }), (event) => {
      if (event.kind === 'notice') notices.push(event.message);
    });
    expect(result.endedEarly).toBe('not-a-number');
    expect(result.kept).toBe(0);
    expect(result.validation.loss).toBeLessThan(5);
    expect(notices.join()).toMatch(/no number.*Lower the learning rate/);
  });

  it('keeps nothing when that happens before the first epoch of a recipe that keeps the last one', async () => {
    const job = jobOf({ recipe: 'fastai', rate: 1e30, epochs: 2 });
    await expect(newEngine().fineTune(job, () => undefined)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/nothing to keep.*--lr 1e\+29/) as string,
    });
    expect(readdirSync(job.runDir)).not.toContain('model.onnx');
  });

  it('goes on with half as many photos at a time when memory runs out', async () => {
    const short = await bundleEngine('fineTuneMemory', {
      file: 'session/statefulSession.ts',
      after: 'step: async (feeds) => {',
      insert:
        "if ((globalThis as { short?: boolean }).short !== true) { (globalThis as { short?: boolean }).short = true; throw new Error('Failed to allocate memory for requested buffer of size 9'); }",
    });
    const notices: string[] = [];
    const result = await newEngine({ bundle: short }).fineTune(jobOf({ epochs: 1 }), (event) => {
      if (event.kind === 'notice') notices.push(event.message);
    });
    expect(result.batch).toBe(2);
    expect(notices).toEqual(['There was not enough memory for 4 photos at a time; it goes on with 2.']);
  });

  it('refuses with a sentence what it cannot train', async () => {
    const engine = newEngine();
    const folder = newFolder();
    const strange = tinyNetwork();
    strange.graph.node = strange.graph.node.map((each) => (each.opType === 'Relu' ? { ...each, opType: 'Erf' } : each));
    writeFileSync(path.join(folder, 'strange.onnx'), writeOnnx(strange));
    const odd = { ...backbone, id: 'odd', file: path.join(folder, 'strange.onnx') };
    await expect(engine.fineTune(jobOf({}, { backbone: odd }), ignore)).rejects.toThrow(
      /odd cannot be fine-tuned.*Erf/,
    );
    const one = photos.map((item) => ({ ...item, label: 0 }));
    await expect(engine.fineTune(jobOf({}, { items: one }), ignore)).rejects.toMatchObject({ code: 'too-few' });
    const gone = { ...backbone, file: path.join(folder, 'none.onnx') };
    await expect(engine.fineTune(jobOf({}, { backbone: gone }), ignore)).rejects.toMatchObject({ code: 'not-found' });
  });

  it.skipIf(!hasShared)(`refuses a quantised network, and trains a real one${whyNoShared}`, async () => {
    const engine = newEngine();
    const quantised = { ...backbone, id: 'int8', file: int8File, recipe: { size: 96, normalise: 'imagenet' as const } };
    await expect(engine.fineTune(jobOf({}, { backbone: quantised }), ignore)).rejects.toThrow(/quantised/);
    const real = { ...backbone, id: 'coral', file: coralFile, recipe: { size: 96, normalise: 'signed' as const } };
    const result = await engine.fineTune(jobOf({ epochs: 1 }, { backbone: real }), ignore);
    expect(result.validation.accuracy).toBeGreaterThan(0.6);
  });
});
