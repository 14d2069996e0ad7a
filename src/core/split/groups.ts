import type { Item, ItemId } from '../dataset/item.js';

/**
 * The group of each item: items with the same group value or source group, and near pairs, joined transitively. Its name is its smallest
 * item id. A group never straddles a fold or a split.
 * @param pairs near duplicates, as indices into `items`.
 */
export const groupsOf = (
  items: readonly Pick<Item, 'id' | 'groupValue' | 'sourceGroup'>[],
  pairs: readonly (readonly [number, number])[],
): ReadonlyMap<ItemId, ItemId> => {
  const parent = items.map((_, index) => index);
  const find = (index: number): number => {
    let root = index;
    while (parent[root] !== root) root = parent[root] as number;
    for (let at = index; at !== root;) {
      const next = parent[at] as number;
      parent[at] = root;
      at = next;
    }
    return root;
  };
  // The smaller id becomes the root, so that the root names the group.
  const join = (a: number, b: number): void => {
    const [x, y] = [find(a), find(b)];
    if (x === y) return;
    if ((items[x]?.id ?? '') < (items[y]?.id ?? '')) parent[y] = x;
    else parent[x] = y;
  };
  const joinEqual = (valueOf: (item: Pick<Item, 'groupValue' | 'sourceGroup'>) => string | null): void => {
    const byValue = new Map<string, number>();
    items.forEach((item, index) => {
      const value = valueOf(item);
      if (value === null) return;
      const known = byValue.get(value);
      if (known === undefined) byValue.set(value, index);
      else join(known, index);
    });
  };
  joinEqual((item) => item.groupValue);
  joinEqual((item) => item.sourceGroup ?? null);
  for (const [a, b] of pairs) join(a, b);
  return new Map(items.map((item, index) => [item.id, items[find(index)]?.id ?? item.id]));
};
