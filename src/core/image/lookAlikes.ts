/** Which pictures of a list show the same: scaled, saved again, mirrored or turned. */

import { crossPairs, hammingDistance, nearPairs } from './nearPairs.js';

/** What is compared; a null hash (a flat picture, or one that was not decoded) is like nothing. */
export interface Print {
  readonly phash: string | null;
  readonly turns: readonly string[];
}

/** Two pictures of a list that look the same. */
export interface LookAlike {
  /** Indices, a < b. */
  readonly a: number;
  readonly b: number;
  /** Differing bits of 64. */
  readonly bits: number;
  readonly isTurned: boolean;
}

/** Two pictures this many bits apart are one picture for every fold and split (METHODS, near duplicates). */
export const nearDuplicateBits = 6;
/** So many bits are enough when the embeddings agree as well; and the most that a person can ask for. */
export const agreedBits = 10;

/** Pairs at most 6 bits apart, upright, mirrored or turned, by (a, b). */
export const lookAlikes = (prints: readonly Print[]): LookAlike[] => {
  const hashes = prints.map(({ phash }) => phash);
  const found = new Map<number, LookAlike>();
  const keep = (pair: LookAlike): void => {
    const key = pair.a * prints.length + pair.b;
    const known = found.get(key);
    if (!known || pair.bits < known.bits) found.set(key, pair);
  };
  for (const pair of nearPairs(hashes, nearDuplicateBits)) keep({ ...pair, isTurned: false });
  for (let turn = 0; turn < 4; turn++) {
    const turned = prints.map((print) => (print.phash === null ? null : (print.turns[turn] ?? null)));
    for (const { a, b, bits } of crossPairs(hashes, turned, nearDuplicateBits)) {
      if (a !== b) keep({ a: Math.min(a, b), b: Math.max(a, b), bits, isTurned: true });
    }
  }
  return [...found.values()].sort((p, q) => p.a - q.a || p.b - q.b);
};

/** Upright pairs 7–10 bits apart: too far to be taken for one picture unasked, and mirrored ones at that distance mean nothing. */
export const distantAlikes = (prints: readonly Print[]): LookAlike[] =>
  nearPairs(
    prints.map(({ phash }) => phash),
    agreedBits,
  )
    .filter(({ bits }) => bits > nearDuplicateBits)
    .map((pair) => ({ ...pair, isTurned: false }));

/** Two prints that are at most 10 bits apart in some turn, which is enough only where the embeddings agree; null = they are not. */
export const comparePrints = (a: Print, b: Print): Pick<LookAlike, 'bits' | 'isTurned'> | null => {
  const own = a.phash;
  if (own === null || b.phash === null) return null;
  const upright = hammingDistance(own, b.phash);
  const turned = Math.min(...b.turns.map((turn) => hammingDistance(own, turn)));
  const bits = Math.min(upright, turned);
  return bits <= agreedBits ? { bits, isTurned: turned < upright } : null;
};
