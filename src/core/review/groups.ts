/** Which photos of a list lie together, and how many. */

import type { ItemId } from '../dataset/item.js';
import { arrangementOf, passing, type QueueFilter } from './filter.js';
import { pairOf } from './queue.js';
import type { QueueItem } from './queueItem.js';

export interface Group {
  readonly key: string;
  /** Photos that pass the filter. */
  readonly of: number;
  readonly isBest: boolean;
}

/** The group of an item under a filter; null where nothing is grouped, or it would be alone. */
export const groupsOf = (items: readonly QueueItem[], filter: QueueFilter): ((item: QueueItem) => Group | null) => {
  const arrangement = arrangementOf(filter);
  if (arrangement === 'concern') return () => null;
  const keyOf = (item: QueueItem): string | null => (arrangement === 'alike' ? item.family : pairOf(item));
  const counts = new Map<string, number>();
  for (const item of items.filter(passing(filter))) {
    const key = keyOf(item);
    if (key !== null) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return (item) => {
    const key = keyOf(item);
    const of = key === null ? 0 : (counts.get(key) ?? 0);
    if (key === null || of === 0 || (of === 1 && arrangement === 'alike')) return null;
    return { key, of, isBest: arrangement === 'alike' && (item.id as string) === (key as ItemId) };
  };
};
