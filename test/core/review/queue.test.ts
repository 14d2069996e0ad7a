import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ItemId } from '../../../src/core/dataset/item.js';
import { passes, reorderBelow, sortQueue, type QueueFilter, type QueueItem } from '../../../src/core/review/queue.js';

const all: QueueFilter = { label: null, predicted: null, split: null, kind: null, show: 'all' };
const item = (id: string, over: Partial<QueueItem> = {}): QueueItem => ({
  id: id as ItemId,
  label: 'cat',
  predicted: 'cat',
  split: 'train',
  kinds: [],
  family: null,
  decision: null,
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
