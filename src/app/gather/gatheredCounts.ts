import { gatheredOf } from '../../core/gather/sources.js';
import type { DatasetSnapshot } from '../openDataset.js';
import { itemsById } from '../snapshotItems.js';

/** Gathered images by the label they have now; thrown-away ones do not count. */
export const gatheredCounts = (snapshot: DatasetSnapshot): ReadonlyMap<string, number> => {
  const items = itemsById(snapshot);
  const ids = new Map<string, Set<string>>();
  for (const { id, label } of gatheredOf(snapshot.entries)) {
    const state = snapshot.state.items.get(id);
    if (!items.has(id) || state?.status === 'trashed') continue;
    const now = state?.label ?? label;
    const known = ids.get(now) ?? new Set<string>();
    ids.set(now, known.add(id));
  }
  return new Map([...ids].map(([label, set]) => [label, set.size]));
};
