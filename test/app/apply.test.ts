import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyDecisions, historyOf, pendingMoves, purgeTrash } from '../../src/app/apply.js';
import { decide, undo, type DecisionAction } from '../../src/app/decide.js';
import type { OpenDataset } from '../../src/app/openDataset.js';
import type { Move } from '../../src/core/journal/entry.js';
import { contents, filesIn, idOf, imageBytes, openTest, put, temporaryFolder } from '../node/tempDataset.js';

interface Bench {
  readonly dir: string;
  readonly home: string;
  readonly dataset: OpenDataset;
  /** Decides about the item whose bytes were first put at this path. */
  decide(file: string, action: DecisionAction | string): Promise<void>;
  /** The user's files now, without Winnow's own. */
  files(): string[];
}
const bench = async (files: Readonly<Record<string, string>>, spec?: object): Promise<Bench> => {
  const [dir, home] = [temporaryFolder(), temporaryFolder()];
  for (const [file, content] of Object.entries(files)) {
    put(dir, file, file.endsWith('.csv') ? content : imageBytes(content));
  }
  if (spec) put(dir, 'winnow.json', JSON.stringify(spec));
  const dataset = await openTest(dir, home);
  return {
    dir,
    home,
    dataset,
    decide: async (content, action) => {
      const what =
        typeof action === 'string' ? ({ kind: 'relabel', to: action, allowNewClass: true } as const) : action;
      await decide(dataset, [idOf(imageBytes(content))], what, 'user');
    },
    files: () => filesIn(dir).filter((file) => !file.startsWith('.winnow')),
  };
};
const animals = { 'cat/1.jpg': 'a', 'cat/2.jpg': 'b', 'dog/1.jpg': 'c', 'dog/3.jpg': 'd' };
const trash: DecisionAction = { kind: 'trash', as: 'ours' };
const moves = async ({ dataset }: Bench): Promise<string[]> =>
  (await applyDecisions(dataset, { dryRun: false })).moved.map(({ from, to }) => `${from} → ${to}`);

