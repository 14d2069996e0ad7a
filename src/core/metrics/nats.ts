/** Cross-entropy of one answer. */

/** A probability of 0 would cost all that there is. */
export const leastProbability = 1e-7;

/** −log p, nats; p floored at `leastProbability`. */
export const natsOf = (p: number): number => -Math.log(Math.max(p, leastProbability));
