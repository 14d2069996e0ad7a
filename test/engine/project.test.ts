import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { plainLinearAlgebra as algebra } from '../../src/core/training/plainLinearAlgebra.js';
import { embeddingPath, writeEmbedding } from '../../src/engine/embed/embeddingCache.js';
import { projectRun } from '../../src/engine/fit/projectRun.js';
import type { FitItem, ProjectJob } from '../../src/protocol/engine.js';
import { blobs } from '../core/training/syntheticItems.js';
import { madeUpBackbone as backbone, madeUpId as idOf } from './fixtures.js';

const count = 30;
const width = 16;
const made = blobs(count, width, 3, 5, 1.2);
const items: FitItem[] = Array.from({ length: count }, (_, i) => ({
  id: idOf(i),
  label: made.labels[i]!,
  split: 'train',
  group: idOf(i),
}));

let folder: string;
let job: ProjectJob;
const embed = (i: number, row = made.rows.slice(i * width, (i + 1) * width)): void =>
  writeEmbedding(embeddingPath(job.cacheDir, backbone, 'crop', idOf(i)), { layout: [width], row });
const placesIn = async (file: string): Promise<Float32Array> =>
  new Float32Array(new Uint8Array(await readFile(file)).buffer);

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'winnow map '));
  job = { run: 'r1', runDir: folder, cacheDir: path.join(folder, 'cache'), seed: 1 };
  await writeFile(path.join(folder, 'heads.json'), JSON.stringify({ version: 1, backbone, views: ['crop'] }));
  await writeFile(path.join(folder, 'items.json'), JSON.stringify({ items }));
});
afterEach(() => rm(folder, { recursive: true }));

describe('the map of a run', () => {
  it('is a file of a place a photo, made once, with the progress told', async () => {
    for (let i = 0; i < count; i++) embed(i);
    const told: number[] = [];
    const { file, rows } = await projectRun(job, { algebra }, ({ stage, done, total }) => {
      expect([stage, total]).toEqual(['map', 100]);
      told.push(done);
    });
    expect(rows).toBe(count);
    const places = await placesIn(file);
    expect(places).toHaveLength(count * 2);
    expect(places.every((value) => value >= -1e-6 && value <= 1 + 1e-6)).toBe(true);
    expect(told.length).toBeGreaterThan(10);
    const { mtimeMs } = await stat(file);
    const again = await projectRun(job, { algebra }, () => {
      throw new Error('nothing is computed twice');
    });
    expect(again).toEqual({ file, rows });
    expect((await stat(file)).mtimeMs).toBe(mtimeMs);
    expect((await projectRun({ ...job, seed: 2 }, { algebra })).file).not.toBe(file);
  });

  it('leaves photos without usable features out, and refuses where there are none at all', async () => {
    for (let i = 0; i < count; i++) if (i !== 4) embed(i);
    embed(7, new Float32Array(width).fill(NaN));
    const places = await placesIn((await projectRun(job, { algebra })).file);
    expect([...items.keys()].filter((i) => Number.isNaN(places[i * 2]!))).toEqual([4, 7]);
    await rm(job.cacheDir, { recursive: true });
    await expect(projectRun(job, { algebra })).rejects.toMatchObject({ code: 'no-run' });
  });

  it('ends when it is cancelled, and leaves nothing behind', async () => {
    for (let i = 0; i < count; i++) embed(i);
    const abort = new AbortController();
    const ended = projectRun(job, { algebra }, ({ done }) => (done > 30 ? abort.abort() : undefined), abort.signal);
    await expect(ended).rejects.toMatchObject({ code: 'cancelled' });
    expect(await readdir(job.cacheDir)).toEqual(['embeddings']);
  });
});
