import { renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/app/decide.js';
import type { OpenDataset } from '../../src/app/openDataset.js';
import { ReviewSession } from '../../src/app/review/session.js';
import { isShownList, mostKept, type ShownList } from '../../src/app/review/shownList.js';
import type { ImageFacts, ItemId } from '../../src/core/dataset/item.js';
import { refOf } from '../../src/core/journal/entry.js';
import { noFilter } from '../../src/protocol/review.js';
import { plainLook } from '../core/findings/plainLook.js';
import { idOf, imageBytes, openTest, put, temporaryFolder } from '../node/tempDataset.js';

const facts = (phash: string, width = 100): ImageFacts => ({
  width,
  height: 100,
  format: 'jpeg',
  phash,
  isLowInformation: false,
  turns: [],
  look: plainLook,
});
const idAt = (file: string): ItemId => idOf(imageBytes(file));

/** Two cats two bits apart, a third eight bits from the first, and a dog like nothing. */
const animals = async (): Promise<OpenDataset> => {
  const dir = temporaryFolder();
  const prints: Record<string, ImageFacts> = {
    'cat/1.jpg': facts('f0f0f0f0f0f0f0f0', 300),
    'cat/2.jpg': facts('f0f0f0f0f0f0f3f0'),
    'cat/3.jpg': facts('f0f0f0f0f0f0f00f'),
    'dog/4.jpg': facts('0123456789abcdef'),
  };
  for (const file of Object.keys(prints)) put(dir, file);
  const dataset = await openTest(dir, temporaryFolder());
  await dataset.store.scanner.remember(
    new Map(Object.entries(prints).map(([file, known]) => [idAt(file), known])),
    new Map(),
  );
  await dataset.refresh();
  return dataset;
};
const reviewOf = (dataset: OpenDataset): ReviewSession => new ReviewSession(dataset, () => Promise.resolve(new Map()));
const shown = async (session: ReviewSession): Promise<string[]> =>
  (await session.rows(0, 100)).tiles.map((tile) => tile.path);

describe('the review of a dataset', () => {
  it('follows the near-duplicate threshold: fewer bits, fewer groups, and decisions stay', async () => {
    const dataset = await animals();
    const session = reviewOf(dataset);
    const at = async (alikeBits: number) => session.setFilter({ ...noFilter, kind: 'duplicates', alikeBits });
    const six = await at(6);
    expect(six.alike).toEqual({
      pairs: [0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 3],
      groups: [0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1],
    });
    expect(await shown(session)).toEqual(['cat/1.jpg', 'cat/2.jpg']);
    expect((await session.rows(0, 1)).tiles[0]?.group).toMatchObject({ of: 2, isBest: true });
    await session.decide([idAt('cat/2.jpg')], { kind: 'trash', as: 'ours' }, 1);
    await session.undo(1);
    await session.decide([idAt('cat/2.jpg')], { kind: 'keep' }, 1);
    expect((await at(1)).total).toBe(0);
    expect((await at(8)).total).toBe(3);
    const kept = (await session.rows(0, 10)).tiles.find((tile) => tile.path === 'cat/2.jpg');
    expect(kept?.decision).toBe('keep');
    expect((await session.setFilter(noFilter)).alike).toBeNull();
  });

  it('never brings back what was kept, in whatever way it was found', async () => {
    const dir = temporaryFolder();
    put(dir, 'cat/1.jpg');
    put(dir, 'cat/copy.jpg', imageBytes('cat/1.jpg'));
    put(dir, 'train/cat/x.jpg', imageBytes('other'));
    const dataset = await openTest(dir, temporaryFolder());
    const session = reviewOf(dataset);
    const before = await session.setFilter({ ...noFilter, kind: 'any', show: 'undecided' });
    expect(before.counts.kinds['exact-duplicate']).toBe(1);
    await session.decide([idAt('cat/1.jpg')], { kind: 'keep' }, -1);
    for (const filter of [
      { ...noFilter, kind: 'any' as const },
      { ...noFilter, kind: 'exact-duplicate' as const },
      { ...noFilter, show: 'undecided' as const, text: 'copy' },
    ])
      expect((await session.setFilter(filter)).total).toBe(0);
    // Another window, another day: the same.
    await dataset.refresh();
    expect((await reviewOf(dataset).setFilter({ ...noFilter, kind: 'any' })).total).toBe(0);
  });

  it('goes on with the list of an earlier session, and begins with everything where none was kept', async () => {
    const dataset = await animals();
    let kept: ShownList | null = null;
    const memory = { read: () => kept, write: (list: ShownList) => void (kept = list) };
    const session = (): ReviewSession =>
      new ReviewSession(dataset, () => Promise.resolve(new Map()), undefined, memory);
    expect((await session().open()).total).toBe(4);
    const filter = { ...noFilter, label: 'cat', arrange: 'pairs' as const };
    await session().setFilter(filter);
    expect(await session().open()).toMatchObject({ filter, total: 3, only: null });
    const ids = [idAt('dog/4.jpg'), idAt('cat/2.jpg')];
    await session().listOnly({ title: 'Two', ids });
    const again = session();
    expect(await again.open()).toMatchObject({ filter: noFilter, total: 2, only: { title: 'Two', count: 2 } });
    expect(await shown(again)).toEqual(['dog/4.jpg', 'cat/2.jpg']);
    // A photo that is not among them brings everything back, for whoever comes next too.
    expect(isShownList(JSON.parse(JSON.stringify(kept)))).toBe(true);
    await again.reveal(idAt('cat/1.jpg'));
    expect(await session().open()).toMatchObject({ total: 4, only: null });
    const many = Array.from({ length: mostKept + 1 }, (_, at) => idAt(String(at)));
    await session().listOnly({ title: 'Many', ids: [...ids, ...many] });
    expect(await session().open()).toMatchObject({ total: 4, only: null });
  });

  it('keeps views by name, refuses ours, and forgets', async () => {
    const session = reviewOf(await animals());
    await session.setFilter({ ...noFilter, text: 'dog' });
    expect((await session.saveView(' dogs ')).views.at(-1)).toMatchObject({ name: 'dogs', count: 1, isOwn: true });
    await expect(session.saveView('Everything')).rejects.toMatchObject({ code: 'usage' });
    await expect(session.saveView('  ')).rejects.toMatchObject({ code: 'usage' });
    await session.setFilter({ ...noFilter, text: 'cat' });
    const again = (await session.saveView('dogs')).views.filter(({ isOwn }) => isOwn);
    expect(again).toMatchObject([{ name: 'dogs', count: 3 }]);
    expect((await session.removeView('dogs')).views.some(({ isOwn }) => isOwn)).toBe(false);
  });

  it('knows where photos come from', async () => {
    const dataset = await animals();
    const provenance = {
      provider: 'openverse',
      query: 'dog',
      rank: 0,
      pageUrl: 'https://www.flickr.com/photos/1',
      imageUrl: 'https://live.staticflickr.com/1.jpg',
      licence: null,
      licenceUrl: null,
      creator: null,
      attribution: null,
      group: null,
      fetchedAt: '2026-01-01T00:00:00Z',
      sha256: idAt('dog/4.jpg'),
    };
    await dataset.store.journal.append(
      { kind: 'gathered', images: [{ id: idAt('dog/4.jpg'), path: 'dog/4.jpg', label: 'dog', provenance }] },
      'auto',
    );
    await dataset.refresh();
    const session = reviewOf(dataset);
    const { counts } = await session.open();
    expect(counts.sources).toEqual({ '': 3, openverse: 1, 'flickr.com': 1 });
    await session.setFilter({ ...noFilter, source: 'flickr.com' });
    expect(await shown(session)).toEqual(['dog/4.jpg']);
  });

  it('follows decisions from elsewhere under the filter in force', async () => {
    const dataset = await animals();
    const session = reviewOf(dataset);
    await session.setFilter({ ...noFilter, show: 'undecided', label: 'dog' });
    const changed = new Promise<number>((resolve) => session.onDidChange(({ total }) => resolve(total)));
    await decide(dataset, [idAt('cat/1.jpg')], { kind: 'relabel', to: 'dog', allowNewClass: false }, 'cli');
    expect(await changed).toBe(1);
  });

  it('accepts many suggestions as one step, which one undo takes back and one redo does again', async () => {
    const dataset = await animals();
    const session = reviewOf(dataset);
    await session.open();
    const [a, b, c, d] = ['cat/1.jpg', 'cat/2.jpg', 'cat/3.jpg', 'dog/4.jpg'].map(idAt) as [
      ItemId,
      ItemId,
      ItemId,
      ItemId,
    ];
    await decide(dataset, [d], { kind: 'keep' }, 'user');
    const [first] = await decide(dataset, [a], { kind: 'relabel', to: 'dog', allowNewClass: false }, 'user');
    const step = refOf(first!);
    await decide(dataset, [b], { kind: 'relabel', to: 'fox', allowNewClass: true }, 'user', step);
    await decide(dataset, [c], { kind: 'keep' }, 'user', step);
    const labels = async (): Promise<(string | null | undefined)[]> => {
      const { state } = await dataset.snapshot();
      return [a, b, c, d].map((id) => state.items.get(id)?.label);
    };
    const decisions = async (): Promise<unknown[]> => {
      const { state } = await dataset.snapshot();
      return [a, b, c, d].map((id) => state.items.get(id)?.decision);
    };
    expect(await labels()).toEqual(['dog', 'fox', 'cat', 'dog']);
    await session.undo(-1);
    expect(await labels()).toEqual(['cat', 'cat', 'cat', 'dog']);
    expect(await decisions()).toEqual([null, null, null, 'keep']);
    expect((await session.undo(-1)).snapshot.canUndo).toBe(false);
    await session.redo(-1);
    expect(await decisions()).toEqual([null, null, null, 'keep']);
    const { snapshot } = await session.redo(-1);
    expect(await labels()).toEqual(['dog', 'fox', 'cat', 'dog']);
    expect(snapshot.canRedo).toBe(false);
    // A step is in the journal: another window takes it back as one too.
    const again = reviewOf(dataset);
    await again.open();
    await again.undo(-1);
    expect(await decisions()).toEqual([null, null, null, 'keep']);
  });

  it('decides on everything that a filter shows, and leaves alone what a decision says nothing about', async () => {
    const dataset = await animals();
    const session = reviewOf(dataset);
    const { total, version } = await session.setFilter({ ...noFilter, label: 'cat' });
    const all = session.ids(0, total);
    expect(all.version).toBe(version);
    expect(all.ids).toHaveLength(3);
    const { snapshot } = await session.decide(all.ids, { kind: 'relabel', to: 'dog' }, 2);
    expect(snapshot.counts.labels).toEqual({ dog: 4 });
    await expect(session.decide(all.ids, { kind: 'accept' }, 2)).rejects.toMatchObject({ code: 'nothing-to-do' });
    expect((await session.undo(2)).snapshot.counts.labels).toEqual({ cat: 3, dog: 1 });
  });

  it('of 1,000 decided files moved by another hand says so, and restores or accepts them all in one step', async () => {
    const dir = temporaryFolder();
    const files = Array.from({ length: 1_000 }, (_, i) => `cat/${String(i)}.jpg`);
    for (const file of files) put(dir, file);
    put(dir, 'dog/1.jpg');
    const dataset = await openTest(dir, temporaryFolder());
    await decide(dataset, files.map(idAt), { kind: 'relabel', to: 'dog', allowNewClass: false }, 'user');
    renameSync(path.join(dir, 'cat'), path.join(dir, 'cats of old'));
    await dataset.refresh();
    const session = reviewOf(dataset);
    const moved = { ...noFilter, kind: 'moved' as const };
    const { snapshot: before, ids } = await session
      .setFilter(moved)
      .then((snapshot) => ({ snapshot, ids: session.ids(0, snapshot.total).ids }));
    // The folder wins, and nothing was forgotten.
    expect(before.counts.labels).toEqual({ 'cats of old': 1_000, dog: 1 });
    expect(before.superseded).toBe(1_000);
    expect(before.views.find(({ name }) => name === 'Moved since you decided')?.count).toBe(1_000);
    const restored = await session.decide(ids, { kind: 'restore' }, -1);
    expect(restored.snapshot.counts.labels).toEqual({ dog: 1_001 });
    expect((await session.undo(-1)).snapshot.counts.labels).toEqual({ 'cats of old': 1_000, dog: 1 });
    const accepted = await session.decide(ids, { kind: 'keep' }, -1);
    expect(accepted.snapshot.superseded).toBe(0);
    expect(accepted.snapshot.counts.labels).toEqual({ 'cats of old': 1_000, dog: 1 });
    expect((await session.setFilter(moved)).total).toBe(0);
  });

  it('goes on when photos vanish, are edited, or all are copies of one', async () => {
    const dir = temporaryFolder();
    for (const file of ['cat/1.jpg', 'cat/2.jpg', 'dog/3.jpg']) put(dir, file);
    for (let i = 0; i < 20; i++) put(dir, `fox/copy ${String(i)}.jpg`, imageBytes('one'));
    const dataset = await openTest(dir, temporaryFolder());
    const session = reviewOf(dataset);
    expect((await session.open()).total).toBe(4);
    await decide(dataset, [idAt('cat/1.jpg')], { kind: 'relabel', to: 'dog', allowNewClass: false }, 'user');
    put(dir, 'cat/1.jpg', imageBytes('edited'));
    rmSync(path.join(dir, 'cat/2.jpg'));
    await dataset.refresh();
    const { total } = await session.resort();
    expect(total).toBe(3);
    // New bytes are a new photo: the decision on the old ones is not applied to it.
    const edited = (await session.rows(0, 10)).tiles.find(({ path: at }) => at === 'cat/1.jpg');
    expect(edited).toMatchObject({ label: 'cat', decision: null });
    await expect(session.decide([idAt('cat/2.jpg')], { kind: 'keep' }, -1)).rejects.toMatchObject({
      code: 'unknown-item',
    });
    await expect(session.decide([idAt('dog/3.jpg')], { kind: 'keep' }, -1)).resolves.toMatchObject({
      said: 'Kept. Undo: z',
    });
  });
});
