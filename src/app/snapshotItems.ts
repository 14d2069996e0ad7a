import type { Item, ItemId } from '../core/dataset/item.js';
import type { DatasetSnapshot } from './openDataset.js';

/** Items that are judged: trashed and set-aside ones are not. */
export const judgedItems = (snapshot: DatasetSnapshot): readonly Item[] =>
  snapshot.scan.items.filter((item) => snapshot.state.items.get(item.id)?.status === 'in');

const items = new WeakMap<DatasetSnapshot, ReadonlyMap<ItemId, Item>>();

/** The snapshot's items by id; made once a snapshot. */
export const itemsById = (snapshot: DatasetSnapshot): ReadonlyMap<ItemId, Item> => {
  let map = items.get(snapshot);
  if (!map) {
    map = new Map(snapshot.scan.items.map((item) => [item.id, item]));
    items.set(snapshot, map);
  }
  return map;
};

/** The path that stands for an item: the first in code-point order. */
export const firstPath = (snapshot: DatasetSnapshot, id: ItemId): string => itemsById(snapshot).get(id)?.paths[0] ?? '';
