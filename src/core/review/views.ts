/** The views of a review: filters that have a name. */

import { noFilter, passing, type QueueFilter } from './filter.js';
import { countPairs } from './queue.js';
import type { QueueItem } from './queueItem.js';

export interface SavedView {
  readonly name: string;
  readonly filter: QueueFilter;
}

/** Ours, for these items: the most confused pair is one of them while there is one. */
export const presetViews = (items: readonly QueueItem[]): SavedView[] => {
  const undecided: QueueFilter = { ...noFilter, show: 'undecided' };
  const views: SavedView[] = [
    { name: 'Everything', filter: noFilter },
    { name: 'Undecided', filter: undecided },
    { name: 'Undecided findings', filter: { ...undecided, kind: 'any' } },
    { name: 'Duplicates', filter: { ...undecided, kind: 'duplicates' } },
  ];
  const pair = mostConfused(items.filter(passing(undecided)));
  if (pair) {
    const [label, predicted] = pair;
    views.push({ name: `Most confused pair: ${label} → ${predicted}`, filter: { ...undecided, label, predicted } });
  }
  if (items.some(({ isSuperseded }) => isSuperseded)) {
    views.push({ name: 'Moved since you decided', filter: { ...noFilter, kind: 'moved' } });
  }
  return views;
};

/** Given and predicted class of the pair that most photos lie between; null = none. */
const mostConfused = (items: readonly QueueItem[]): readonly [string, string] | null => {
  let most: readonly [string, number] | null = null;
  for (const [pair, count] of countPairs(items)) if (most === null || count > most[1]) most = [pair, count];
  return most && (JSON.parse(most[0]) as [string, string]);
};
