import { describe, expect, it } from 'vitest';
import type { Item, ItemId, Scan } from '../../src/core/dataset/item.js';
import { defaultSpec, type DatasetSpec } from '../../src/core/dataset/spec.js';
import { applyPlan } from '../../src/core/journal/applyPlan.js';
import { refOf, type Entry, type EntryBody } from '../../src/core/journal/entry.js';
import { movesOf, unfinishedApply } from '../../src/core/journal/moveHistory.js';
import { replay } from '../../src/core/journal/replay.js';

const a = 'a'.repeat(64) as ItemId;
const b = 'b'.repeat(64) as ItemId;
const entriesOf = (...bodies: readonly (EntryBody & { writer?: string })[]): Entry[] =>
  bodies.map((body, i) => ({ v: 1, writer: 'w', n: i + 1, at: '2026-11-23T00:00:00.000Z', by: 'user', ...body }));
const item = (id: ItemId, folderLabel: string | null, ...paths: string[]): Item => ({
  id,
  paths,
  at: paths[0] as string,
  folderLabel,
  givenSplit: null,
  groupValue: null,
});
const scanOf = (items: readonly Item[], over: Partial<Scan> = {}): Scan => ({
  items,
  bad: [],
  ignored: [],
  files: items.length,
  vocab: ['cat', 'dog'],
  notes: [],
  ...over,
});
const seen = (id: ItemId, ...paths: string[]): { items: { id: ItemId; paths: string[] }[] } => ({
  items: [{ id, paths }],
});
const state = (items: readonly Item[], ...bodies: EntryBody[]) => replay(entriesOf(...bodies), scanOf(items));
const move = (id: ItemId, from: string, to: string): EntryBody => ({ kind: 'moved', move: { id, from, to } });

describe('replay', () => {
  const x = item(a, 'cat', 'cat/x.jpg');
  const relabel: EntryBody = { kind: 'relabel', ...seen(a, 'cat/x.jpg'), to: 'dog' };

  it('gives the folder’s label until somebody decides', () => {
    expect(state([x]).items.get(a)).toMatchObject({ label: 'cat', status: 'in', decision: null, decidedBy: null });
    expect(state([x], relabel).items.get(a)).toMatchObject({ label: 'dog', decision: 'relabel', decidedBy: 'w:1' });
  });
  it('takes decisions back and makes them again', () => {
    const undo: EntryBody = { kind: 'undo', refs: ['w:1'] };
    const undone = state([x], relabel, undo);
    expect(undone.items.get(a)).toMatchObject({ label: 'cat', decision: null });
    expect([undone.undoable, undone.redoable]).toEqual([[], ['w:1']]);
    const again = state([x], relabel, undo, { kind: 'redo', refs: ['w:1'] });
    expect(again.items.get(a)?.label).toBe('dog');
    expect([again.undoable, again.redoable]).toEqual([['w:1'], []]);
  });
  it('has nothing to do again after a new decision', () => {
    const keep: EntryBody = { kind: 'keep', ...seen(a, 'cat/x.jpg') };
    expect(state([x], relabel, { kind: 'undo', refs: ['w:1'] }, keep).redoable).toEqual([]);
  });
  it('follows the file through applies', () => {
    const moved = item(a, 'cat', 'dog/x.jpg');
    expect(state([moved], relabel, move(a, 'cat/x.jpg', 'dog/x.jpg')).items.get(a)?.label).toBe('dog');
  });
  it('lets the folder win when a person has moved the file, until restored', () => {
    const away = item(a, 'bird', 'bird/x.jpg');
    expect(state([away], relabel).items.get(a)).toMatchObject({
      label: 'bird',
      decision: null,
      decidedBy: null,
      superseded: 'w:1',
    });
    const restored = state([away], relabel, { kind: 'restore', ...seen(a, 'bird/x.jpg') }).items.get(a);
    expect(restored).toMatchObject({ label: 'dog', decision: 'relabel', superseded: null });
  });
  it('does not build on what was superseded', () => {
    const away = item(a, 'bird', 'bird/x.jpg');
    const kept = state([away], relabel, { kind: 'keep', ...seen(a, 'bird/x.jpg') }).items.get(a);
    expect(kept).toMatchObject({ label: 'bird', decision: 'keep' });
  });
  it('keeps label and status apart', () => {
    const trash: EntryBody = { kind: 'trash', ...seen(a, 'cat/x.jpg'), as: 'foreign' };
    const restore: EntryBody = { kind: 'restore', ...seen(a, 'cat/x.jpg') };
    expect(state([x], relabel, trash).items.get(a)).toMatchObject({
      label: 'dog',
      status: 'trashed',
      trashedAs: 'foreign',
    });
    expect(state([x], relabel, trash, restore).items.get(a)).toMatchObject({
      label: 'dog',
      status: 'in',
      decision: 'relabel',
    });
    const aside: EntryBody = { kind: 'set-aside', ...seen(a, 'cat/x.jpg') };
    expect(state([x], aside, relabel).items.get(a)).toMatchObject({ label: 'dog', status: 'in' });
  });
  it('counts saying the same again as a confirmation', () => {
    expect(state([x], { ...relabel, to: 'cat' }).items.get(a)?.decision).toBe('keep');
  });
  it('orders by n, then writer: the later decision wins', () => {
    const two: Entry[] = [
      { v: 1, writer: 'p', n: 1, at: '', by: '', kind: 'relabel', ...seen(a, 'cat/x.jpg'), to: 'dog' },
      { v: 1, writer: 'q', n: 1, at: '', by: '', kind: 'relabel', ...seen(a, 'cat/x.jpg'), to: 'owl' },
    ];
    expect(replay(two, scanOf([x])).items.get(a)?.label).toBe('owl');
    expect(replay(two, scanOf([x])).vocab).toEqual(['cat', 'dog', 'owl']);
  });
  it('freezes sides and the audit sample at their first entry', () => {
    const split = (train: ItemId[], valid: ItemId[]): EntryBody => ({
      kind: 'split',
      sides: { train, valid, test: [] },
    });
    const now = state(
      [x],
      split([a], []),
      split([], [a, b]),
      { kind: 'audit-sample', ids: [a] },
      { kind: 'audit-sample', ids: [b] },
    );
    expect(Object.fromEntries(now.sides)).toEqual({ [a]: 'train', [b]: 'valid' });
    expect(now.auditSample).toEqual([a]);
  });
  it('holds a decision on what lies in the trash when it comes back under another label', () => {
    const place = '.winnow/trash/x.trashed';
    const back = item(a, 'cat', 'dog/x.jpg');
    const now = state(
      [back],
      { kind: 'trash', ...seen(a, 'cat/x.jpg'), as: 'ours' },
      move(a, 'cat/x.jpg', place),
      relabel,
      move(a, place, 'dog/x.jpg'),
    );
    expect(now.items.get(a)).toMatchObject({ label: 'dog', status: 'in', superseded: null });
  });
  it('takes a file in the trash that no journal knows for trashed', () => {
    const lost = item(a, null, '.winnow/trash/x.trashed');
    expect(state([lost]).items.get(a)?.status).toBe('trashed');
  });
});

