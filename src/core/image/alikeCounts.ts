/** What a threshold of likeness would find, for every threshold at once. */

import { agreedBits, type LookAlike } from './lookAlikes.js';

/** By threshold, index = bits, 0–10. */
export interface AlikeCounts {
  readonly pairs: readonly number[];
  /** Families: pictures joined by pairs, transitively. */
  readonly groups: readonly number[];
}

/** @param pairs each once; `bits` = the threshold from which it counts. */
export const countAlike = (pairs: readonly Pick<LookAlike, 'a' | 'b' | 'bits'>[]): AlikeCounts => {
  const parents = new Map<number, number>();
  const rootOf = (at: number): number => {
    let root = at;
    for (let next = parents.get(root); next !== undefined && next !== root; next = parents.get(root)) root = next;
    parents.set(at, root);
    return root;
  };
  const counts = { pairs: [] as number[], groups: [] as number[] };
  let groups = 0;
  let seen = 0;
  for (let bits = 0; bits <= agreedBits; bits++) {
    for (const { a, b } of pairs.filter((pair) => pair.bits === bits)) {
      seen++;
      const joined = Number(parents.has(a)) + Number(parents.has(b));
      const [left, right] = [rootOf(a), rootOf(b)];
      if (left === right) continue;
      parents.set(right, left);
      // Two strangers make a family, a stranger joins one, two families become one.
      groups += 1 - joined;
    }
    counts.pairs.push(seen);
    counts.groups.push(groups);
  }
  return counts;
};
