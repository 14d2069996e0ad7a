/** fastai's learning-rate finder: a rate that rises by equal factors from step to step, and what its losses suggest. */

export interface FinderPoint {
  readonly rate: number;
  /** Nats, smoothed. */
  readonly loss: number;
}

const [first, last] = [1e-7, 10];
/** It ends when the smoothed loss is so many times the lowest. */
const tooMuch = 4;

/** @param step from 0. @param steps fastai takes 100. */
export const finderRate = (step: number, steps: number): number => first * (last / first) ** (step / steps);

export const isDiverged = (losses: readonly number[]): boolean => {
  const loss = losses.at(-1);
  return loss !== undefined && (!Number.isFinite(loss) || loss > tooMuch * Math.min(...losses));
};

/**
 * The rate two thirds along the longest valley: the longest subsequence of falling losses. The first tenth and the last five
 * points are not looked at. Null when there are too few, or the loss never falls.
 * @param steps that were planned. Source: fastai callback/schedule.py `valley`.
 */
export const suggestedRate = (points: readonly FinderPoint[], steps: number): number | null => {
  const own = points.slice(Math.floor(steps / 10), -5).filter(({ loss }) => Number.isFinite(loss));
  const lengths = own.map(() => 1);
  let end = 0;
  for (let i = 1; i < own.length; i++) {
    for (let j = 0; j < i; j++) {
      if (own[i]!.loss < own[j]!.loss) lengths[i] = Math.max(lengths[i]!, lengths[j]! + 1);
    }
    if (lengths[i]! > lengths[end]!) end = i;
  }
  if (end === 0) return null;
  const start = end - lengths[end]!;
  const third = (end - start) / 3;
  return own[Math.max(0, start + Math.floor(third) + Math.floor(third / 2))]!.rate;
};
