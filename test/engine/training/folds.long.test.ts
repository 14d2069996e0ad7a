/** A fine-tuning with cross-validation in the real engine process: who judges whom, and that a kill costs no fold. */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readCheckpoint } from '../../../src/engine/training/checkpoint.js';
import type { FineTuneItem, FineTuneJob, OutOfFoldRows, TrainingEvent } from '../../../src/protocol/training.js';
import { newFolder, tinyBackbone } from '../fixtures.js';
import { suiteEngines } from '../suiteEngines.js';
import { tinySettings, writePhotos } from './tinyJob.js';

const { start: newEngine } = suiteEngines('folds');
let photos: FineTuneItem[] = [];
let backbone: FineTuneJob['backbone'];

const folds = 3;
const jobOf = (change: Partial<FineTuneJob['settings']> = {}): FineTuneJob => ({
  run: 'run',
  runDir: newFolder(),
  backbone,
  vocab: ['blue', 'green', 'red'],
  // Two neighbours are of one group.
  items: photos.map((item, at) => ({ ...item, fold: 1 + (Math.floor(at / 2) % folds) })),
  settings: { ...tinySettings, folds, epochs: 3, rate: 1e-2, ...change },
});
const rowsOf = ({ runDir }: FineTuneJob): OutOfFoldRows =>
  JSON.parse(readFileSync(path.join(runDir, 'out-of-fold.json'), 'utf8')) as OutOfFoldRows;
/** The place of each training that began, with the step that it went on from. */
const begun = (events: readonly TrainingEvent[]): (readonly [number, number | null])[] =>
  events.flatMap((event) => (event.kind === 'start' ? [[event.fold!.at, event.resumedAt] as const] : []));

beforeAll(async () => {
  photos = await writePhotos(24);
  backbone = tinyBackbone(newFolder());
});

describe('a fine-tuning with folds', () => {
  it('ships the network that it would have without, and answers about every photo once, by a network that had not seen it', async () => {
    const job = jobOf();
    const events: TrainingEvent[] = [];
    const result = await newEngine().fineTune(job, (event) => events.push(event));
    const { folds: _folds, ...plain } = job.settings;
    const alone = jobOf({ ...plain, folds: 0 });
    expect(result.sha256).toBe((await newEngine().fineTune(alone, () => undefined)).sha256);
    expect(begun(events)).toEqual([0, 1, 2, 3].map((at) => [at, null]));
    expect(new Set(events.map(({ fold }) => fold?.of))).toEqual(new Set([folds]));
    // What is left counts the trainings to come: at the end of one, those after it.
    const ends = events.filter((event) => event.kind === 'step' && event.step === event.steps);
    expect(ends).toHaveLength(4);
    expect(ends.map((event) => event.kind === 'step' && event.secondsLeft > 0)).toEqual([true, true, true, false]);

    const { rows, chosen } = rowsOf(job);
    expect(rows.map(({ id }) => id).sort()).toEqual(photos.map(({ id }) => id).sort());
    expect(chosen).toHaveLength(folds);
    const byId = new Map(job.items.map((item) => [item.id, item]));
    for (const { id, fold, label, probabilities } of rows) {
      expect([fold, label]).toEqual([byId.get(id)!.fold, byId.get(id)!.label]);
      expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
    }
    // No network of a fold is left.
    expect(readdirSync(job.runDir).sort()).toEqual([
      'model.onnx',
      'network.json',
      'out-of-fold.json',
      'validation.json',
    ]);
  });

  it('killed in the middle of its third fold, trains nothing again that was through, and says the same', async () => {
    const [whole, cut] = [jobOf({ epochs: 6 }), jobOf({ epochs: 6 })];
    await newEngine().fineTune(whole, () => undefined);
    const engine = newEngine();
    const { pid } = await engine.info();
    await expect(
      engine.fineTune(cut, (event) => {
        if (event.kind === 'epoch' && event.fold?.at === 3 && event.epoch === 3) process.kill(pid, 'SIGKILL');
      }),
    ).rejects.toThrow();
    const kept = await readCheckpoint(path.join(cut.runDir, 'fold-3'));
    expect(kept).not.toBeNull();
    const events: TrainingEvent[] = [];
    const result = await newEngine().fineTune(cut, (event) => events.push(event));
    expect(begun(events)).toEqual([[3, kept!.serial * 4]]);
    expect(result.epochs.length).toBe(7);
    expect(rowsOf(cut)).toEqual(rowsOf(whole));
  });

  it('is cancelled in a fold and gone on with; stopped in one, it keeps the network alone and says so', async () => {
    const job = jobOf({ epochs: 40 });
    const abort = new AbortController();
    const cancelled = newEngine().fineTune(
      job,
      (event) => event.kind === 'epoch' && event.fold?.at === 1 && event.epoch === 2 && abort.abort(),
      abort.signal,
    );
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    const engine = newEngine();
    const events: TrainingEvent[] = [];
    const result = await engine.fineTune(job, (event) => {
      events.push(event);
      if (event.kind === 'epoch' && event.fold?.at === 1 && event.epoch === 4) void engine.stopFineTune(job.run);
    });
    expect(begun(events).map(([at]) => at)).toEqual([1]);
    expect(result.endedEarly).toBeNull();
    expect(existsSync(path.join(job.runDir, 'model.onnx'))).toBe(true);
    expect(events.at(-1)).toMatchObject({
      kind: 'notice',
      message: expect.stringMatching(/stopped before all 3 folds/),
    });
    expect(readdirSync(job.runDir).sort()).toEqual(['model.onnx', 'network.json', 'validation.json']);
  });

  it('in a fold whose loss is no number, knows nothing, and says that with numbers', async () => {
    const job = jobOf({ recipe: 'fastai', freezeEpochs: 0, rate: 1e30, epochs: 1 });
    // The network that ships came through; without it there would be no folds.
    writeFileSync(path.join(job.runDir, 'network.json'), JSON.stringify({ endedEarly: null }));
    await newEngine().fineTune(job, () => undefined);
    const third = [1 / 3, 1 / 3, 1 / 3];
    expect(rowsOf(job).rows.map(({ probabilities }) => probabilities)).toEqual(photos.map(() => third));
  });
});