describe('an apply cut short', () => {
  const plan = [{ id: a, from: 'cat/x.jpg', to: 'dog/x.jpg' }];
  it('is known until its own writer ends it', () => {
    const begin: EntryBody = { kind: 'apply-begin', plan };
    expect(unfinishedApply(entriesOf(begin))).toMatchObject({ ref: 'w:1', plan, done: [] });
    expect(unfinishedApply(entriesOf(begin, move(a, 'cat/x.jpg', 'dog/x.jpg')))?.done).toEqual(plan);
    expect(unfinishedApply(entriesOf(begin, { kind: 'apply-end', outcome: 'done' }))).toBeNull();
    const [first, second] = entriesOf(begin, begin);
    const both = [
      { ...first, writer: 'p' },
      { ...second, writer: 'q' },
    ] as Entry[];
    const end = { ...entriesOf({ kind: 'apply-end', outcome: 'done' })[0], writer: 'q', n: 3 } as Entry;
    expect(unfinishedApply([...both, end])?.ref).toBe('p:1');
  });
  it('counts its moves as made, so that no file seems to be moved by a person', () => {
    const relabel: EntryBody = { kind: 'relabel', ...seen(a, 'cat/x.jpg'), to: 'dog' };
    const entries = entriesOf(relabel, { kind: 'apply-begin', plan });
    expect(movesOf(entries)).toEqual(plan);
    expect(replay(entries, scanOf([item(a, 'cat', 'dog/x.jpg')])).items.get(a)).toMatchObject({
      label: 'dog',
      superseded: null,
    });
  });
});

