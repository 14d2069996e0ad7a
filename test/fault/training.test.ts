/** Fine-tunings that are killed, crash, hang or run out of memory: each goes on or ends in a sentence, and never without a checkpoint. */

import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fineTune, unfinishedFineTunes, type FineTuneReport } from '../../src/app/fineTune.js';
import { defaultFineTuneOptions } from '../../src/app/trainingJob.js';
import { OpenDataset } from '../../src/app/openDataset.js';
import { WinnowError } from '../../src/base/errors.js';
import { augmentPresets } from '../../src/core/image/augment/augmentSettings.js';
import { readCheckpoint } from '../../src/engine/training/checkpoint.js';
import { openStore } from '../../src/node/datasetStore.js';
import type { EngineProcess } from '../../src/node/engineProcess.js';
import type { FineTuneJob, TrainingEvent } from '../../src/protocol/training.js';
import { newFolder, silentLog, tinyBackbone } from '../engine/fixtures.js';
import { suiteEngines } from '../engine/suiteEngines.js';
import { tinySettings, writePhotos } from '../engine/training/tinyJob.js';
import { writeDataset } from '../host/tinyDataset.js';
import { foldersIn } from '../node/tempDataset.js';

const scale = Number(process.env['WINNOW_KILLS'] ?? 24);
/** 200 and 20 with `npm run test:fault`. */
const kills = Math.max(4, Math.round(scale / 5));
const faults = Math.max(1, Math.round(scale / 50));
/** Far more than the tiny network needs between two steps, on a busy machine too. */
const hangMs = 15_000;

/** What one step does when the run's fault.json says so: `times` is counted down, so that a fault can come once or again and again. */
const fault = `
  const fs = process.getBuiltinModule('fs');
  const faultFile = this.#job.runDir + '/fault.json';
  if (fs.existsSync(faultFile)) {
    const told = JSON.parse(fs.readFileSync(faultFile, 'utf8'));
    if (told.times > 0 && before + step >= told.step) {
      fs.writeFileSync(faultFile, JSON.stringify({ ...told, times: told.times - 1 }));
      if (told.kind === 'memory') throw new Error('Failed to allocate memory for requested buffer of size 9');
      if (told.kind === 'hang') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      process.kill(process.pid, told.kind === 'crash' ? 'SIGSEGV' : 'SIGKILL');
      await new Promise(() => undefined);
    }
  }`;

const { start } = suiteEngines('faultTraining', {
  file: 'training/trainingLoop.ts',
  after: 'const { photos, settings } = this.#job;',
  insert: fault,
});
const newEngine = (): EngineProcess => start({ hangMs });
let backbone: FineTuneJob['backbone'];
let dir = '';
let dataset: OpenDataset;

beforeAll(async () => {
  backbone = tinyBackbone(newFolder());
  dir = writeDataset(12);
  dataset = new OpenDataset(await openStore(dir, { folders: foldersIn(newFolder()) }), newEngine(), silentLog);
}, 120_000);
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

interface Fault {
  readonly kind: 'memory' | 'hang' | 'crash' | 'kill';
  /** At the first step from this one on. */
  readonly step: number;
  readonly times: number;
}
interface Ended {
  readonly report: FineTuneReport | null;
  readonly error: unknown;
  readonly notices: readonly string[];
}

const tuneWith = async (told: Fault): Promise<Ended> => {
  const notices: string[] = [];
  const engine = newEngine();
  const onEvent = (event: TrainingEvent): void => {
    if (event.kind === 'notice') notices.push(event.message);
  };
  const onRun = (run: string): void => {
    writeFileSync(path.join(dataset.store.fineTunes.dirOf(run), 'fault.json'), JSON.stringify(told));
  };
  const options = { backbone: backbone.file, normalise: 'signed', size: 32, preset: 'none', device: 'cpu' } as const;
  try {
    const report = await fineTune(
      dataset,
      { ...defaultFineTuneOptions, ...options, epochs: 3, batch: 4 },
      { engine, startEngine: newEngine, onEvent, onRun, signal: undefined },
    );
    return { report, error: null, notices };
  } catch (error) {
    return { report: null, error, notices };
  } finally {
    engine.dispose();
  }
};

