/** Whether two models differ on the same items. */

import { seededRandom } from '../../base/random.js';

export interface Pair {
  /** Items of one group are drawn together. */
  readonly group: string;
  readonly isRightBefore: boolean;
  readonly isRightAfter: boolean;
}

/**
 * The central 95 % of after − before (shares of items right) over draws of whole groups with replacement.
 * @returns shares in −1 … 1; both 0 for no pairs.
 */
export const pairedBootstrap = (
  pairs: readonly Pair[],
  draws = 2000,
  seed = 42,
): { readonly low: number; readonly high: number } => {
  const groups = new Map<string, { gain: number; size: number }>();
  for (const { group, isRightBefore, isRightAfter } of pairs) {
    const known = groups.get(group) ?? { gain: 0, size: 0 };
    known.gain += Number(isRightAfter) - Number(isRightBefore);
    known.size++;
    groups.set(group, known);
  }
  const list = [...groups.values()];
  if (list.length === 0) return { low: 0, high: 0 };
  const random = seededRandom(seed);
  const differences = Array.from({ length: draws }, () => {
    let gain = 0;
    let size = 0;
    for (let i = 0; i < list.length; i++) {
      const drawn = list[random.below(list.length)]!;
      gain += drawn.gain;
      size += drawn.size;
    }
    return gain / size;
  }).sort((a, b) => a - b);
  return { low: differences[Math.floor(0.025 * draws)]!, high: differences[Math.ceil(0.975 * draws) - 1]! };
};
