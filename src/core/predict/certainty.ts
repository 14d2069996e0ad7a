/** How sure an answer is, in one word (JUDGE § 4). */

export type Certainty = 'sure' | 'unsure' | 'unseen';

/** 'unseen': nothing like it was in the training photos; 'sure': p ≥ .9 and .5 above the next class. @param probabilities calibrated, sum to 1, any order. */
export const certaintyOf = (probabilities: Iterable<number>, isOutOfDomain: boolean): Certainty => {
  if (isOutOfDomain) return 'unseen';
  const [first = 0, second = 0] = [...probabilities].sort((a, b) => b - a);
  return first >= 0.9 && first - second >= 0.5 ? 'sure' : 'unsure';
};
