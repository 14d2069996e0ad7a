/** Intervals of a mean whose items come in groups: photos of one group are right or wrong together. */

import { seededRandom } from '../../base/random.js';
import { clopperPearson } from './clopperPearson.js';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface GroupedValue {
  /** Items of one group are drawn together. */
  readonly group: string | number;
  readonly value: number;
}

/** The central `confidence` of the mean over draws of whole groups with replacement; both 0 for no values. */
export const groupedInterval = (
  values: readonly GroupedValue[],
  { draws = 2000, seed = 42, confidence = 0.95 } = {},
): Interval => {
  const groups = new Map<string | number, { sum: number; size: number }>();
  for (const { group, value } of values) {
    const known = groups.get(group) ?? { sum: 0, size: 0 };
    known.sum += value;
    known.size++;
    groups.set(group, known);
  }
  const list = [...groups.values()];
  if (list.length === 0) return { low: 0, high: 0 };
  const random = seededRandom(seed);
  const means = Array.from({ length: draws }, () => {
    let sum = 0;
    let size = 0;
    for (let i = 0; i < list.length; i++) {
      const drawn = list[random.below(list.length)]!;
      sum += drawn.sum;
      size += drawn.size;
    }
    return sum / size;
  }).sort((a, b) => a - b);
  const tail = (1 - confidence) / 2;
  return { low: means[Math.floor(tail * draws)]!, high: means[Math.ceil((1 - tail) * draws) - 1]! };
};

/** A share with a 95 % interval. */
export interface GroupedShare extends Interval {
  readonly value: number;
  readonly of: number;
}

/** The wider of the exact interval and of the groups': a photo's twin is no second witness. Null for no items. */
export const groupedShare = (
  items: readonly { readonly group: string | number; readonly isHit: boolean }[],
): GroupedShare | null => {
  if (items.length === 0) return null;
  const hits = items.filter(({ isHit }) => isHit).length;
  const exact = clopperPearson(hits, items.length);
  const drawn = groupedInterval(items.map(({ group, isHit }) => ({ group, value: Number(isHit) })));
  return {
    value: hits / items.length,
    of: items.length,
    low: Math.min(exact.low, drawn.low),
    high: Math.max(exact.high, drawn.high),
  };
};
