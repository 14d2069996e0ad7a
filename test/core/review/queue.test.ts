import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ItemId } from '../../../src/core/dataset/item.js';
import { isQueueFilter, noFilter, passing, type QueueFilter } from '../../../src/core/review/filter.js';
import { groupsOf } from '../../../src/core/review/groups.js';
import { reorderBelow, sortQueue } from '../../../src/core/review/queue.js';
import type { QueueItem } from '../../../src/core/review/queueItem.js';
import { presetViews } from '../../../src/core/review/views.js';

const all = noFilter;
const passes = (one: QueueItem, filter: QueueFilter): boolean => passing(filter)(one);
const item = (id: string, over: Partial<QueueItem> = {}): QueueItem => ({
  id: id as ItemId,
  paths: [`cat/${id}.jpg`],
  label: 'cat',
  predicted: 'cat',
  split: 'train',
  kinds: [],
  reasons: [],
  sources: [],
  family: null,
  decision: null,
  isSuperseded: false,
  status: 'in',
  lossNats: 0,
  ...over,
});
const ids = (...names: string[]): ItemId[] => names as ItemId[];

describe('the queue', () => {
  test('conflicts come first, then the largest loss, then what nobody has judged', () => {
    const queue = [
      item('unjudged', { lossNats: null }),
      item('mild', { lossNats: 0.2 }),
      item('bad', { lossNats: 4 }),
      item('conflict', { lossNats: null, label: null, kinds: ['label-conflict'] }),
    ];
    expect(sortQueue(queue, all)).toEqual(['conflict', 'bad', 'mild', 'unjudged']);
  });

  test('set-aside and trashed items show only under "out"', () => {
    const out = item('a', { status: 'trashed' });
    expect(passes(out, all)).toBe(false);
    expect(passes(out, { ...all, show: 'out' })).toBe(true);
    expect(passes(item('b'), { ...all, show: 'out' })).toBe(false);
  });

  test('a confusion cell is a filter on label and prediction', () => {
    const cell = { ...all, label: 'cat', predicted: 'dog' };
    expect(passes(item('a', { predicted: 'dog' }), cell)).toBe(true);
    expect(passes(item('b'), cell)).toBe(false);
  });
});

describe('filters', () => {
  const beach = item('beach', {
    label: 'dog',
    paths: ['dog/Strand 1.jpg', 'dog/copy.jpg'],
    kinds: ['blurry'],
    reasons: ['Blurred: nothing in it is sharp.'],
    sources: ['openverse', 'flickr.com'],
  });

  test('words are found in paths, classes and reasons, all of them, whatever their case', () => {
    for (const text of ['strand', 'STRAND sharp', 'copy dog', '  '])
      expect(passes(beach, { ...all, text }), text).toBe(true);
    for (const text of ['strand fox', 'sharper']) expect(passes(beach, { ...all, text }), text).toBe(false);
  });

  test('a source is a provider, a site, or not known', () => {
    for (const source of ['openverse', 'flickr.com']) expect(passes(beach, { ...all, source })).toBe(true);
    expect(passes(beach, { ...all, source: '' })).toBe(false);
    expect(passes(item('a'), { ...all, source: '' })).toBe(true);
    expect(passes(item('a'), { ...all, source: 'openverse' })).toBe(false);
  });

  test('kinds come in groups too', () => {
    expect(passes(beach, { ...all, kind: 'any' })).toBe(true);
    expect(passes(beach, { ...all, kind: 'duplicates' })).toBe(false);
    for (const kind of ['exact-duplicate', 'near-duplicate', 'leak'] as const)
      expect(passes(item('a', { kinds: [kind] }), { ...all, kind: 'duplicates' })).toBe(true);
    expect(passes(item('a'), { ...all, kind: 'any' })).toBe(false);
  });

  test('every part narrows: what passes a combination passes each of its parts', () => {
    const part = fc.record({
      label: fc.constantFrom(null, 'cat', 'dog'),
      predicted: fc.constantFrom(null, 'cat', 'dog'),
      split: fc.constantFrom(null, 'train' as const, 'valid' as const),
      kind: fc.constantFrom(null, 'any' as const, 'blurry' as const),
      source: fc.constantFrom(null, '', 'openverse'),
      text: fc.constantFrom('', 'a', 'sharp'),
      show: fc.constantFrom('all' as const, 'undecided' as const, 'decided' as const),
    });
    const items = fc.record({
      label: fc.constantFrom('cat', 'dog', null),
      predicted: fc.constantFrom('cat', 'dog', null),
      split: fc.constantFrom('train' as const, 'valid' as const, null),
      kinds: fc.constantFrom([], ['blurry' as const]),
      sources: fc.constantFrom([], ['openverse']),
      decision: fc.constantFrom(null, 'keep' as const),
    });
    fc.assert(
      fc.property(part, items, (over, given) => {
        const one = item('a', given);
        const filter: QueueFilter = { ...all, ...over };
        const each = (Object.keys(over) as (keyof typeof over)[]).every((name) =>
          passes(one, { ...all, [name]: over[name] }),
        );
        expect(passes(one, filter)).toBe(each);
        expect(isQueueFilter(filter)).toBe(true);
      }),
    );
  });

  test('what another version kept is not taken for a filter', () => {
    const { text, ...older } = all;
    expect(text).toBe('');
    for (const wrong of [
      null,
      'all',
      older,
      { ...all, kind: 'blurred' },
      { ...all, alikeBits: 11 },
      { ...all, label: 3 },
    ])
      expect(isQueueFilter(wrong)).toBe(false);
  });
});

