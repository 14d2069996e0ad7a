import { WinnowError } from '../../base/errors.js';

/**
 * Mean precision at each hit, going down the scores; tied scores count as one step, so their order does not matter.
 * @param scores high = first.  @returns null when nothing is to be found.  @throws WinnowError 'bad-shape' for a score that is no number: it has no place.
 *  Source: scikit-learn's definition, Σ (Rₙ − Rₙ₋₁)Pₙ.
 */
export const averagePrecision = (isHit: ArrayLike<boolean>, scores: ArrayLike<number>): number | null => {
  const order = Array.from({ length: scores.length }, (_, i) => i);
  const nowhere = order.find((at) => Number.isNaN(scores[at]));
  if (nowhere !== undefined) throw new WinnowError('bad-shape', `score ${String(nowhere)} is no number`);
  order.sort((a, b) => scores[b]! - scores[a]!);
  let hits = 0;
  let area = 0;
  for (let at = 0; at < order.length;) {
    const score = scores[order[at]!]!;
    let found = 0;
    for (; at < order.length && scores[order[at]!] === score; at++) if (isHit[order[at]!]) found++;
    hits += found;
    area += (found * hits) / at;
  }
  return hits === 0 ? null : area / hits;
};
