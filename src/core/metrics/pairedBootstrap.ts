/** Whether two models differ on the same items. */

import { groupedInterval, type Interval } from './groupedBootstrap.js';

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
export const pairedBootstrap = (pairs: readonly Pair[], draws = 2000, seed = 42): Interval =>
  groupedInterval(
    pairs.map(({ group, isRightBefore, isRightAfter }) => ({
      group,
      value: Number(isRightAfter) - Number(isRightBefore),
    })),
    { draws, seed },
  );
