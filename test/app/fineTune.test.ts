/** The whole story of a fine-tuning on a dataset's disk, with the real engine process. */

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareRuns } from '../../src/app/compareRuns.js';
import { fineTune, unfinishedFineTunes, type FineTuneReport, type FineTuneTools } from '../../src/app/fineTune.js';
import { networkOf } from '../../src/app/fineTunes.js';
import { findLearningRate } from '../../src/app/findRate.js';
import { defaultFineTuneOptions, type FineTuneOptions } from '../../src/app/trainingJob.js';
import { OpenDataset } from '../../src/app/openDataset.js';
import { predictFiles } from '../../src/app/predict.js';
import { ReviewSession } from '../../src/app/review/session.js';
import { defaultTrainOptions, train } from '../../src/app/train.js';
import type { ItemId } from '../../src/core/dataset/item.js';
import { blended } from '../../src/core/predict/blended.js';
import type { Prediction } from '../../src/core/predict/prediction.js';
import { openStore } from '../../src/node/datasetStore.js';
import type { OutOfFoldRows, TrainingEvent } from '../../src/protocol/training.js';
import { newFolder, silentLog, tinyBackbone } from '../engine/fixtures.js';
import { suiteEngines } from '../engine/suiteEngines.js';
import { writeDataset } from '../host/tinyDataset.js';
import { foldersIn } from '../node/tempDataset.js';

const { start } = suiteEngines('appFineTune');
let dir = '';
let backbone = '';
let dataset: OpenDataset;
const tune = (options: Partial<FineTuneOptions>, tools: Partial<FineTuneTools> = {}): Promise<FineTuneReport> =>
  fineTune(
    dataset,
    {
      ...defaultFineTuneOptions,
      backbone,
      normalise: 'signed',
      size: 32,
      preset: 'none',
      device: 'cpu',
      batch: 8,
      ...options,
    },
    { engine: start(), startEngine: start, onEvent: () => undefined, signal: undefined, ...tools },
  );

beforeAll(async () => {
  dir = writeDataset(12);
  backbone = tinyBackbone(newFolder()).file;
  dataset = new OpenDataset(await openStore(dir, { folders: foldersIn(newFolder()) }), start(), silentLog);
});
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

