import { describe, expect, it } from 'vitest';
import { applyDecisions, historyOf } from '../../src/app/apply.js';
import { decide, redo, resolveItems, undo } from '../../src/app/decide.js';
import type { OpenDataset } from '../../src/app/openDataset.js';
import type { ItemId } from '../../src/core/dataset/item.js';
import { byCodePoint } from '../../src/base/compare.js';
import { idOf, imageBytes, openTest, put, temporaryFolder } from '../node/tempDataset.js';

const animals = async (): Promise<OpenDataset> => {
  const dir = temporaryFolder();
  for (const file of ['cat/1.jpg', 'cat/2.jpg', 'dog/3.jpg']) put(dir, file);
  put(dir, 'dog/twin.jpg', imageBytes('cat/2.jpg'));
  return openTest(dir, temporaryFolder());
};
const one = idOf(imageBytes('cat/1.jpg'));
const twin = idOf(imageBytes('cat/2.jpg'));
const labelOf = async (dataset: OpenDataset, id: ItemId): Promise<string | null | undefined> =>
  (await dataset.snapshot()).state.items.get(id)?.label;
const toDog = { kind: 'relabel', to: 'dog', allowNewClass: false } as const;

describe('a decision', () => {
  it('is in force at once, in this window and after another opening', async () => {
    const dataset = await animals();
    const seen: number[] = [];
    await dataset.snapshot();
    dataset.onDidChange(({ entries }) => seen.push(entries.length));
    const [entry] = await decide(dataset, [one], toDog, 'user');
    expect(entry).toMatchObject({ kind: 'relabel', n: 1, by: 'user', items: [{ id: one, paths: ['cat/1.jpg'] }] });
    expect(await labelOf(dataset, one)).toBe('dog');
    expect(seen).toEqual([1]);
  });
  it('refuses an unknown label with the nearest name, and a class without one', async () => {
    const dataset = await animals();
    const relabel = (to: string, allowNewClass = false): Promise<unknown> =>
      decide(dataset, [one], { kind: 'relabel', to, allowNewClass }, 'user');
    await expect(relabel('dgo')).rejects.toMatchObject({
      code: 'unknown-label',
      message: expect.stringContaining('"dog"') as string,
      detail: { nearest: 'dog' },
    });
    await expect(relabel('Dog')).rejects.toMatchObject({ code: 'unknown-label', detail: { nearest: 'dog' } });
    await expect(relabel(' ', true)).rejects.toMatchObject({ code: 'usage' });
    await relabel('bird 🐦', true);
    expect((await dataset.snapshot()).state.vocab).toEqual(['bird 🐦', 'cat', 'dog']);
  });
  it.each(['AC/DC', '../x', 'con', 'Dog', ' cat'])(
    'makes the new class %j, with a folder that every system can have where the name can be none',
    async (name) => {
      const dataset = await animals();
      await decide(dataset, [one], { kind: 'relabel', to: name, allowNewClass: true }, 'user');
      expect(await labelOf(dataset, one)).toBe(name);
      const [move] = (await applyDecisions(dataset, { dryRun: false })).moved;
      expect(move?.to).toMatch(/^[^/]+~[0-9a-f]{10}\/1\.jpg$/);
      expect(await labelOf(dataset, one)).toBe(name);
      const { scan, state } = await dataset.refresh();
      expect(scan.items.find(({ id }) => id === one)).toMatchObject({ at: move?.to });
      expect((await dataset.store.spec.read()).classes).toEqual([{ name, terms: [], folder: move?.to.split('/')[0] }]);
      expect(state.vocab).toEqual([name, 'cat', 'dog'].sort(byCodePoint));
      await undo(dataset, {}, 'user');
      await applyDecisions(dataset, { dryRun: false });
      expect((await dataset.refresh()).scan.items.find(({ id }) => id === one)?.at).toBe('cat/1.jpg');
    },
  );
  it('to the label it has already is a confirmation', async () => {
    const dataset = await animals();
    const [entry] = await decide(dataset, [one], { ...toDog, to: 'cat' }, 'user');
    expect(entry?.kind).toBe('keep');
  });
  it('acts on all copies, and needs a label to keep', async () => {
    const dataset = await animals();
    await expect(decide(dataset, [twin], { kind: 'keep' }, 'user')).rejects.toMatchObject({ code: 'usage' });
    const [entry] = await decide(dataset, [twin], toDog, 'user');
    expect(entry).toMatchObject({ items: [{ paths: ['cat/2.jpg', 'dog/twin.jpg'] }] });
  });
  it('names which copy stays', async () => {
    const dataset = await animals();
    const dedupe = (id: ItemId, keep: string): Promise<unknown> =>
      decide(dataset, [id], { kind: 'dedupe', keep }, 'user');
    await expect(dedupe(twin, 'cat/1.jpg')).rejects.toMatchObject({ code: 'usage' });
    await expect(dedupe(one, 'cat/1.jpg')).rejects.toMatchObject({ code: 'nothing-to-do' });
    await dedupe(twin, './dog/twin.jpg');
    expect((await dataset.snapshot()).state.items.get(twin)?.keptPath).toBe('dog/twin.jpg');
  });
  it('that changes nothing is not written', async () => {
    const dataset = await animals();
    await expect(decide(dataset, [one], { kind: 'restore' }, 'user')).rejects.toMatchObject({ code: 'nothing-to-do' });
    await decide(dataset, [one], { kind: 'trash', as: 'ours' }, 'user');
    const again = decide(dataset, [one], { kind: 'trash', as: 'ours' }, 'user');
    await expect(again).rejects.toMatchObject({ code: 'nothing-to-do' });
    await decide(dataset, [one], { kind: 'restore' }, 'user');
    expect((await dataset.snapshot()).state.items.get(one)).toMatchObject({ status: 'in', decision: null });
    await expect(decide(dataset, ['f'.repeat(64) as ItemId], { kind: 'keep' }, 'user')).rejects.toMatchObject({
      code: 'unknown-item',
    });
  });
});

