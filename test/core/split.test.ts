import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ItemId, Split } from '../../src/core/dataset/item.js';
import { assignSides } from '../../src/core/split/assignSides.js';
import { groupsOf } from '../../src/core/split/groups.js';

const id = (i: number): ItemId => ((i * 2654435761) >>> 0).toString(16).padStart(8, '0').repeat(8) as ItemId;
const rule = { by: 'fraction', valid: 0.2, seed: 42 } as const;
const items = (count: number): { id: ItemId; givenSplit: Split | null; groupValue: string | null }[] =>
  Array.from({ length: count }, (_, i) => ({ id: id(i), givenSplit: null, groupValue: null }));

describe('groups', () => {
  it('join values and pairs transitively; the smallest id is the name', () => {
    const five = items(5).map((item, i) => ({ ...item, groupValue: i === 0 || i === 1 ? 'shoe' : null }));
    const groups = groupsOf(five, [[1, 2]]);
    const name = [id(0), id(1), id(2)].sort()[0];
    expect([0, 1, 2].map((i) => groups.get(id(i)))).toEqual([name, name, name]);
    expect(groups.get(id(3))).toBe(id(3));
  });
  it('are the connected components, whatever the order of the pairs', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(19), fc.nat(19))), (pairs) => {
        const twenty = items(20);
        const groups = groupsOf(twenty, pairs);
        for (const [a, b] of pairs) expect(groups.get(id(a))).toBe(groups.get(id(b)));
        expect(groups).toEqual(groupsOf(twenty, [...pairs].reverse()));
        for (const [item, group] of groups) expect(group <= item).toBe(true);
      }),
    );
  });
});

describe('sides', () => {
  const label = (one: ItemId): string => (Number.parseInt(one.slice(0, 8), 16) % 3 === 0 ? 'cat' : 'dog');
  const none: ReadonlyMap<ItemId, Split> = new Map();

  it('are stratified and near the fraction', () => {
    const all = items(300);
    const { sides } = assignSides(all, groupsOf(all, []), label, none, rule);
    for (const name of ['cat', 'dog']) {
      const members = all.filter((item) => label(item.id) === name);
      const valid = members.filter((item) => sides.get(item.id) === 'valid').length;
      expect(Math.abs(valid - 0.2 * members.length)).toBeLessThanOrEqual(1);
    }
  });
  it('never move, and newcomers join their group', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 40 }), fc.array(fc.tuple(fc.nat(59), fc.nat(59))), (n, pairs) => {
        const old = items(n);
        const before = assignSides(
          old,
          groupsOf(
            old,
            pairs.filter(([a, b]) => a < n && b < n),
          ),
          label,
          none,
          rule,
        ).sides;
        const all = items(60);
        const groups = groupsOf(all, pairs);
        const { sides, leaks } = assignSides(all, groups, label, before, rule);
        expect(sides.size).toBe(60);
        for (const [one, side] of before) expect(sides.get(one)).toBe(side);
        const leaking = new Set(leaks.flat().map((one) => groups.get(one)));
        for (const item of all) {
          const group = groups.get(item.id) as ItemId;
          if (!leaking.has(group)) expect(sides.get(item.id)).toBe(sides.get(group));
        }
      }),
    );
  });
  it('do not depend on the order of the items', () => {
    const all = items(50);
    const a = assignSides(all, groupsOf(all, []), label, none, rule).sides;
    const reversed = [...all].reverse();
    const b = assignSides(reversed, groupsOf(reversed, []), label, none, rule).sides;
    for (const [one, side] of a) expect(b.get(one)).toBe(side);
  });
  it('say in a sentence which class is too small', () => {
    const all = items(9);
    const { sides, notes } = assignSides(all, groupsOf(all, []), (one) => (one === id(0) ? 'owl' : 'dog'), none, rule);
    expect(sides.get(id(0))).toBe('train');
    expect(notes).toEqual([expect.stringMatching(/"owl" is too small to split/)]);
  });
  it('are as given; a group on two given sides is a leak', () => {
    const given = items(4).map((item, i) => ({
      ...item,
      givenSplit: (['train', 'test', 'train', null] as const)[i] ?? null,
    }));
    const groups = groupsOf(given, [[0, 1]]);
    const { sides, leaks, notes } = assignSides(given, groups, label, none, { by: 'folders' });
    expect([...sides.values()].sort()).toEqual(['test', 'train', 'train', 'train']);
    expect(leaks).toHaveLength(1);
    expect(new Set(leaks[0])).toEqual(new Set([id(0), id(1)]));
    expect(notes[0]).toMatch(/1 image lies in no train, valid or test folder/);
  });
});
