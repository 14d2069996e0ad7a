/** The finder's rates and suggestion, against numbers that fastai's own code made. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { finderRate, isDiverged, suggestedRate } from '../../../src/core/training/rateFinder.js';

const { cases } = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../../golden/rateFinder.json'), 'utf8'),
) as { cases: { kind: string; losses: number[]; valley: number }[] };
const pointsOf = (losses: readonly number[]): { rate: number; loss: number }[] =>
  losses.map((loss, step) => ({ rate: finderRate(step, 100), loss }));

describe('the learning-rate finder', () => {
  it.each(cases.map((each, at) => [`${each.kind} ${String(at)}`, each] as const))(
    "suggests fastai's valley on the curve %s",
    (_name, { losses, valley }) => {
      expect(suggestedRate(pointsOf(losses), 100)! / valley).toBeCloseTo(1, 9);
    },
  );

  it('suggests nothing where the loss never falls, or hardly a step was taken', () => {
    expect(suggestedRate(pointsOf(Array.from({ length: 60 }, (_, at) => at)), 100)).toBeNull();
    expect(suggestedRate(pointsOf([1, 0.9, 0.8]), 100)).toBeNull();
    expect(suggestedRate([], 100)).toBeNull();
  });

  it('leaves out losses that are no number', () => {
    const { losses, valley } = cases[0]!;
    const broken = pointsOf(losses).toSpliced(50, 0, { rate: 1, loss: Number.NaN });
    expect(suggestedRate(broken, 100)! / valley).toBeCloseTo(1, 9);
  });

  it('ends when the loss is four times the lowest, or no number', () => {
    expect(isDiverged([])).toBe(false);
    expect(isDiverged([1, 0.5, 1.9])).toBe(false);
    expect(isDiverged([1, 0.5, 2.1])).toBe(true);
    expect(isDiverged([1, Number.NaN])).toBe(true);
  });
});
