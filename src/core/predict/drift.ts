/** Whether the pictures of late are of another kind than those that the model was made from. */

export interface Drift {
  readonly pictures: number;
  /** Share of them as strange as the strangest 5 % of one's own, 0–1. */
  readonly strange: number;
  readonly isShifted: boolean;
}

const strangeBelow = 5;
/** With fewer the test below could say nothing. */
const leastPictures = 20;
const level = 0.01;

/**
 * One's own photos have percentiles spread evenly over 0–100; strange ones have small ones. Smirnov's one-sided test:
 * shifted when the distribution function rises above the even one by more than chance does in 1 of 100 cases.
 * @param percentiles of `inDomain`, of new pictures only, in any order.  @returns null for fewer than 20.
 */
export const driftOf = (percentiles: readonly number[]): Drift | null => {
  const n = percentiles.length;
  if (n < leastPictures) return null;
  const sorted = [...percentiles].sort((a, b) => a - b);
  const rise = Math.max(...sorted.map((percentile, at) => (at + 1) / n - percentile / 100));
  return {
    pictures: n,
    strange: sorted.filter((percentile) => percentile < strangeBelow).length / n,
    isShifted: rise > 0 && Math.exp(-2 * n * rise * rise) < level,
  };
};

/** For a person; null when nothing has shifted. */
export const driftSentence = (drift: Drift | null): string | null =>
  drift?.isShifted === true
    ? `The last ${String(drift.pictures)} new pictures are of another kind than your own photos: ${String(Math.round(100 * drift.strange))} % of them are as strange as the strangest 5 % of yours. Trust the answers less; add some of them to the dataset and train again.`
    : null;
