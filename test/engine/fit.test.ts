import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Split } from '../../src/core/dataset/item.js';
import { plainLinearAlgebra as algebra } from '../../src/core/training/plainLinearAlgebra.js';
import { embeddingPath, writeEmbedding } from '../../src/engine/embed/embeddingCache.js';
import { fitRun } from '../../src/engine/fit/fitRun.js';
import { keepRun, openRun } from '../../src/engine/fit/openRun.js';
import { predictRun, type PredictTools } from '../../src/engine/fit/predictRun.js';
import { rankRun } from '../../src/engine/fit/rankRun.js';
import type { FitItem, FitJob, PredictJob, RankJob } from '../../src/protocol/engine.js';
import { blobs } from '../core/training/syntheticItems.js';
import { madeUpBackbone as backbone, madeUpId as idOf } from './fixtures.js';

const count = 60;
const vocab = ['ant', 'bee', 'cat'];
const crop = blobs(count + 1, 20, 3, 5, 1.4);
const squish = blobs(count + 1, 12, 3, 6, 1.4);
const cropLayout = [12, 5, 3];
const rowOf = (rows: Float32Array, i: number, width: number): Float32Array => rows.slice(i * width, (i + 1) * width);
const splitOf = (i: number): Split => (i % 5 === 4 ? 'valid' : 'train');
/** 0 and 3 are twins; 10 has no label; 31 is labelled wrongly. */
const labelOf = (i: number): number | null => (i === 10 ? null : i === 31 ? 2 : crop.labels[i]!);
const items: FitItem[] = Array.from({ length: count }, (_, i) => ({
  id: idOf(i),
  label: labelOf(i),
  split: splitOf(i),
  group: i === 3 ? idOf(0) : idOf(i),
}));

let folder: string;
let job: FitJob;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'winnow fit '));
  const cacheDir = path.join(folder, 'cache');
  for (let i = 0; i < count; i++) {
    const cropRow = { layout: cropLayout, row: rowOf(crop.rows, i, 20) };
    writeEmbedding(embeddingPath(cacheDir, backbone, 'crop', idOf(i)), cropRow);
    const squishRow = { layout: [12], row: rowOf(squish.rows, i, 12) };
    writeEmbedding(embeddingPath(cacheDir, backbone, 'squish', idOf(i)), squishRow);
  }
  job = { run: 'r1', runDir: folder, cacheDir, backbone, views: ['crop', 'squish'], vocab, items, seed: 42 };
});
afterEach(() => rm(folder, { recursive: true }));

const tools: PredictTools = {
  algebra,
  embed: (source) =>
    Promise.resolve(
      'file' in source && source.file === 'broken.jpg'
        ? { ok: false, bad: { reason: 'truncated', message: 'It ends too early.' } }
        : {
            ok: true,
            row: rowOf(crop.rows, count, 20),
            layout: cropLayout,
          },
    ),
};
/** As after a restart of the engine: another run has taken the place in memory. */
const forget = async (): Promise<void> => keepRun('another', await openRun(algebra, job));
const rankJob = (labels: RankJob['labels'] = items, names: readonly string[] = vocab): RankJob => ({
  run: job.run,
  runDir: job.runDir,
  cacheDir: job.cacheDir,
  vocab: names,
  labels: labels.map(({ id, label }) => ({ id, label })),
});
const predictJob = (files: PredictJob['files'], without: readonly number[] = []): PredictJob => ({
  run: job.run,
  runDir: job.runDir,
  cacheDir: job.cacheDir,
  files,
  network: null,
  items: items
    .map((item, i) => ({
      id: item.id,
      path: `photo ${i}.jpg`,
      label: item.label === null ? null : vocab[item.label]!,
      group: item.group,
    }))
    .filter((_, i) => !without.includes(i)),
});
const fileOf = (i: number): PredictJob['files'][number] => ({ id: idOf(i), file: `${i}.jpg`, path: `${i}.jpg` });