describe('arrangements', () => {
  const pair = (id: string, label: string, predicted: string, lossNats = 1): QueueItem =>
    item(id, { label, predicted, lossNats });
  const queue = [
    pair('a', 'cat', 'dog'),
    pair('b', 'fox', 'dog', 9),
    item('c'),
    pair('d', 'cat', 'dog', 3),
    item('e', { family: 'e' as ItemId, kinds: ['near-duplicate'] }),
    item('f', { family: 'e' as ItemId, kinds: ['near-duplicate'] }),
    item('g', { family: 'b' as ItemId, kinds: ['near-duplicate'] }),
  ];
  const row = (id: string): QueueItem => queue.find((one) => one.id === (id as ItemId))!;

  test('confused pairs lie together, the most confused first, each by its loss', () => {
    expect(sortQueue(queue, { ...all, arrange: 'pairs' }).slice(0, 3)).toEqual(['d', 'a', 'b']);
    const groupOf = groupsOf(queue, { ...all, arrange: 'pairs' });
    expect(groupOf(row('a'))).toMatchObject({ of: 2 });
    expect(groupOf(row('c'))).toBeNull();
  });

  test('look-alikes lie together as soon as duplicates are asked for, and say which one to keep', () => {
    const filter: QueueFilter = { ...all, kind: 'duplicates' };
    expect(sortQueue(queue, filter)).toEqual(['g', 'e', 'f']);
    const groupOf = groupsOf(queue, filter);
    expect(groupOf(row('e'))).toEqual({ key: 'e', of: 2, isBest: true });
    expect(groupOf(row('f'))).toEqual({ key: 'e', of: 2, isBest: false });
    // Its twin does not pass: alone it is no group.
    expect(groupOf(row('g'))).toBeNull();
    expect(groupsOf(queue, all)(row('e'))).toBeNull();
  });

  test('decided photos come after undecided ones', () => {
    const decided = item('decided', { decision: 'keep', lossNats: 9 });
    expect(sortQueue([decided, item('mild', { lossNats: 0.1 })], all)).toEqual(['mild', 'decided']);
  });

  test('the views name the most confused pair while there is one', () => {
    expect(presetViews(queue).at(-1)).toMatchObject({
      name: 'Most confused pair: cat → dog',
      filter: { label: 'cat', predicted: 'dog', show: 'undecided' },
    });
    expect(presetViews([item('a')]).map(({ name }) => name)).toEqual([
      'Everything',
      'Undecided',
      'Undecided findings',
      'Duplicates',
    ]);
  });
});

describe('reorderBelow', () => {
  const known = (...names: string[]): Set<ItemId> => new Set(ids(...names));

  test('a decided tile stays on the screen though the filter hides it', () => {
    const after = reorderBelow(
      ids('a', 'b', 'c', 'd'),
      ids('b', 'd', 'c'),
      known('a', 'b', 'c', 'd'),
      (id) => id === 'a',
      1,
    );
    expect(after.order).toEqual(['a', 'b', 'd', 'c']);
  });

  test('counts what would move above something undecided on the screen', () => {
    const after = reorderBelow(
      ids('a', 'b', 'c', 'd'),
      ids('d', 'c', 'a', 'b'),
      known('a', 'b', 'c', 'd'),
      () => false,
      1,
    );
    expect(after).toEqual({ order: ['a', 'b', 'd', 'c'], movedUp: 2 });
  });

  test('never moves what is on the screen, loses nothing, shows nothing twice', () => {
    const names = fc.uniqueArray(
      fc.integer({ min: 0, max: 60 }).map((n) => `i${String(n)}` as ItemId),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(names, names, fc.integer({ min: -1, max: 45 }), (order, wanted, lastVisible) => {
        const alive = new Set([...order.filter((_, index) => index % 7 !== 3), ...wanted]);
        const after = reorderBelow(order, wanted, alive, (id) => id.endsWith('1'), lastVisible).order;
        const held = order.slice(0, lastVisible + 1).filter((id) => alive.has(id));
        expect(after.slice(0, held.length)).toEqual(held);
        expect(new Set(after).size).toBe(after.length);
        expect(wanted.every((id) => after.includes(id))).toBe(true);
      }),
    );
  });
});
