import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WinnowError } from '../../src/base/errors.js';
import type { ItemId } from '../../src/core/dataset/item.js';
import { plainLinearAlgebra as algebra } from '../../src/core/training/plainLinearAlgebra.js';
import { embeddingPath, writeEmbedding } from '../../src/engine/embed/embeddingCache.js';
import { fitRun } from '../../src/engine/fit/fitRun.js';
import { similarRun } from '../../src/engine/fit/similarRun.js';
import { notThere, noLabel, type SimilarJob } from '../../src/protocol/evidence.js';
import type { FitItem } from '../../src/protocol/engine.js';
import { blobs } from '../core/training/syntheticItems.js';
import { madeUpBackbone as backbone, madeUpId as idOf } from './fixtures.js';

const count = 45;
const width = 16;
const made = blobs(count, width, 3, 5, 1.2);
/** 0 and 3 are look-alikes. */
const items: FitItem[] = Array.from({ length: count }, (_, i) => ({
  id: idOf(i),
  label: made.labels[i]!,
  split: i % 5 === 4 ? 'valid' : 'train',
  group: i === 3 ? idOf(0) : idOf(i),
}));
const row = (i: number): Float32Array => made.rows.slice(i * width, (i + 1) * width);

let folder: string;
let job: SimilarJob;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'winnow similar '));
  const cacheDir = path.join(folder, 'cache');
  for (let i = 0; i < count; i++)
    writeEmbedding(embeddingPath(cacheDir, backbone, 'crop', idOf(i)), { layout: [width], row: row(i) });
  const fit = {
    run: 'r1',
    runDir: folder,
    cacheDir,
    backbone,
    views: ['crop'],
    vocab: ['a', 'b', 'c'],
    items,
    seed: 1,
  };
  await fitRun({ ...fit, views: ['crop'] }, { algebra });
  job = {
    run: 'r1',
    runDir: folder,
    cacheDir,
    of: { id: idOf(0), file: 'never-read.jpg' },
    labels: items.map(({ label }) => label!),
    wants: [{ label: null, top: count }],
    leavesGroupOut: false,
  };
});
afterEach(() => rm(folder, { recursive: true }));

/** By hand, from the raw rows. */
const distance = (a: Float32Array, b: Float32Array): number => {
  const norm = (v: Float32Array): number => Math.hypot(...v);
  return Math.hypot(...a.map((value, at) => value / norm(a) - b[at]! / norm(b)));
};

describe('similar photos', () => {
  it('are all the others, by their distance', async () => {
    const [list = []] = (await similarRun(job, { algebra })).lists;
    expect(list).toHaveLength(count - 1);
    const expected = items
      .map(({ id }, i) => ({ id, distance: distance(row(0), row(i)) }))
      .slice(1)
      .sort((a, b) => a.distance - b.distance);
    expect(list.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    list.forEach((one, at) => expect(one.distance).toBeCloseTo(expected[at]!.distance, 4));
  });

  it('of a label, without look-alikes and without what is not there any more', async () => {
    const labels = [...job.labels];
    const gone = labels.findIndex((label, i) => i > 3 && label === labels[0]);
    labels[gone] = notThere;
    const bare = labels.findIndex((label, i) => i > gone && label === labels[0]);
    labels[bare] = noLabel;
    const asked = { ...job, labels, leavesGroupOut: true };
    const [own = [], all = [], none = []] = (
      await similarRun(
        {
          ...asked,
          wants: [
            { label: labels[0]!, top: count },
            { label: null, top: count },
            { label: 7, top: 3 },
          ],
        },
        { algebra },
      )
    ).lists;
    const ids = own.map(({ id }) => id);
    expect(ids.every((id) => labels[items.findIndex((item) => item.id === id)] === labels[0])).toBe(true);
    expect(ids).not.toContain(idOf(3));
    expect(ids).not.toContain(idOf(gone));
    expect(ids).not.toContain(idOf(bare));
    const rest = all.map(({ id }) => id);
    expect(rest).toContain(idOf(bare));
    expect([rest.includes(idOf(gone)), rest.includes(idOf(3)), rest.includes(idOf(0))]).toEqual([false, false, false]);
    expect(none).toEqual([]);
  });

  it('of a picture that no run knows: it is embedded, and a broken one is told', async () => {
    const stranger = {
      ...job,
      of: { id: 'f'.repeat(64) as ItemId, file: 'new.jpg' },
      wants: [{ label: null, top: 1 }],
    };
    const embed = () => Promise.resolve({ ok: true as const, row: row(7), layout: [width] });
    expect((await similarRun(stranger, { algebra, embed })).lists[0]![0]).toMatchObject({ id: idOf(7) });
    const broken = () =>
      Promise.resolve({ ok: false as const, bad: { reason: 'truncated' as const, message: 'Cut.' } });
    await expect(similarRun(stranger, { algebra, embed: broken })).rejects.toThrow(
      expect.objectContaining({ code: 'bad-image', message: 'Cut.' }) as WinnowError,
    );
    await expect(similarRun({ ...job, labels: [0] }, { algebra })).rejects.toMatchObject({ code: 'bad-shape' });
  });
});
