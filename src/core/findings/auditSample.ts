import { byCodePoint } from '../../base/compare.js';
import { seededRandom } from '../../base/random.js';
import type { ItemId } from '../dataset/item.js';

/**
 * A random sample of labelled items for a blind audit, per class by largest remainder, in code-point order of id (JUDGE § 3).
 * @returns `size` ids, or all when there are fewer.
 */
export const drawAuditSample = (labels: ReadonlyMap<ItemId, string>, size: number, seed: number): ItemId[] => {
  const byLabel = new Map<string, ItemId[]>();
  for (const [id, label] of [...labels].sort((a, b) => byCodePoint(a[0], b[0]))) {
    byLabel.set(label, [...(byLabel.get(label) ?? []), id]);
  }
  const total = labels.size;
  const wanted = Math.min(size, total);
  const shares = [...byLabel]
    .sort((a, b) => byCodePoint(a[0], b[0]))
    .map(([label, ids]) => {
      const exact = (wanted * ids.length) / Math.max(1, total);
      return { label, ids, seats: Math.floor(exact), remainder: exact - Math.floor(exact) };
    });
  let left = wanted - shares.reduce((sum, share) => sum + share.seats, 0);
  for (const share of [...shares].sort((a, b) => b.remainder - a.remainder || byCodePoint(a.label, b.label))) {
    if (left === 0) break;
    share.seats++;
    left--;
  }
  const random = seededRandom(seed);
  return shares.flatMap((share) => random.shuffled(share.ids).slice(0, share.seats)).sort(byCodePoint);
};
