/** The same picture more than once, in other bytes: scaled, saved again, framed, mirrored, turned. And what that does to a test. */

import { byCodePoint } from '../../base/compare.js';
import type { LookAlike } from '../image/lookAlikes.js';
import type { Finding } from './finding.js';
import { pixelsOf, type Photo } from './photo.js';

export interface AlikeFamily {
  /** Largest picture first, then by path: the first is the one to keep. */
  readonly photos: readonly Photo[];
  /** The most that two linked ones differ, bits of 64. */
  readonly bits: number;
  readonly isTurned: boolean;
}

/** Photos joined by look-alike pairs, transitively; families of two and more. */
export const alikeFamilies = (photos: readonly Photo[], pairs: readonly LookAlike[]): AlikeFamily[] => {
  const family = new Map<number, { members: Set<number>; bits: number; isTurned: boolean }>();
  for (const { a, b, bits, isTurned } of pairs) {
    const left = family.get(a) ?? { members: new Set([a]), bits: 0, isTurned: false };
    const right = family.get(b) ?? { members: new Set([b]), bits: 0, isTurned: false };
    const [large, small] = left.members.size >= right.members.size ? [left, right] : [right, left];
    large.bits = Math.max(left.bits, right.bits, bits);
    large.isTurned = left.isTurned || right.isTurned || isTurned;
    for (const member of small.members) large.members.add(member);
    for (const member of new Set([...small.members, a, b])) family.set(member, large);
  }
  return [...new Set(family.values())].map(({ members, bits, isTurned }) => ({
    photos: [...members]
      .map((at) => photos[at]!)
      .sort((p, q) => pixelsOf(q) - pixelsOf(p) || byCodePoint(p.path, q.path)),
    bits,
    isTurned,
  }));
};

const itemsOf = (photos: readonly Photo[]): Finding['items'] => photos.map(({ id, path }) => ({ id, path }));
const sizeOf = ({ facts }: Photo): string => (facts ? ` (${facts.width} × ${facts.height})` : '');

/**
 * One finding a family under one label; its first item is the one to keep. Families under several labels are a
 * `label-conflict`, and those that a person has decided on in full do not come back.
 */
export const nearDuplicates = (families: readonly AlikeFamily[]): Finding[] =>
  families
    .filter((family) => new Set(family.photos.map(({ label }) => label)).size === 1)
    .filter((family) => !family.photos.every(({ isDecided }) => isDecided))
    .map(({ photos: alike, bits, isTurned }) => {
      const best = alike[0]!;
      return {
        kind: 'near-duplicate',
        score: 0.6 * (1 - bits / 16),
        items: itemsOf(alike),
        label: best.label,
        suggestion: null,
        why: `${alike.length} files show nearly the same picture${isTurned ? ', mirrored or turned' : ''}. They are judged and split together, so no figure is flattered; keeping ${best.path}${sizeOf(best)}, the largest, is enough.`,
      };
    });

/** One finding a family that lies on more than one side of the split, unless a person has decided on all of it. */
export const leaks = (families: readonly AlikeFamily[]): Finding[] =>
  families.flatMap(({ photos: alike }): Finding[] => {
    if (alike.every(({ isDecided }) => isDecided)) return [];
    const sides = [...new Set(alike.flatMap(({ side }) => (side === null ? [] : [side])))].sort(byCodePoint);
    if (sides.length < 2) return [];
    return [
      {
        kind: 'leak',
        score: 0.9,
        items: itemsOf(alike),
        label: null,
        suggestion: null,
        why: `Nearly the same picture lies in ${sides.join(' and ')}: what was learnt from one is asked in the other, so accuracy there looks better than it is. Keep only one of them, or put them on one side.`,
      },
    ];
  });