describe('fine-tuning a dataset', () => {
  it('without a training before it speaks for itself; nothing answers before the first train', async () => {
    const report = await tune({ epochs: 2 });
    expect(report.validation.items).toBeGreaterThan(3);
    expect([report.predictor, report.together]).toEqual([null, null]);
    expect((await dataset.store.fineTunes.list()).map(({ run }) => run)).toEqual([report.run]);
    await expect(predictFiles(dataset, [])).rejects.toMatchObject({ code: 'no-run' });
  });

  it('is compared with the predictor on the photos that neither has seen, and answers with it only where that is better', async () => {
    const trained = await train(dataset, { ...defaultTrainOptions, backbone, normalise: 'signed', size: 32 });
    const report = await tune({ epochs: 6, rate: 5e-3 });
    expect(report.predictor).not.toBeNull();
    expect(report.answers).toBe(report.together!.loss <= report.predictor!.loss);
    const { items } = (await dataset.snapshot()).scan;
    const file = { file: path.join(dir, items[0]!.at), path: items[0]!.at };
    const [alone, both] = [
      await predictFiles(dataset, [file], { run: trained.run }),
      await predictFiles(dataset, [file], { run: report.run }),
    ];
    expect([alone.run, both.run]).toEqual([trained.run, report.run]);
    const usual = await predictFiles(dataset, [file]);
    expect(usual.run).toBe(report.answers ? report.run : trained.run);
    // A photo that it learned from keeps the answer of models that have not seen it.
    const tuned = (await dataset.store.fineTunes.readJson(report.run, 'job.json')) as {
      items: { id: string; split: string }[];
    };
    const learned = items.find(({ id }) => tuned.items.some((item) => item.id === id && item.split === 'train'))!;
    const seen = { file: path.join(dir, learned.at), path: learned.at };
    const [by, without] = [
      await predictFiles(dataset, [seen], { run: report.run }),
      await predictFiles(dataset, [seen], { run: trained.run }),
    ];
    expect(by.predictions[0]).toEqual(without.predictions[0]);

    const compared = await compareRuns(dataset, trained.run, report.run);
    expect(compared.photos).toBe(report.validation.items);
    expect(compared.different.map(({ setting }) => setting)).toContain('kind');
    expect(compared.after.accuracy).toBeCloseTo(report.validation.accuracy!, 6);
    await expect(compareRuns(dataset, trained.run, 'nothing')).rejects.toMatchObject({ code: 'usage' });
  });

  it('with folds answers about each of its photos by a network that had not seen it, and is compared on all of them', async () => {
    const trained = await train(dataset, { ...defaultTrainOptions, backbone, normalise: 'signed', size: 32 });
    const report = await tune({ epochs: 4, rate: 5e-3, folds: 3 });
    const found = report.outOfFold!;
    const { state, scan } = await dataset.snapshot();
    const labelled = scan.items.filter(({ id }) => state.items.get(id)?.label !== null);
    expect([found.folds, found.items]).toEqual([3, labelled.length]);
    expect(found.low).toBeLessThan(found.accuracy);
    expect(found.high).toBeGreaterThan(found.accuracy);
    // All photos say whether it answers.
    expect(report.answers).toBe(found.together!.loss <= found.predictor!.loss);
    const [config] = await dataset.store.fineTunes.list();
    expect([config!.settings.folds, config!.outOfFold]).toMatchObject([3, { items: found.items, low: found.low }]);

    const { rows } = (await dataset.store.fineTunes.readJson(report.run, 'out-of-fold.json')) as OutOfFoldRows;
    const pathOf = new Map(scan.items.map(({ id, at }) => [id, at]));
    const learned = (await dataset.store.fineTunes.readJson(report.run, 'job.json')) as {
      items: { id: string; split: string; fold: number; group: string }[];
    };
    for (const { group, fold } of learned.items) {
      expect(learned.items.filter((item) => item.group === group).every((item) => item.fold === fold)).toBe(true);
    }
    const one = rows.find(({ id }) => learned.items.some((item) => item.id === id && item.split === 'train'))!;
    const asked = { file: path.join(dir, pathOf.get(one.id)!), path: pathOf.get(one.id)! };
    const ask = async (run: string): Promise<Prediction> =>
      (await predictFiles(dataset, [asked], { run })).predictions[0] as Prediction;
    const [by, without] = [await ask(report.run), await ask(trained.run)];
    expect(by.basis).toBe('held-out');
    const vocab = state.vocab;
    const both = blended(
      vocab.map((label) => without.probabilities[label]!),
      one.probabilities,
    );
    vocab.forEach((label, at) => expect(by.probabilities[label]).toBeCloseTo(both[at]!, 5));

    const session = new ReviewSession(dataset, () => Promise.resolve(new Map()));
    await session.open();
    const { network } = await session.evidence(one.id);
    const label = state.items.get(one.id)!.label!;
    expect(network?.labelProbability).toBe(one.probabilities[vocab.indexOf(label)]);
    expect(network?.prediction).toBe(vocab[one.probabilities.indexOf(Math.max(...one.probabilities))]);
    session.dispose();

    const compared = await compareRuns(dataset, trained.run, report.run);
    expect([compared.photos, compared.before.by, compared.after.by]).toEqual([found.items, 'held-out', 'out-of-fold']);
    expect(compared.after.accuracy).toBeCloseTo(found.accuracy, 9);
    expect(compared.after.low).toBeLessThan(compared.after.accuracy);
  });

  it('cancelled in a fold, is gone on with by name with its own folds; look-alikes found since silence a fold', async () => {
    const abort = new AbortController();
    const cancelled = tune(
      { epochs: 3, folds: 2 },
      { signal: abort.signal, onEvent: ({ kind, fold }) => kind === 'epoch' && fold?.at === 2 && abort.abort() },
    );
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    const [left] = await unfinishedFineTunes(dataset);
    const places: number[] = [];
    const report = await tune(
      { resume: left! },
      { onEvent: ({ kind, fold }) => kind === 'start' && places.push(fold!.at) },
    );
    expect([places, report.run, report.outOfFold?.folds]).toEqual([[2], left, 2]);

    const { rows } = (await dataset.store.fineTunes.readJson(report.run, 'out-of-fold.json')) as OutOfFoldRows;
    const [one, other] = [1, 2].map((fold) => rows.find((row) => row.fold === fold)!.id) as [ItemId, ItemId];
    const tuned = (await dataset.store.fineTunes.list()).find(({ run }) => run === report.run)!;
    const known = async (groups: ReadonlyMap<ItemId, ItemId>): Promise<readonly ItemId[]> =>
      (await networkOf(dataset, tuned, [one, other], groups, 0)).outOfFold.map(({ id }) => id);
    expect(await known(new Map())).toEqual([one, other]);
    // The network of each fold has seen the other of the two, which are alike.
    expect(await known(new Map([[one, other]]))).toEqual([]);
  });

  it('with test-time augmentation answers the same about the same bytes, otherwise than plainly, and says so', async () => {
    const trained = await train(dataset, { ...defaultTrainOptions, backbone, normalise: 'signed', size: 32 });
    const { run, validation } = await tune({ epochs: 2, tta: true });
    expect(validation.tta).toMatchObject({ augmentations: 4 });
    expect(validation.tta!.loss).not.toBeCloseTo(validation.loss!, 6);
    const [source] = (await dataset.snapshot()).scan.items;
    // A byte behind the end makes a new photo of the same picture.
    const news = [path.join(newFolder(), 'new.png'), path.join(newFolder(), 'other.png')];
    for (const file of news)
      writeFileSync(file, Buffer.concat([readFileSync(path.join(dir, source!.at)), Buffer.from([1])]));
    const ask = (tta: 'no' | 'if-possible' | 'yes', of = run) =>
      predictFiles(
        dataset,
        news.map((file) => ({ file, path: file })),
        { run: of, tta },
      );
    const [plain, once, again] = [await ask('no'), await ask('yes'), await ask('if-possible')];
    expect([plain.augmentations, once.augmentations]).toEqual([0, 4]);
    const rows = ({ predictions }: typeof once) => predictions.map((each) => (each as Prediction).probabilities);
    expect(rows(again)).toEqual(rows(once));
    // Two files with the same bytes are one photo.
    expect(rows(once)[0]).toEqual(rows(once)[1]);
    expect(rows(once)[0]).not.toEqual(rows(plain)[0]);
    expect((await ask('if-possible', trained.run)).augmentations).toBe(0);
    await expect(ask('yes', trained.run)).rejects.toMatchObject({ code: 'usage' });
  });

  it('refuses a number of folds that makes no sense, and leaves nothing behind', async () => {
    const before = await unfinishedFineTunes(dataset);
    await expect(tune({ folds: 1 })).rejects.toMatchObject({ code: 'usage' });
    await expect(tune({ folds: 1000 })).rejects.toMatchObject({
      code: 'too-few',
      message: expect.stringMatching(/fewer folds/) as unknown,
    });
    expect(await unfinishedFineTunes(dataset)).toEqual(before);
  });

  it('goes on by itself after one crash of its process, and is finished', async () => {
    const engine = start();
    const { pid } = await engine.info();
    const events: TrainingEvent[] = [];
    const report = await tune(
      { epochs: 30 },
      {
        engine,
        onEvent: (event) => {
          events.push(event);
          if (event.kind === 'epoch' && event.epoch === 3) process.kill(pid, 'SIGKILL');
        },
      },
    );
    expect(report.epochs.length).toBe(31);
    expect(events.filter(({ kind }) => kind === 'notice')).toHaveLength(1);
    expect(events.filter(({ kind }) => kind === 'start')).toHaveLength(2);
  });

  it('cancelled, it is kept and gone on with by name; a wrong name is told', async () => {
    const abort = new AbortController();
    const cancelled = tune(
      { epochs: 300 },
      { signal: abort.signal, onEvent: (event) => event.kind === 'epoch' && event.epoch === 3 && abort.abort() },
    );
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    const [left] = await unfinishedFineTunes(dataset);
    expect(left).toBeDefined();
    await expect(tune({ resume: 'nothing' })).rejects.toMatchObject({ code: 'usage' });
    // One that is refused leaves nothing to go on with.
    await expect(tune({ backbone: path.join(dir, 'none.onnx') })).rejects.toMatchObject({ code: 'not-found' });
    expect(await unfinishedFineTunes(dataset)).toEqual([left]);
    const engine = start();
    let run = '';
    const report = await tune(
      { resume: left! },
      {
        engine,
        onRun: (name) => (run = name),
        onEvent: (event) => event.kind === 'epoch' && event.epoch > 5 && void engine.stopFineTune(run),
      },
    );
    expect([report.run, report.endedEarly]).toEqual([left, 'asked']);
    expect(await unfinishedFineTunes(dataset)).toEqual([]);
  });

  it('is told a learning rate by a search that keeps nothing and can be cancelled', async () => {
    const before = await dataset.store.fineTunes.abandoned();
    const steps: number[] = [];
    const options = { ...defaultFineTuneOptions, backbone, normalise: 'signed', size: 32, preset: 'none' } as const;
    const asked = { ...options, device: 'cpu', batch: 8 } as const;
    const report = await findLearningRate(dataset, asked, 60, {
      engine: start(),
      startEngine: start,
      onEvent: ({ step }) => steps.push(step),
      signal: undefined,
    });
    expect(report.points.length).toBe(steps.length);
    expect(report.points.every(({ rate }, at) => at === 0 || rate > report.points[at - 1]!.rate)).toBe(true);
    expect(report.suggestion === null || (report.suggestion > 1e-7 && report.suggestion < 10)).toBe(true);
    expect(await dataset.store.fineTunes.abandoned()).toEqual(before);
    const abort = new AbortController();
    const cancelled = findLearningRate(dataset, asked, 1_000_000, {
      engine: start(),
      startEngine: start,
      onEvent: ({ step }) => step === 2 && abort.abort(),
      signal: abort.signal,
    });
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
  });
});
