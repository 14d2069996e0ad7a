/** Two models' probabilities of one photo as one: the normalised mean of their logarithms, so that neither shouts the other down. */

import { leastProbability } from '../metrics/nats.js';

const floored = (p: number): number => Math.max(p, leastProbability);

export const blended = (a: ArrayLike<number>, b: ArrayLike<number>): Float64Array => {
  const out = Float64Array.from(a, (p, at) => Math.sqrt(floored(p) * floored(b[at]!)));
  const sum = out.reduce((whole, p) => whole + p, 0);
  return out.map((p) => p / sum);
};