describe('the plan of an apply', () => {
  const planOf = (scan: Scan, entries: readonly Entry[], spec: DatasetSpec = defaultSpec): string[] =>
    applyPlan({ spec, scan, entries, state: replay(entries, scan) }).map(({ from, to, row }) =>
      row ? `${from}: ${row.from ?? '-'} → ${row.to}` : `${from} → ${to}`,
    );
  const relabel = (id: ItemId, path: string, to: string): EntryBody => ({ kind: 'relabel', ...seen(id, path), to });

  it('is empty when nothing was decided', () => {
    expect(planOf(scanOf([item(a, 'cat', 'cat/x.jpg'), item(b, null, 'y.jpg')]), [])).toEqual([]);
  });
  it('moves into the folder that stands for a class whose name can be none', () => {
    const classes = [{ name: 'a/b', terms: [], folder: 'a-b~0123456789' }];
    const spec = { ...defaultSpec, classes };
    const scan = scanOf([item(a, 'cat', 'cat/x.jpg'), item(b, 'a/b', 'a-b~0123456789/y.jpg')]);
    expect(planOf(scan, [], spec)).toEqual([]);
    expect(planOf(scan, entriesOf(relabel(a, 'cat/x.jpg', 'a/b')), spec)).toEqual(['cat/x.jpg → a-b~0123456789/x.jpg']);
  });
  it('keeps name, split and sub-structure, and never collides', () => {
    const scan = scanOf([item(a, 'cat', 'train/cat/s/x.jpg'), item(b, 'dog', 'train/dog/s/X.JPG')]);
    expect(planOf(scan, entriesOf(relabel(a, 'train/cat/s/x.jpg', 'dog')))).toEqual([
      'train/cat/s/x.jpg → train/dog/s/x-2.jpg',
    ]);
  });
  it('uses the folder that is there, whatever its composition', () => {
    const scan = scanOf([item(a, 'cat', 'cat/x.jpg'), item(b, 'caf\u00e9', 'cafe\u0301/y.jpg')]);
    expect(planOf(scan, entriesOf(relabel(a, 'cat/x.jpg', 'caf\u00e9')))).toEqual(['cat/x.jpg → cafe\u0301/x.jpg']);
  });
  it('moves all copies', () => {
    const scan = scanOf([item(a, null, 'cat/x.jpg', 'dog/x.jpg')]);
    expect(planOf(scan, entriesOf(relabel(a, 'cat/x.jpg', 'dog')))).toEqual(['cat/x.jpg → dog/x-2.jpg']);
  });
  it('puts what was taken back where it was', () => {
    const entries = entriesOf(relabel(a, 'cat/s/x.jpg', 'dog'), move(a, 'cat/s/x.jpg', 'dog/s/x-2.jpg'), {
      kind: 'undo',
      refs: ['w:1'],
    });
    expect(planOf(scanOf([item(a, 'cat', 'dog/s/x-2.jpg')]), entries)).toEqual(['dog/s/x-2.jpg → cat/s/x.jpg']);
    const taken = scanOf([item(b, 'cat', 'cat/s/x.jpg'), item(a, 'cat', 'dog/s/x-2.jpg')]);
    expect(planOf(taken, entries)).toEqual(['dog/s/x-2.jpg → cat/s/x-2.jpg']);
  });
  it('throws away, numbering copies, and brings back', () => {
    const trash = entriesOf({ kind: 'trash', ...seen(a, 'cat/x.jpg', 'cat/y.jpg'), as: 'ours' });
    const place = `.winnow/trash/${a}`;
    expect(planOf(scanOf([item(a, 'cat', 'cat/x.jpg', 'cat/y.jpg')]), trash)).toEqual([
      `cat/x.jpg → ${place}.trashed`,
      `cat/y.jpg → ${place}-2.trashed`,
    ]);
    const entries = entriesOf(
      { kind: 'trash', ...seen(a, 'cat/x.jpg'), as: 'ours' },
      move(a, 'cat/x.jpg', `${place}.trashed`),
      { kind: 'restore', ...seen(a, 'cat/x.jpg') },
    );
    const inTrash = { ...item(a, 'cat', 'cat/x.jpg'), at: `${place}.trashed` };
    const scan = scanOf([inTrash], { trash: [{ path: `${place}.trashed`, id: a }] });
    expect(planOf(scan, entries)).toEqual([`${place}.trashed → cat/x.jpg`]);
    expect(planOf(scan, entries.slice(0, 2))).toEqual([]);
  });
  it('trashes the copies that a dedupe named, no later ones, and brings them back after undo', () => {
    const dedupe: EntryBody = { kind: 'dedupe', ...seen(a, 'cat/x.jpg', 'cat/y.jpg'), keep: 'cat/y.jpg' };
    const place = `.winnow/trash/${a}.trashed`;
    const scan = scanOf([item(a, 'cat', 'cat/x.jpg', 'cat/y.jpg', 'cat/z.jpg')]);
    expect(planOf(scan, entriesOf(dedupe))).toEqual([`cat/x.jpg → ${place}`]);
    expect(replay(entriesOf(dedupe), scan).items.get(a)?.keptPath).toBe('cat/y.jpg');
    const after = scanOf([item(a, 'cat', 'cat/y.jpg')], { trash: [{ path: place, id: a }] });
    const moved = entriesOf(dedupe, move(a, 'cat/x.jpg', place));
    expect(planOf(after, moved)).toEqual([]);
    expect(planOf(after, entriesOf(dedupe, move(a, 'cat/x.jpg', place), { kind: 'undo', refs: ['w:1'] }))).toEqual([
      `${place} → cat/x.jpg`,
    ]);
  });
  it('changes rows where labels come from a CSV file', () => {
    const spec: DatasetSpec = { ...defaultSpec, label: { by: 'csv', file: 'l.csv', path: 'path', label: 'label' } };
    const rows = new Map([['x.jpg', 'cat']]);
    const scan = scanOf([item(a, 'cat', 'x.jpg'), item(b, null, 'y.jpg')], { labelRows: rows });
    expect(planOf(scan, entriesOf(relabel(a, 'x.jpg', 'dog'), relabel(b, 'y.jpg', 'cat')), spec)).toEqual([
      'x.jpg: cat → dog',
      'y.jpg: - → cat',
    ]);
  });
  it('names entries', () => {
    expect(entriesOf({ kind: 'keep', items: [] }).map(refOf)).toEqual(['w:1']);
  });
});