describe('a fine-tuning whose process is killed', () => {
  it(`always has a checkpoint that loads (${String(kills)} kills)`, { timeout: 60_000 + kills * 10_000 }, async () => {
    const job: FineTuneJob = {
      run: 'run',
      runDir: newFolder(),
      backbone,
      vocab: ['blue', 'green', 'red'],
      items: await writePhotos(24),
      settings: { ...tinySettings, epochs: 4_000, augment: augmentPresets.none },
    };
    // Several epochs may be told before the first kill: the later ones find nobody.
    const killed = new Set<number>();
    const killOnce = (pid: number): void => {
      if (killed.has(pid)) return;
      killed.add(pid);
      process.kill(pid, 'SIGKILL');
    };
    let serial = 0;
    for (let kill = 0; kill < kills; kill++) {
      const engine = newEngine();
      const { pid } = await engine.info();
      let epochs = 0;
      await expect(
        engine.fineTune(job, (event) => {
          // A checkpoint is written right after an epoch is told.
          if (event.kind === 'epoch' && epochs++ > serial + 1 + ((kill * 7) % 5))
            setTimeout(() => killOnce(pid), (kill * 13) % 23);
        }),
      ).rejects.toThrow();
      engine.dispose();
      const found = await readCheckpoint(job.runDir);
      expect(found).not.toBeNull();
      expect(found!.serial).toBeGreaterThanOrEqual(serial);
      serial = found!.serial;
    }
    // The newest cut off half-way: the one before is taken.
    const newest = path.join(job.runDir, `checkpoint-${String(serial)}.bin`);
    expect(readFileSync(newest).length).toBeGreaterThan(1_000);
    truncateSync(newest, 1_000);
    expect((await readCheckpoint(job.runDir))?.serial).toBe(serial - 1);
  });
});

describe('a fine-tuning to which something happens', () => {
  it(`goes on by itself after a crash (${String(faults)})`, { timeout: 60_000 + faults * 30_000 }, async () => {
    for (let at = 0; at < faults; at++) {
      const kind = at % 2 === 0 ? 'crash' : 'kill';
      const { report, error, notices } = await tuneWith({ kind, step: (at * 5) % 20, times: 1 });
      expect(error).toBeNull();
      expect(report!.epochs.length).toBe(4);
      expect(notices.join()).toMatch(/The training process ended.*goes on from its last checkpoint/);
    }
  });

  it(`that hangs is ended and goes on (${String(faults)})`, { timeout: 60_000 + faults * 60_000 }, async () => {
    for (let at = 0; at < faults; at++) {
      const { report, error, notices } = await tuneWith({ kind: 'hang', step: (at * 5) % 20, times: 1 });
      expect(error).toBeNull();
      expect(report!.epochs.length).toBe(4);
      expect(notices.join()).toMatch(/got nothing done for 15 s/);
    }
  });

  it(`without memory halves its batch once (${String(faults)})`, { timeout: 60_000 + faults * 30_000 }, async () => {
    for (let at = 0; at < faults; at++) {
      const { report, error, notices } = await tuneWith({ kind: 'memory', step: (at * 5) % 20, times: 1 });
      expect(error).toBeNull();
      expect(report!.batch).toBe(2);
      expect(notices.join()).toMatch(/not enough memory for 4 photos at a time; it goes on with 2/);
    }
  });

  it('again and again ends in a sentence, and can be gone on with', { timeout: 180_000 }, async () => {
    const before = (await unfinishedFineTunes(dataset)).length;
    const cases = [
      ['crash', /stopped.*safe; try again/],
      ['memory', /not enough memory.*smaller batch/],
      // Half a minute of waiting: with `npm run test:fault` only.
      ...(faults > 1 ? [['hang', /got nothing done.*go on with it/] as const] : []),
    ] as const;
    for (const [kind, sentence] of cases) {
      const { report, error } = await tuneWith({ kind, step: 12, times: 100 });
      expect(report).toBeNull();
      expect(WinnowError.is(error)).toBe(true);
      expect((error as WinnowError).message).toMatch(sentence);
    }
    expect((await unfinishedFineTunes(dataset)).length).toBe(before + cases.length);
  });
});
