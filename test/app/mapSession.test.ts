import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { decide } from '../../src/app/decide.js';
import { MapSession } from '../../src/app/mapSession.js';
import { OpenDataset } from '../../src/app/openDataset.js';
import { WinnowError } from '../../src/base/errors.js';
import { openStore } from '../../src/node/datasetStore.js';
import type { Engine, OnProgress } from '../../src/ports/engine.js';
import type { MapPage } from '../../src/protocol/map.js';
import { foldersIn, idOf, imageBytes, put, quiet, temporaryFolder } from '../node/tempDataset.js';

const files = ['cat/1.jpg', 'cat/2.jpg', 'cat/3.jpg', 'dog/4.jpg'];
const ids = files.map((file) => idOf(imageBytes(file)));

interface Asked {
  readonly onProgress: OnProgress;
  readonly answer: (places: readonly number[]) => void;
  readonly fail: (error: unknown) => void;
}

/** A dataset of four photos; the engine answers when the test lets it. */
const opened = async (): Promise<{ dataset: OpenDataset; session: MapSession; asked: Asked[] }> => {
  const dir = temporaryFolder();
  for (const file of files) put(dir, file);
  const asked: Asked[] = [];
  const engine: Pick<Engine, 'project' | 'rank'> = {
    project: (_job, onProgress = () => undefined, signal) =>
      new Promise((resolve, reject) => {
        signal?.addEventListener('abort', () => reject(new WinnowError('cancelled', 'project')));
        asked.push({ onProgress, answer: (places) => resolve(Float32Array.from(places)), fail: reject });
      }),
    rank: ({ run, vocab }) => Promise.resolve({ run, vocab, items: [], unlabelled: [] }),
  };
  const store = await openStore(dir, { folders: foldersIn(temporaryFolder()) });
  const dataset = new OpenDataset(store, engine as Engine, quiet);
  const session = new MapSession(dataset);
  onTestFinished(() => {
    session.dispose();
    dataset.dispose();
  });
  return { dataset, session, asked };
};

/** @param run a name that sorts behind a clock's is a newer run. */
const finishRun = async (dataset: OpenDataset, run = '20260101-000000-0000'): Promise<void> => {
  const dir = dataset.store.runs.dirOf(run);
  mkdirSync(dir, { recursive: true });
  const items = ids.map((id, at) => ({ id, label: at < 3 ? 0 : 1, split: at === 2 ? 'valid' : 'train', group: id }));
  const vocab = ['cat', 'dog'];
  writeFileSync(path.join(dir, 'items.json'), JSON.stringify({ items }));
  writeFileSync(path.join(dir, 'ranking.json'), JSON.stringify({ run, vocab, items: [], unlabelled: [] }));
  await dataset.store.runs.finish({
    run,
    at: '2026-01-01T00:00:00.000Z',
    labelsAt: null,
    backbone: { id: 'test', sha256: 'b'.repeat(64), dim: 2, file: 'nowhere.onnx' },
    vocab,
    items: 4,
    seed: 1,
    summary: null,
  });
  await dataset.refresh();
};

const until = (session: MapSession, isIt: (page: MapPage) => boolean): Promise<MapPage> =>
  new Promise((resolve) => {
    const listening = session.onDidChange((page) => {
      if (!isIt(page)) return;
      listening.dispose();
      resolve(page);
    });
  });
const places = [0, 0, 0.5, 0.5, NaN, NaN, 1, 1];

describe('the map of a dataset', () => {
  it('waits for a run, is then computed by itself, and has what is known of each photo', async () => {
    const { dataset, session, asked } = await opened();
    expect(await session.open()).toMatchObject({ state: 'no-run', points: 0, share: null });
    const computing = until(session, ({ state }) => state === 'computing');
    await finishRun(dataset);
    await computing;
    await expect.poll(() => asked.length).toBe(1);
    const half = until(session, ({ share }) => share === 0.5);
    asked[0]!.onProgress({ stage: 'map', done: 50, total: 100 });
    await half;
    const ready = until(session, ({ state, share }) => state === 'ready' && share === null);
    asked[0]!.answer(places);
    expect(await ready).toMatchObject({
      points: 3,
      isStale: false,
      message: expect.stringContaining('1 photo has no') as string,
    });
    const { points } = session.points(0, 10);
    expect(points.find(({ id }) => id === ids[3])).toEqual({
      id: ids[3],
      name: 'dog/4.jpg',
      x: 1,
      y: 1,
      label: 'dog',
      prediction: null,
      finding: null,
      side: 'train',
    });
    expect(session.points(1, 2).points).toEqual(points.slice(1, 2));
  });

  it('follows decisions without being computed anew, and says when there is a newer run', async () => {
    const { dataset, session, asked } = await opened();
    await finishRun(dataset);
    await session.open();
    await expect.poll(() => asked.length).toBe(1);
    const ready = until(session, ({ points }) => points === 3);
    asked[0]!.answer(places);
    const { version } = await ready;
    const followed = until(session, (page) => page.version > version);
    await decide(dataset, [ids[1]!], { kind: 'relabel', to: 'dog', allowNewClass: false }, 'user');
    await followed;
    expect(session.points(0, 9).points.find(({ id }) => id === ids[1])?.label).toBe('dog');
    const without = until(session, ({ points }) => points === 2);
    await decide(dataset, [ids[1]!], { kind: 'trash', as: 'ours' }, 'user');
    await without;
    const stale = until(session, ({ isStale }) => isStale);
    await finishRun(dataset, '20260102-000000-0000');
    await stale;
    expect(asked).toHaveLength(1);
    await session.compute();
    await expect.poll(() => asked.length).toBe(2);
    const fresh = until(session, ({ isStale, share }) => !isStale && share === null);
    asked[1]!.answer(places);
    await fresh;
  });

  it('can be stopped and made again; a failure is said and can be tried again', async () => {
    const { dataset, session, asked } = await opened();
    await finishRun(dataset);
    await session.open();
    await expect.poll(() => asked.length).toBe(1);
    const idle = until(session, ({ state }) => state === 'idle');
    session.cancel();
    await idle;
    expect(await session.open()).toMatchObject({ state: 'idle' });
    await session.compute();
    await expect.poll(() => asked.length).toBe(2);
    const failed = until(session, ({ state }) => state === 'error');
    asked[1]!.fail(new WinnowError('no-run', 'The cache is gone. Train again.'));
    expect(await failed).toMatchObject({ message: 'The cache is gone. Train again.' });
    expect(await session.compute()).toMatchObject({ state: 'computing', message: null });
  });
});
