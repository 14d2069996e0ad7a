import { byCodePoint } from '../../base/compare.js';
import { seededRandom } from '../../base/random.js';
import type { Item, ItemId, Split } from '../dataset/item.js';
import type { SplitRule } from '../dataset/spec.js';

export interface Sides {
  /** A side for every item. */
  readonly sides: ReadonlyMap<ItemId, Split>;
  /** Sentences for a person. */
  readonly notes: readonly string[];
  /** One pair a group and pair of sides: a group that straddles sides which are already frozen or given. */
  readonly leaks: readonly (readonly [ItemId, ItemId])[];
}

/**
 * Frozen sides first, then given ones (folders, CSV column), then the side of the group; what is left is drawn:
 * stratified by label, whole groups, seeded by `rule.seed` and the group's id alone, so that the draw does not depend
 * on what else there is. Nothing frozen ever moves.
 * @param groups as `groupsOf` makes them.  @param labelOf the label now; an item without one goes with its group, else to train.
 */
export const assignSides = (
  items: readonly Pick<Item, 'id' | 'givenSplit'>[],
  groups: ReadonlyMap<ItemId, ItemId>,
  labelOf: (id: ItemId) => string | null,
  frozen: ReadonlyMap<ItemId, Split>,
  rule: SplitRule,
): Sides => {
  const sides = new Map<ItemId, Split>();
  let differs = 0;
  for (const { id, givenSplit } of items) {
    const side = frozen.get(id) ?? givenSplit;
    if (side !== null) sides.set(id, side);
    if (givenSplit !== null && frozen.has(id) && frozen.get(id) !== givenSplit) differs++;
  }
  const members = new Map<ItemId, ItemId[]>();
  for (const { id } of items) {
    const group = groups.get(id) ?? id;
    const known = members.get(group);
    if (known) known.push(id);
    else members.set(group, [id]);
  }
  const leaks: (readonly [ItemId, ItemId])[] = [];
  const free: Group[] = [];
  for (const [group, ids] of members) {
    const here = sidesWithin(ids, sides);
    const taken = [...here.keys()];
    for (const [i, a] of taken.entries()) {
      for (const b of taken.slice(i + 1)) leaks.push([here.get(a) as ItemId, here.get(b) as ItemId]);
    }
    // A newcomer between two sides joins the one that keeps the other honest: what was trained on stays out of the tests.
    const side = (['train', 'valid', 'test'] as const).find((one) => here.has(one));
    if (side === undefined) free.push({ group, ids, label: commonest(ids, labelOf) });
    else for (const id of ids) if (!sides.has(id)) sides.set(id, side);
  }
  const notes = rule.by === 'fraction' ? draw(free, sides, labelOf, rule) : leftOut(free, sides, rule);
  if (differs > 0) {
    const photos = differs === 1 ? '1 image lies' : `${differs} images lie`;
    notes.push(`${photos} in another split now than at the first training; the first one stays in force.`);
  }
  return { sides, notes, leaks };
};

interface Group {
  readonly group: ItemId;
  readonly ids: readonly ItemId[];
  readonly label: string | null;
}

const sidesWithin = (ids: readonly ItemId[], sides: ReadonlyMap<ItemId, Split>): Map<Split, ItemId> => {
  const found = new Map<Split, ItemId>();
  for (const id of ids) {
    const side = sides.get(id);
    if (side !== undefined && !found.has(side)) found.set(side, id);
  }
  return found;
};

const commonest = (ids: readonly ItemId[], labelOf: (id: ItemId) => string | null): string | null => {
  const counts = new Map<string, number>();
  for (const id of ids) {
    const label = labelOf(id);
    if (label !== null) counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1] || byCodePoint(a[0], b[0]))[0]?.[0] ?? null;
};

const leftOut = (free: readonly Group[], sides: Map<ItemId, Split>, rule: SplitRule): string[] => {
  const count = free.reduce((sum, { ids }) => sum + ids.length, 0);
  for (const { ids } of free) for (const id of ids) sides.set(id, 'train');
  if (count === 0) return [];
  const isOne = count === 1;
  const where =
    rule.by === 'csv'
      ? `${isOne ? 'has' : 'have'} no split in ${rule.file}`
      : `${isOne ? 'lies' : 'lie'} in no train, valid or test folder`;
  return [`${isOne ? '1 image' : `${count} images`} ${where}; used for training.`];
};

const draw = (
  free: readonly Group[],
  sides: Map<ItemId, Split>,
  labelOf: (id: ItemId) => string | null,
  rule: Extract<SplitRule, { by: 'fraction' }>,
): string[] => {
  const held = new Map<string, { total: number; valid: number }>();
  for (const [id, side] of sides) {
    const label = labelOf(id);
    if (label === null || side === 'test') continue;
    const count = held.get(label) ?? { total: 0, valid: 0 };
    count.total++;
    if (side === 'valid') count.valid++;
    held.set(label, count);
  }
  const byLabel = new Map<string, Group[]>();
  for (const group of free) {
    if (group.label === null) for (const id of group.ids) sides.set(id, 'train');
    else byLabel.set(group.label, [...(byLabel.get(group.label) ?? []), group]);
  }
  const small: string[] = [];
  for (const [label, groups] of [...byLabel].sort((a, b) => byCodePoint(a[0], b[0]))) {
    const before = held.get(label) ?? { total: 0, valid: 0 };
    const size = groups.reduce((sum, { ids }) => sum + ids.length, 0);
    if (before.total === 0 && groups.length < 2) {
      small.push(label);
      for (const { ids } of groups) for (const id of ids) sides.set(id, 'train');
      continue;
    }
    const target = rule.valid * (before.total + size);
    const order = groups
      .map((group) => ({ ...group, draw: drawOf(rule.seed, group.group) }))
      .sort((a, b) => a.draw - b.draw || byCodePoint(a.group, b.group));
    let valid = before.valid;
    order.forEach(({ ids }, index) => {
      const isFirst = valid === 0 && before.total === 0 && index === 0 && ids.length <= size / 2;
      const isValid = isFirst || valid + ids.length / 2 <= target;
      if (isValid) valid += ids.length;
      for (const id of ids) sides.set(id, isValid ? 'valid' : 'train');
    });
  }
  return small.map(
    (label) => `The class "${label}" is too small to split: all of it is used for training, none for validation.`,
  );
};

/** The same number for the same group whatever else the dataset holds. */
const drawOf = (seed: number, group: ItemId): number =>
  seededRandom((seed ^ Number.parseInt(group.slice(0, 8), 16)) >>> 0).next();