describe('undo', () => {
  it('takes back the last, one by name, or all after an entry; redo brings them again', async () => {
    const dataset = await animals();
    await expect(undo(dataset, {}, 'user')).rejects.toMatchObject({ code: 'nothing-to-do' });
    const three = idOf(imageBytes('dog/3.jpg'));
    const [first] = await decide(dataset, [one], toDog, 'user');
    await decide(dataset, [three], { ...toDog, to: 'cat' }, 'user');
    await decide(dataset, [three], { kind: 'set-aside' }, 'user');
    const writer = first?.writer ?? '';
    const [undone] = await undo(dataset, { to: `${writer}:1` }, 'user');
    expect(undone).toMatchObject({ refs: [`${writer}:3`, `${writer}:2`] });
    expect((await dataset.snapshot()).state.items.get(three)).toMatchObject({ label: 'dog', status: 'in' });
    await redo(dataset, 'user');
    await redo(dataset, 'user');
    await expect(redo(dataset, 'user')).rejects.toMatchObject({ code: 'nothing-to-do' });
    expect((await dataset.snapshot()).state.items.get(three)).toMatchObject({ label: 'cat', status: 'set-aside' });
    await undo(dataset, { ref: `${writer}:1` }, 'user');
    expect(await labelOf(dataset, one)).toBe('cat');
    await expect(undo(dataset, { ref: `${writer}:1` }, 'user')).rejects.toMatchObject({ code: 'nothing-to-do' });
    await expect(undo(dataset, { ref: 'nobody:7' }, 'user')).rejects.toMatchObject({ code: 'usage' });
    const history = historyOf(await dataset.snapshot(), { all: false });
    expect(history.map((row) => [row.n, row.kind, row.undone])).toEqual([
      [1, 'relabel', true],
      [2, 'relabel', false],
      [3, 'set-aside', false],
    ]);
    expect(history[0]).toMatchObject({ writer, to: 'dog', said: 'cat/1.jpg → dog', items: [{ path: 'cat/1.jpg' }] });
    expect(historyOf(await dataset.snapshot(), { all: true })).toHaveLength(7);
  });
});

describe('what a person types', () => {
  it('is an id, its beginning, or a path', async () => {
    const snapshot = await (await animals()).snapshot();
    const typed = [one, one.slice(0, 6), 'cat/1.jpg', './cat/1.jpg', '.\\dog\\twin.jpg', 'zzz', one.slice(0, 3)];
    expect(resolveItems(snapshot, typed)).toEqual({ ids: [one, twin], failed: ['zzz', one.slice(0, 3)] });
    const { scan } = snapshot;
    const alike = [`${one.slice(0, 8)}${'0'.repeat(56)}`, one].map((id) => ({ ...scan.items[0]!, id: id as ItemId }));
    const twins = { ...snapshot, scan: { ...scan, items: alike } };
    expect(() => resolveItems(twins, [one.slice(0, 8)])).toThrow(
      expect.objectContaining({ code: 'ambiguous-item' }) as Error,
    );
    expect(resolveItems(twins, [one]).ids).toEqual([one]);
  });
});
