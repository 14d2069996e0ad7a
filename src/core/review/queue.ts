/** The review queue: which items, in which order, and the promise that nothing on the screen moves. */

import { byCodePoint } from '../../base/compare.js';
import type { ItemId, Split } from '../dataset/item.js';
import type { FindingKind } from '../findings/finding.js';

/** What filtering and sorting need to know of an item. */
export interface QueueItem {
  readonly id: ItemId;
  readonly label: string | null;
  readonly predicted: string | null;
  readonly split: Split | null;
  readonly kinds: readonly FindingKind[];
  /** The first photo of the look-alikes that it belongs to; null = it stands alone. */
  readonly family: ItemId | null;
  readonly decision: 'keep' | 'relabel' | null;
  readonly status: 'in' | 'set-aside' | 'trashed';
  /** Judge's loss, nats; null = not judged. Items whose label is missing come first. */
  readonly lossNats: number | null;
}

export interface QueueFilter {
  readonly label: string | null;
  readonly predicted: string | null;
  readonly split: Split | null;
  readonly kind: FindingKind | null;
  readonly show: 'all' | 'undecided' | 'decided' | 'out';
}

export const passes = (item: QueueItem, filter: QueueFilter): boolean => {
  if ((filter.show === 'out') !== (item.status !== 'in')) return false;
  if (filter.show === 'undecided' && item.decision !== null) return false;
  if (filter.show === 'decided' && item.decision === null) return false;
  if (filter.label !== null && item.label !== filter.label) return false;
  if (filter.predicted !== null && item.predicted !== filter.predicted) return false;
  if (filter.split !== null && item.split !== filter.split) return false;
  return filter.kind === null || item.kinds.includes(filter.kind);
};

/** Conflicts first, then the largest loss; items that nobody judged last; ties by id. */
const byConcern = (a: QueueItem, b: QueueItem): number => {
  const rank = (item: QueueItem): number =>
    item.kinds.includes('label-conflict') ? Number.POSITIVE_INFINITY : (item.lossNats ?? -1);
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

const familyKinds: readonly (FindingKind | null)[] = ['near-duplicate', 'leak'];

/** Ids in the order to look at them. */
export const sortQueue = (items: readonly QueueItem[], filter: QueueFilter): ItemId[] =>
  items
    .filter((item) => passes(item, filter))
    .sort(familyKinds.includes(filter.kind) ? byFamily : byConcern)
    .map((item) => item.id);

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
