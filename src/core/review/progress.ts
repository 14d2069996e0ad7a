/** How far the review has come, and when stopping is reasonable (JUDGE § 3). */

import type { ReviewHeader } from './header.js';

/** One review of an item, oldest first; `wasWrong` = relabelled or trashed, not kept. */
export interface Reviewed {
  readonly wasWrong: boolean;
}

/**
 * @param reviews in the order in which people decided; an item decided twice counts once, where it was decided last.
 * @param wrongProbabilities 1 − q(label) of the undecided ranked items.
 * @param audited what a finished audit says remains: it outranks the model's own estimate.
 */
export const reviewHeader = (
  reviews: readonly Reviewed[],
  wrongProbabilities: readonly number[] | null,
  counts: { readonly total: number; readonly pending: number },
  audited: { readonly low: number; readonly high: number } | null = null,
): ReviewHeader => {
  const last = reviews.slice(-20);
  const lastThirty = reviews.slice(-30);
  return {
    reviewed: reviews.length,
    lastWrong: last.length === 0 ? null : { wrong: last.filter((review) => review.wasWrong).length, of: last.length },
    remaining: audited
      ? { ...audited, basis: 'audit' }
      : wrongProbabilities && { ...expectedRange(wrongProbabilities), basis: 'model' },
    isStoppingReasonable: lastThirty.length === 30 && lastThirty.every((review) => !review.wasWrong),
    ...counts,
  };
};

/** The central 80 % of a sum of independent coins (normal approximation of the Poisson binomial), whole numbers. */
const expectedRange = (probabilities: readonly number[]): { low: number; high: number } => {
  let mean = 0;
  let variance = 0;
  for (const p of probabilities) {
    mean += p;
    variance += p * (1 - p);
  }
  const half = 1.2816 * Math.sqrt(variance);
  return { low: Math.max(0, Math.floor(mean - half)), high: Math.ceil(mean + half) };
};
