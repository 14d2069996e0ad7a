/** What one step of a training is fed beside its pictures: soft targets, mixed pairs, dropout masks. */

import { seededRandom, type Random } from '../../base/random.js';

/** float32[batch, classes], rows sum to 1. @param smoothing share of each target that is spread over all classes. */
export const targetRows = (labels: readonly number[], classes: number, smoothing: number): Float32Array => {
  const rows = new Float32Array(labels.length * classes).fill(smoothing / classes);
  labels.forEach((label, row) => (rows[row * classes + label] = 1 - smoothing + smoothing / classes));
  return rows;
};

/** Blends each row of both arrays with another row of the batch, in place; shares are Beta(α, α), the larger one its own. */
export const mixRows = (
  pictures: Float32Array,
  targets: Float32Array,
  batch: number,
  alpha: number,
  seed: number,
): void => {
  const random = seededRandom(seed);
  const partner = random.shuffled(Array.from({ length: batch }, (_, at) => at));
  const shares = partner.map(() => {
    const share = beta(alpha, random);
    return Math.max(share, 1 - share);
  });
  for (const rows of [pictures, targets]) {
    const length = rows.length / batch;
    const before = rows.slice();
    for (let row = 0; row < batch; row++) {
      const [own, other] = [row * length, partner[row]! * length];
      const share = shares[row]!;
      for (let at = 0; at < length; at++)
        rows[own + at] = share * before[own + at]! + (1 - share) * before[other + at]!;
    }
  }
};

/** float32[batch · width]: 0 with probability `rate`, else 1 / (1 − rate). */
export const dropoutMask = (length: number, rate: number, seed: number): Float32Array => {
  const random = seededRandom(seed);
  return Float32Array.from({ length }, () => (random.next() < rate ? 0 : 1 / (1 - rate)));
};

const beta = (alpha: number, random: Random): number => {
  const [a, b] = [gamma(alpha, random), gamma(alpha, random)];
  return a + b === 0 ? 0.5 : a / (a + b);
};

/** Marsaglia and Tsang. */
const gamma = (shape: number, random: Random): number => {
  if (shape < 1) return gamma(shape + 1, random) * Math.pow(1 - random.next(), 1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
};