describe('a fit', () => {
  it('finds the wrong label, writes its run, and counts its blocks and rows', async () => {
    const seen: number[] = [];
    const { summary, ranking } = await fitRun(job, { algebra }, ({ done, total }) => seen.push(done / total));
    expect(ranking.items).toHaveLength(count - 1);
    expect(ranking.items[0]).toMatchObject({ id: idOf(31), label: 2, suggestion: 1, isLabelIssue: true });
    expect(ranking.unlabelled).toMatchObject([{ id: idOf(10), suggestion: crop.labels[10] }]);
    expect(ranking.items.find((item) => item.id === idOf(3))!.leftOut).toBe(idOf(0));
    expect(summary.judge.views).toBe(3);
    expect(summary.judge.accuracy).toBeGreaterThan(0.9);
    expect(summary.outOfFold.accuracy).toBeGreaterThan(0.8);
    expect([summary.outOfFold.ece, summary.outOfFold.perfectEce]).toEqual([null, null]);
    expect(summary.validation.items).toBe(12);
    expect(summary.validation.accuracy).toBeGreaterThan(0.6);
    expect(seen.at(-1)).toBe(1);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    const files = ['heads.json', 'items.json', 'judge.f32', 'predictor.bin', 'predictor.f32', 'ranking.json'];
    expect(await readdir(folder)).toEqual(expect.arrayContaining(files));
    expect((await readFile(path.join(folder, 'judge.f32'))).byteLength).toBe(count * 3 * 4);
    expect(JSON.parse(await readFile(path.join(folder, 'ranking.json'), 'utf8'))).toEqual(ranking);
  });

  it('takes the first pass over when the whole photos follow, and ends the same', async () => {
    const alone = await fitRun(job, { algebra });
    const first = await fitRun({ ...job, views: ['crop'] }, { algebra });
    expect(first.summary.judge.views).toBe(2);
    const second = await fitRun(job, { algebra });
    expect(second.ranking).toEqual(alone.ranking);
    expect(second.summary.outOfFold).toEqual(alone.summary.outOfFold);
    expect(second.summary.validation).toEqual(alone.summary.validation);
  });

  it('never fits the predictor on test items: their labels change none of its rows', async () => {
    const tested = (flip: number): FitItem[] =>
      items.map((item, i) => (i % 6 === 5 ? { ...item, split: 'test', label: (crop.labels[i]! + flip) % 3 } : item));
    await fitRun({ ...job, items: tested(0) }, { algebra });
    const before = await readFile(path.join(folder, 'predictor.f32'));
    const judged = await readFile(path.join(folder, 'judge.f32'));
    await fitRun({ ...job, items: tested(1) }, { algebra });
    expect(await readFile(path.join(folder, 'predictor.f32'))).toEqual(before);
    expect(await readFile(path.join(folder, 'judge.f32'))).not.toEqual(judged);
    const ranked = await rankRun(rankJob(tested(1)), { algebra });
    expect(ranked.items).toHaveLength(count - 1);
  });

  it('says what is missing', async () => {
    const oneClass = items.map((item) => ({ ...item, label: item.label === null ? null : 1 }));
    await expect(fitRun({ ...job, items: oneClass }, { algebra })).rejects.toMatchObject({
      code: 'too-few',
      message: expect.stringContaining('bee') as string,
    });
    await rm(embeddingPath(job.cacheDir, backbone, 'squish', idOf(4)));
    await expect(fitRun(job, { algebra })).rejects.toMatchObject({ code: 'no-run' });
  });

  it('stops when cancelled', async () => {
    const controller = new AbortController();
    const running = fitRun(job, { algebra }, ({ done }) => done === 2 && controller.abort(), controller.signal);
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('survives a class of one photo', async () => {
    const lone = items.map((item, i) => ({ ...item, label: i === 8 ? 2 : item.label === 2 ? 0 : item.label }));
    const { ranking } = await fitRun({ ...job, items: lone }, { algebra });
    expect(ranking.items.every((item) => Number.isFinite(item.lossNats))).toBe(true);
  });
});

describe('a ranking', () => {
  it('at the labels of the train is the train’s, from memory and from the cache', async () => {
    const { ranking } = await fitRun(job, { algebra });
    const close = (one: typeof ranking): unknown =>
      one.items.map((item) => ({
        ...item,
        lossNats: expect.closeTo(item.lossNats, 3) as number,
        probability: expect.closeTo(item.probability, 3) as number,
        labelProbability: expect.closeTo(item.labelProbability, 3) as number,
        wrongProbability: expect.closeTo(item.wrongProbability, 3) as number,
      }));
    const remembered = await rankRun(rankJob(), { algebra });
    expect(remembered.items).toEqual(close(ranking));
    await forget();
    const rebuilt = await rankRun(rankJob(), { algebra });
    expect(rebuilt.items).toEqual(close(ranking));
    expect(rebuilt.unlabelled).toHaveLength(1);
  });

  it('follows decisions: a relabel is believed, a trashed photo is gone, a new class is known', async () => {
    await fitRun(job, { algebra });
    const before = await rankRun(rankJob(), { algebra });
    const mended = items.map((item, i) => (i === 31 ? { ...item, label: crop.labels[31]! } : item));
    const after = await rankRun(rankJob(mended), { algebra });
    const lossOf = (one: typeof after, i: number): number => one.items.find(({ id }) => id === idOf(i))!.lossNats;
    expect(lossOf(after, 31)).toBeLessThan(lossOf(before, 31) / 4);
    const without = await rankRun(rankJob(mended.filter((_, i) => i !== 20)), { algebra });
    expect(without.items.map(({ id }) => id)).not.toContain(idOf(20));
    expect(without.items).toHaveLength(count - 2);
    const renamed = mended.map((item) => ({ ...item, label: item.label === 0 ? 3 : item.label }));
    const grown = await rankRun(rankJob(renamed, [...vocab, 'wasp']), { algebra });
    const ants = grown.items.filter((item) => item.label === 3);
    expect(ants.filter((item) => item.prediction === 3).length / ants.length).toBeGreaterThan(0.7);
  });

  it('asks to train again when the features or the run’s files are gone', async () => {
    await fitRun(job, { algebra });
    await forget();
    await rm(path.join(job.cacheDir, 'embeddings'), { recursive: true });
    await expect(rankRun(rankJob(), { algebra })).rejects.toMatchObject({ code: 'no-run' });
    await expect(rankRun({ ...rankJob(), runDir: path.join(folder, 'none') }, { algebra })).rejects.toMatchObject({
      code: 'no-run',
    });
  });
});

describe('a prediction', () => {
  const sum = (probabilities: Readonly<Record<string, number>>): number =>
    Object.values(probabilities).reduce((total, p) => total + p, 0);

  it('of a photo of the dataset is its held-out row, without itself and its twin among the nearest', async () => {
    const { ranking } = await fitRun(job, { algebra });
    const [answer] = await predictRun(predictJob([fileOf(3)]), tools);
    const ranked = ranking.items.find(({ id }) => id === idOf(3))!;
    if (!answer?.ok) throw new Error('no answer');
    expect(answer.basis).toBe('held-out');
    expect(answer.probabilities[vocab[ranked.label]!]).toBeCloseTo(ranked.labelProbability, 5);
    expect(answer.nearest).toHaveLength(5);
    expect(answer.nearest.map(({ id }) => id)).not.toContain(idOf(0));
    expect(answer.nearest.map(({ id }) => id)).not.toContain(idOf(3));
    const distances = answer.nearest.map(({ distance }) => distance);
    expect(distances).toEqual([...distances].sort((a, b) => a - b));
    expect(answer.difference).toMatchObject({ own: answer.prediction, percentile: expect.any(Number) as number });
    expect(answer.difference!.other).not.toBe(answer.prediction);
  });

  it('says how different: the photos of a class spread over the percentiles, on the labels as of now', async () => {
    await fitRun(job, { algebra });
    const ask = Array.from({ length: count }, (_, i) => fileOf(i));
    const answers = await predictRun(predictJob(ask), tools);
    const percentiles = answers.flatMap((answer) => (answer.ok ? (answer.difference?.percentile ?? []) : []));
    expect(percentiles.length).toBeGreaterThan(count - 5);
    const mean = percentiles.reduce((total, each) => total + each, 0) / percentiles.length;
    expect(mean).toBeGreaterThan(35);
    expect(mean).toBeLessThan(60);
    // With one class left there is no other to be different from.
    const single = predictJob(ask);
    const [alone] = await predictRun(
      { ...single, items: single.items.map((item) => ({ ...item, label: item.label === null ? null : 'ant' })) },
      tools,
    );
    expect(alone).toMatchObject({ ok: true, difference: null });
  });

  it('of a trashed photo is still held out: the shipped predictor has seen it', async () => {
    await fitRun(job, { algebra });
    const [answer] = await predictRun(predictJob([fileOf(22)], [22]), tools);
    expect(answer).toMatchObject({ ok: true, basis: 'held-out' });
  });

  it('of a new photo is the same with and without the cache; a broken one says why', async () => {
    await fitRun(job, { algebra });
    const files = [fileOf(count), { id: idOf(count + 1), file: 'broken.jpg', path: 'broken.jpg' }, fileOf(7)];
    const [fresh, broken, own] = await predictRun(predictJob(files), tools);
    if (!fresh?.ok || !own?.ok) throw new Error('no answer');
    expect(fresh).toMatchObject({ basis: 'new', prediction: vocab[crop.labels[count]!] });
    expect(sum(fresh.probabilities)).toBeCloseTo(1, 6);
    expect(fresh.nearest).toHaveLength(5);
    expect(broken).toEqual({
      ok: false,
      path: 'broken.jpg',
      error: { code: 'bad-image', message: 'It ends too early.' },
    });
    await forget();
    await rm(path.join(job.cacheDir, 'embeddings'), { recursive: true });
    const [again, , held] = await predictRun(predictJob(files), tools);
    if (!again?.ok || !held?.ok) throw new Error('no answer');
    expect(again.probabilities).toEqual(fresh.probabilities);
    expect([again.nearest, again.difference]).toEqual([[], null]);
    expect(held.basis).toBe('held-out');
    for (const name of vocab) expect(held.probabilities[name]).toBeCloseTo(own.probabilities[name]!, 4);
  });

  it('of a new photo agrees with what a fit that holds it, unlabelled, would say', async () => {
    const unlabelled: FitItem = { id: idOf(count), label: null, split: 'train', group: idOf(count) };
    const row = { layout: cropLayout, row: rowOf(crop.rows, count, 20) };
    writeEmbedding(embeddingPath(job.cacheDir, backbone, 'crop', unlabelled.id), row);
    const { ranking } = await fitRun({ ...job, views: ['crop'], items: [...items, unlabelled] }, { algebra });
    const judged = ranking.unlabelled.find(({ id }) => id === unlabelled.id)!;
    await fitRun({ ...job, run: 'r2', views: ['crop'] }, { algebra });
    const [answer] = await predictRun(predictJob([fileOf(count)]), tools);
    if (!answer?.ok) throw new Error('no answer');
    expect(answer.prediction).toBe(vocab[judged.prediction]);
    expect(answer.probabilities[answer.prediction]).toBeCloseTo(judged.probability, 3);
  });
});
