/** The review queue: which items, in which order, and the promise that nothing on the screen moves. */

import { byCodePoint } from '../../base/compare.js';
import type { ItemId } from '../dataset/item.js';
import { arrangementOf, passing, type QueueFilter } from './filter.js';
import type { QueueItem } from './queueItem.js';

/** Undecided before decided, conflicts first, then the largest loss; items that nobody judged last; ties by id. */
const byConcern = (a: QueueItem, b: QueueItem): number => {
  const rank = (item: QueueItem): number =>
    item.kinds.includes('label-conflict') ? Number.POSITIVE_INFINITY : (item.lossNats ?? -1);
  const decided = Number(a.decision !== null) - Number(b.decision !== null);
  if (decided !== 0) return decided;
  const left = rank(a);
  const right = rank(b);
  return left === right ? byCodePoint(a.id, b.id) : right - left;
};

/** Look-alikes beside each other, the one to keep first. */
const byFamily = (a: QueueItem, b: QueueItem): number => {
  const place = (item: QueueItem): string => (item.family === null ? `~${item.id}` : `${item.family}${rankIn(item)}`);
  return byCodePoint(place(a), place(b));
};
const rankIn = (item: QueueItem): string => (item.id === item.family ? '' : item.id);

/** The classes that a photo lies between: the one it has and the one that the model sees; null = they agree, or one is not known. */
export const pairOf = ({ label, predicted }: QueueItem): string | null =>
  label === null || predicted === null || label === predicted ? null : JSON.stringify([label, predicted]);

/** How many lie between each pair of classes. */
export const countPairs = (items: readonly QueueItem[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const item of items) {
    const pair = pairOf(item);
    if (pair !== null) counts.set(pair, (counts.get(pair) ?? 0) + 1);
  }
  return counts;
};

/** Pairs of classes beside each other, the most confused first; photos of no pair last. */
const byPair = (items: readonly QueueItem[]): ((a: QueueItem, b: QueueItem) => number) => {
  const counts = countPairs(items);
  return (a, b) => {
    const [left, right] = [pairOf(a), pairOf(b)];
    const [many, others] = [counts.get(left ?? '') ?? 0, counts.get(right ?? '') ?? 0];
    return others - many || byCodePoint(left ?? '', right ?? '') || byConcern(a, b);
  };
};

/** Ids in the order to look at them. */
export const sortQueue = (items: readonly QueueItem[], filter: QueueFilter): ItemId[] => {
  const some = items.filter(passing(filter));
  const arrangement = arrangementOf(filter);
  const order = arrangement === 'alike' ? byFamily : arrangement === 'pairs' ? byPair(some) : byConcern;
  return some.sort(order).map((item) => item.id);
};

export interface Reordered {
  readonly order: readonly ItemId[];
  /** Items now below the screen that a re-sort would put above something undecided on it. */
  readonly movedUp: number;
}

/**
 * The order after a decision: what is shown up to `lastVisible` stays where it is, decided or not;
 * the rest follows the new ranking. Items that are gone from the dataset leave; new ones join below.
 * @param wanted ids in the order of the new ranking, under the same filter.
 * @param known ids that still exist; an item that no longer passes the filter stays on the screen until the next re-sort.
 */
export const reorderBelow = (
  order: readonly ItemId[],
  wanted: readonly ItemId[],
  known: ReadonlySet<ItemId>,
  isDecided: (id: ItemId) => boolean,
  lastVisible: number,
): Reordered => {
  const held = order.slice(0, lastVisible + 1).filter((id) => known.has(id));
  const isHeld = new Set(held);
  const below = wanted.filter((id) => !isHeld.has(id));
  const place = new Map(wanted.map((id, index) => [id, index]));
  // The screen's least worrying undecided item: whatever ranks before it has moved up past the screen's edge.
  let edge = -1;
  for (const id of held) if (!isDecided(id)) edge = Math.max(edge, place.get(id) ?? -1);
  const movedUp = below.filter((id) => !isDecided(id) && (place.get(id) ?? Infinity) < edge).length;
  return { order: [...held, ...below], movedUp };
};