describe('apply', () => {
  it('touches nothing before, nor on a dry run', async () => {
    const b = await bench(animals);
    await b.decide('a', 'dog');
    const dry = await applyDecisions(b.dataset, { dryRun: true });
    expect(dry).toEqual({ moved: [{ from: 'cat/1.jpg', to: 'dog/1-2.jpg' }], dryRun: true });
    expect(b.files()).toEqual(Object.keys(animals));
  });

  it('moves to the folder of the label, keeps every byte, and has nothing to do afterwards', async () => {
    const b = await bench(animals);
    const before = contents(b.dir);
    await b.decide('a', 'dog');
    await b.decide('b', 'new 🐦');
    await b.decide('c', trash);
    expect(await moves(b)).toHaveLength(3);
    // The place that the trashed one has left is free again.
    expect(b.files()).toEqual(['dog/1.jpg', 'dog/3.jpg', 'new 🐦/2.jpg']);
    expect(contents(b.dir)).toEqual(before);
    expect(await moves(b)).toEqual([]);
    const { scan, state } = await b.dataset.snapshot();
    expect(state.items.get(idOf(imageBytes('a')))).toMatchObject({
      label: 'dog',
      decision: 'relabel',
      superseded: null,
    });
    expect(scan.items.find((item) => item.id === idOf(imageBytes('a')))?.folderLabel).toBe('cat');
    expect(state.items.get(idOf(imageBytes('c')))).toMatchObject({ status: 'trashed' });
    expect(state.unfinishedApply).toBeNull();
    const why = JSON.parse(
      readFileSync(path.join(b.dir, `.winnow/trash/${idOf(imageBytes('c'))}.json`), 'utf8'),
    ) as object;
    expect(why).toMatchObject({ from: 'dog/1.jpg', by: 'user' });
  });

  it('is undone by undo and another apply: the folder is byte for byte as it was', async () => {
    const b = await bench({ ...animals, 'dog/copy.jpg': 'd' });
    const before = b.files();
    await b.decide('a', 'dog');
    await b.decide('b', trash);
    await b.decide('d', { kind: 'dedupe', keep: 'dog/copy.jpg' });
    await moves(b);
    expect(b.files()).toEqual(['dog/1-2.jpg', 'dog/1.jpg', 'dog/copy.jpg']);
    for (let i = 0; i < 3; i++) await undo(b.dataset, {}, 'user');
    await moves(b);
    expect(b.files()).toEqual(before);
    expect(pendingMoves(await b.dataset.snapshot())).toEqual([]);
  });

  it('finds a free name when the old place is taken', async () => {
    const b = await bench(animals);
    await b.decide('b', trash);
    await moves(b);
    put(b.dir, 'cat/2.jpg', imageBytes('newcomer'));
    await undo(b.dataset, {}, 'user');
    await moves(b);
    expect(b.files()).toContain('cat/2-2.jpg');
    expect(readFileSync(path.join(b.dir, 'cat/2.jpg'))).toEqual(imageBytes('newcomer'));
  });

  it('lets the folder win over a decision when a person has moved the file', async () => {
    const b = await bench(animals);
    await b.decide('a', 'dog');
    mkdirSync(path.join(b.dir, 'owl'));
    renameSync(path.join(b.dir, 'cat/1.jpg'), path.join(b.dir, 'owl/1.jpg'));
    await b.dataset.refresh();
    expect(await moves(b)).toEqual([]);
    const snapshot = await b.dataset.snapshot();
    expect(snapshot.state.items.get(idOf(imageBytes('a')))).toMatchObject({ label: 'owl', decision: null });
    expect(historyOf(snapshot, { all: false })[0]?.superseded).toBe(true);
    await b.decide('a', { kind: 'restore' });
    expect(await moves(b)).toEqual(['owl/1.jpg → dog/1-2.jpg']);
  });

  it('takes everything back when one move fails', async () => {
    const b = await bench(animals);
    const { mover } = b.dataset.store;
    await b.decide('a', 'dog');
    await b.decide('b', 'dog');
    const move = mover.move.bind(mover);
    let calls = 0;
    mover.move = async (one: Move) => {
      if (++calls === 2) throw Object.assign(new Error('the disk says no'), { code: 'EIO' });
      await move(one);
    };
    await expect(applyDecisions(b.dataset, { dryRun: false })).rejects.toThrow('the disk says no');
    expect(b.files()).toEqual(Object.keys(animals));
    mover.move = move;
    expect((await b.dataset.refresh()).state.unfinishedApply).toBeNull();
    expect(await moves(b)).toHaveLength(2);
  });

  it('is refused where the folder cannot be written, while decisions are not', async () => {
    const [dir, home] = [temporaryFolder(), temporaryFolder()];
    for (const file of ['cat/1.jpg', 'dog/2.jpg']) put(dir, file);
    const dataset = await openTest(dir, home, { isWritable: false });
    await decide(
      dataset,
      [idOf(imageBytes('cat/1.jpg'))],
      { kind: 'relabel', to: 'dog', allowNewClass: false },
      'user',
    );
    await expect(applyDecisions(dataset, { dryRun: false })).rejects.toMatchObject({ code: 'read-only' });
    expect((await applyDecisions(dataset, { dryRun: true })).moved).toHaveLength(1);
    await expect(purgeTrash(dataset)).rejects.toMatchObject({ code: 'read-only' });
  });
});

