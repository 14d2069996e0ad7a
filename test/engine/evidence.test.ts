/** The evidence of a finding from a real training: the product's own engine on the demo's photos. */

import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { currentRanking } from '../../src/app/currentRanking.js';
import { listFindings } from '../../src/app/findings.js';
import { lookAt } from '../../src/app/lookAt.js';
import { MapSession } from '../../src/app/mapSession.js';
import { OpenDataset } from '../../src/app/openDataset.js';
import { ReviewSession } from '../../src/app/review/session.js';
import { runRows } from '../../src/app/runRows.js';
import { similarPhotos } from '../../src/app/similar.js';
import { defaultTrainOptions, train } from '../../src/app/train.js';
import type { ItemId } from '../../src/core/dataset/item.js';
import { openStore } from '../../src/node/datasetStore.js';
import { EngineProcess } from '../../src/node/engineProcess.js';
import { foldersIn, quiet } from '../node/tempDataset.js';
import { bundleEngine } from './engineBundle.js';
import { newFolder } from './fixtures.js';
import { trainedSample } from '../trainedSample.js';

let engine: EngineProcess;
let dataset: OpenDataset;
let session: ReviewSession;
const folders: string[] = [];

beforeAll(async () => {
  const [folder, home] = [newFolder(), newFolder()];
  folders.push(folder, home);
  // What its photos look like to the backbone is known already: this train is quick.
  await trainedSample(folder, home);
  engine = new EngineProcess({ bundle: await bundleEngine('evidence'), nodePath: null, rung: 'auto', log: quiet });
  dataset = new OpenDataset(await openStore(folder, { folders: foldersIn(home) }), engine, quiet);
  await train(dataset, { ...defaultTrainOptions, views: '1' });
  session = new ReviewSession(dataset, (ids, size) =>
    Promise.resolve(new Map(ids.map((id) => [id, `thumb:${size}:${id}`]))),
  );
}, 240_000);
afterAll(() => {
  session.dispose();
  dataset.dispose();
  engine.dispose();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const first = async (kind: string): Promise<ItemId> => {
  const { findings } = await listFindings(dataset);
  const id = findings.find((finding) => finding.kind === kind)?.items[0]?.id;
  if (!id) throw new Error(`the sample has no ${kind}`);
  return id;
};

describe('the evidence of a finding', () => {
  it('of a wrong label: photos of the given and of the suggested class, never of its own group', async () => {
    const id = await first('label-issue');
    await session.open();
    const [tile] = (await session.rows(0, 400)).tiles.filter((row) => row.id === id);
    const evidence = await session.evidence(id);
    expect(evidence).toMatchObject({ id, trouble: null, picture: `thumb:1024:${id}` });
    expect(evidence.lists.map(({ role, label }) => [role, label])).toEqual([
      ['given', tile!.label],
      ['other', tile!.suggestion],
    ]);
    const rows = await runRows(dataset, (await dataset.snapshot()).runs[0]!);
    const groupOf = new Map(rows.map((row) => [row.id, row.group]));
    for (const list of evidence.lists) {
      expect(list.photos.length).toBeGreaterThan(0);
      expect(list.photos.every(({ label }) => label === list.label)).toBe(true);
      expect(list.photos.some((photo) => groupOf.get(photo.id) === groupOf.get(id))).toBe(false);
      expect(list.photos.every(({ id: of, thumb }) => thumb === `thumb:256:${of}`)).toBe(true);
      const distances = list.photos.map(({ distance }) => distance);
      expect(distances).toEqual([...distances].sort((a, b) => a - b));
    }
  });

  it('of a file that lies twice: both places, each with its size', async () => {
    const { twins } = await session.evidence(await first('exact-duplicate'));
    expect(twins.length).toBeGreaterThan(1);
    expect(twins[0]).toMatchObject({ isThis: true });
    expect(new Set(twins.map((twin) => twin.path)).size).toBe(twins.length);
    for (const twin of twins) {
      expect(twin.size!.width).toBeGreaterThan(10);
      expect(twin.bytes).toBeGreaterThan(100);
    }
  });

  it('of a conflict between labels: every copy, and what the model says instead', async () => {
    const evidence = await session.evidence(await first('label-conflict'));
    expect(evidence.twins.length).toBeGreaterThan(1);
    expect(evidence.lists.map(({ role }) => role)).toContain('other');
  });

  it('lists the photos most like one, nearest first, through decisions, until all are wanted again', async () => {
    const id = await first('label-issue');
    const { photos } = await similarPhotos(dataset, { id }, 60);
    const listed = await session.listSimilar(id);
    expect(listed).toMatchObject({ total: photos.length + 1, only: { count: photos.length + 1 } });
    const ids = async (): Promise<ItemId[]> => (await session.rows(0, 100)).tiles.map((tile) => tile.id);
    expect(await ids()).toEqual([id, ...photos.map((photo) => photo.id)]);
    await session.decide([id], { kind: 'keep' }, 3);
    expect(await ids()).toEqual([id, ...photos.map((photo) => photo.id)]);
    await session.undo(3);
    const all = await session.listOnly(null);
    expect([all.only, all.total > photos.length + 1]).toEqual([null, true]);
  });

  it('what the model looked at: by the fit that has not seen the photo, coarse and fine, named for what it is', async () => {
    const id = await first('label-issue');
    const { ranking } = (await currentRanking(dataset))!;
    const ranked = ranking.items.find((row) => row.id === id)!;
    const label = ranking.vocab[ranked.prediction]!;
    const look = await lookAt(dataset, { id }, { label, method: 'occlusion', cells: 5 });
    expect(look).toMatchObject({ method: 'occlusion', label, rows: 5, columns: 5, isHeldOut: true });
    expect(look.probability).toBeCloseTo(ranked.probability, 2);
    expect(look.values).toHaveLength(25);
    expect(Math.max(...look.values.map(Math.abs))).toBeGreaterThan(0.5);
    expect(look.without).toBeLessThanOrEqual(look.probability);
    const other = await lookAt(dataset, { id }, { label: ranking.vocab[ranked.label]!, method: 'occlusion', cells: 5 });
    expect(other.probability).toBeCloseTo(ranked.labelProbability, 2);
    if (look.whyNoActivation === null) {
      const exact = await lookAt(dataset, { id }, { label, method: 'activation', cells: 0 });
      expect(exact).toMatchObject({ method: 'activation', without: null });
      expect(exact.values).toHaveLength(exact.rows * exact.columns);
    } else {
      await expect(lookAt(dataset, { id }, { label, method: 'activation', cells: 0 })).rejects.toMatchObject({
        code: 'bad-model',
      });
    }
    await expect(lookAt(dataset, { id }, { label: 'dodo', method: 'occlusion', cells: 5 })).rejects.toMatchObject({
      code: 'unknown-label',
    });
  });

  it('stops looking when it is told to, and looks again', async () => {
    const id = await first('exact-duplicate');
    const label = (await dataset.snapshot()).runs[0]!.vocab[0]!;
    const abort = new AbortController();
    const asked = lookAt(dataset, { id }, { label, method: 'occlusion', cells: 14 }, abort.signal);
    setTimeout(() => abort.abort(), 20);
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
    expect((await lookAt(dataset, { id }, { label, method: 'occlusion', cells: 5 })).values).toHaveLength(25);
  });

  it('of a photo that is gone is refused', async () => {
    await expect(session.evidence('e'.repeat(64) as ItemId)).rejects.toMatchObject({ code: 'unknown-item' });
  });
});

describe('the map of a real training', () => {
  it('has a place for each photo, told by the engine on the way, and alike photos lie near each other', async () => {
    const map = new MapSession(dataset);
    const shares: number[] = [];
    const ready = new Promise<number>((resolve) => {
      map.onDidChange(({ state, share, points, message }) => {
        if (state === 'error') throw new Error(message ?? 'no map');
        if (share !== null) shares.push(share);
        else if (state === 'ready') resolve(points);
      });
    });
    await map.open();
    const count = await ready;
    const rows = await runRows(dataset, (await dataset.snapshot()).runs[0]!);
    expect(count).toBe(rows.length);
    expect(shares.length).toBeGreaterThan(3);
    const { points } = map.points(0, count);
    expect(points.every(({ x, y }) => x >= 0 && x <= 1 && y >= 0 && y <= 1)).toBe(true);
    const isOfClass = points.map((point) => {
      const near = points
        .filter(({ id }) => id !== point.id)
        .sort((a, b) => Math.hypot(a.x - point.x, a.y - point.y) - Math.hypot(b.x - point.x, b.y - point.y));
      return near[0]?.prediction === point.prediction;
    });
    const share = isOfClass.filter(Boolean).length / count;
    // By chance about 1 in 3.
    expect(share).toBeGreaterThan(0.6);
    map.dispose();
  });
});