describe('an apply that a crash cut short', () => {
  const begin = async (b: Bench): Promise<readonly Move[]> => {
    await b.decide('a', 'dog');
    await b.decide('b', trash);
    const plan = pendingMoves(await b.dataset.snapshot());
    await b.dataset.store.journal.append({ kind: 'apply-begin', plan }, 'user');
    return plan;
  };
  it('is finished at the next opening, wherever it was cut', async () => {
    for (const cut of [0, 1, 2, 3, 4]) {
      const b = await bench(animals);
      const plan = await begin(b);
      for (const [i, move] of plan.entries()) {
        if (cut > 2 * i) await b.dataset.store.mover.move(move);
        if (cut > 2 * i + 1) await b.dataset.store.journal.append({ kind: 'moved', move }, 'user');
      }
      const again = await openTest(b.dir, b.home);
      const { state, entries } = await again.snapshot();
      expect(state.unfinishedApply).toBeNull();
      expect(b.files()).toEqual(['dog/1-2.jpg', 'dog/1.jpg', 'dog/3.jpg']);
      expect(entries.filter((entry) => entry.kind === 'moved')).toHaveLength(2);
      expect(entries.at(-1)).toMatchObject({ kind: 'apply-end', outcome: 'done' });
      expect(state.items.get(idOf(imageBytes('a')))).toMatchObject({ label: 'dog', superseded: null });
    }
  });
  it('is taken back when something has come to lie in its way', async () => {
    const b = await bench(animals);
    const before = contents(b.dir);
    const [first, second] = await begin(b);
    await b.dataset.store.mover.move(first!);
    await b.dataset.store.journal.append({ kind: 'moved', move: first! }, 'user');
    put(b.dir, second!.to, 'in the way');
    const again = await openTest(b.dir, b.home);
    const { state, entries } = await again.snapshot();
    expect(entries.at(-1)).toMatchObject({ kind: 'apply-end', outcome: 'rolled-back' });
    expect(state.unfinishedApply).toBeNull();
    expect(b.files().filter((file) => file !== second!.to)).toEqual(Object.keys(animals));
    expect(contents(b.dir)).toMatchObject(before);
  });
  it('leaves alone what a person has changed since', async () => {
    const b = await bench(animals);
    await begin(b);
    writeFileSync(path.join(b.dir, 'cat/1.jpg'), imageBytes('edited'));
    const again = await openTest(b.dir, b.home);
    expect((await again.snapshot()).state.unfinishedApply).toBeNull();
    expect(b.files()).toEqual(['cat/1.jpg', 'dog/1.jpg', 'dog/3.jpg']);
  });
});

describe('labels in a CSV file', () => {
  const spec = { label: { by: 'csv', file: 'labels.csv', path: 'path', label: 'label' } };
  const files = {
    'labels.csv': 'path,note,label\r\n1.jpg,"a, b",cat\r\n2.jpg,,dog\r\n',
    '1.jpg': 'a',
    '2.jpg': 'b',
    '3.jpg': 'c',
  };
  it('are rewritten in one step, other bytes as they were, there and back', async () => {
    const b = await bench(files, spec);
    await b.decide('a', 'dog');
    await b.decide('c', 'owl');
    expect(await moves(b)).toEqual(['1.jpg → 1.jpg', '3.jpg → 3.jpg']);
    const csv = (): string => readFileSync(path.join(b.dir, 'labels.csv'), 'utf8');
    expect(csv()).toBe('path,note,label\r\n1.jpg,"a, b",dog\r\n2.jpg,,dog\r\n3.jpg,,owl\r\n');
    expect(await moves(b)).toEqual([]);
    const { scan } = await b.dataset.snapshot();
    expect(scan.items.map((item) => item.folderLabel)).toEqual(['cat', 'dog', null]);
    await undo(b.dataset, {}, 'user');
    await undo(b.dataset, {}, 'user');
    expect(await moves(b)).toEqual(['1.jpg → 1.jpg']);
    expect(csv()).toContain('1.jpg,"a, b",cat\r\n');
  });
  it('take the place of a regular expression, and the spec points there', async () => {
    const b = await bench(
      { 'images/cat_1.jpg': 'a', 'images/dog_1.jpg': 'b' },
      { root: 'images', mine: 1, label: { by: 'regex', pattern: '^([a-z]+)_' } },
    );
    await b.decide('a', 'dog');
    await moves(b);
    expect(readFileSync(path.join(b.dir, 'labels.csv'), 'utf8')).toBe('path,label\ncat_1.jpg,dog\ndog_1.jpg,dog\n');
    expect(JSON.parse(readFileSync(path.join(b.dir, 'winnow.json'), 'utf8'))).toMatchObject({
      mine: 1,
      label: { by: 'csv', file: 'labels.csv' },
    });
    expect(await moves(b)).toEqual([]);
    await undo(b.dataset, {}, 'user');
    expect((await b.dataset.snapshot()).state.items.get(idOf(imageBytes('a')))?.label).toBe('cat');
  });
});

describe('purge', () => {
  it('deletes the trash, but not what a decision taken back still wants', async () => {
    const b = await bench(animals);
    await b.decide('a', trash);
    await b.decide('b', trash);
    await moves(b);
    await undo(b.dataset, {}, 'user');
    expect((await purgeTrash(b.dataset)).purged.map(({ id }) => id)).toEqual([idOf(imageBytes('a'))]);
    await moves(b);
    expect(b.files()).toEqual(['cat/2.jpg', 'dog/1.jpg', 'dog/3.jpg']);
  });
});
