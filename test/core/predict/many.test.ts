import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/random.js';
import { medianInterval } from '../../../src/core/metrics/medianInterval.js';
import { driftOf, driftSentence } from '../../../src/core/predict/drift.js';
import { folderSummary } from '../../../src/core/predict/folderSummary.js';
import type { Prediction } from '../../../src/core/predict/prediction.js';

describe('the median with its interval', () => {
  it('has none for fewer than six values, and the order statistics of the sign test from there on', () => {
    expect(medianInterval([])).toBeNull();
    expect(medianInterval([5, 1, 3, 2])).toEqual({ median: 2.5, low: null, high: null });
    expect(medianInterval([1, 2, 3, 4, 5])).toMatchObject({ low: null });
    expect(medianInterval([6, 5, 4, 3, 2, 1])).toEqual({ median: 3.5, low: 1, high: 6 });
    // Table of the sign test: n = 20 → 6th and 15th value, n = 50 → 18th and 33rd.
    const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);
    expect(medianInterval(upTo(20))).toEqual({ median: 10.5, low: 6, high: 15 });
    expect(medianInterval(upTo(50))).toEqual({ median: 25.5, low: 18, high: 33 });
  });

  it('holds the true median in at least 95 of 100 cases', () => {
    const random = seededRandom(5);
    let held = 0;
    for (let i = 0; i < 1000; i++) {
      const { low, high } = medianInterval(Array.from({ length: 31 }, () => random.next()))!;
      if (low! <= 0.5 && high! >= 0.5) held++;
    }
    expect(held).toBeGreaterThanOrEqual(950);
  });
});

describe('drift', () => {
  it('needs twenty pictures', () => {
    expect(driftOf(new Array<number>(19).fill(1))).toBeNull();
    expect(driftOf(new Array<number>(20).fill(1))).toEqual({ pictures: 20, strange: 1, isShifted: true });
  });

  it('is rarely seen in pictures of the same kind, and always in strange ones', () => {
    const random = seededRandom(9);
    const percentiles = (power: number): number[] => Array.from({ length: 50 }, () => 100 * random.next() ** power);
    const shifted = (power: number): number =>
      Array.from({ length: 500 }, () => driftOf(percentiles(power))!.isShifted).filter(Boolean).length;
    expect(shifted(1)).toBeLessThanOrEqual(10);
    expect(shifted(4)).toBeGreaterThan(495);
    // Unusually ordinary pictures are no cause for a warning.
    expect(shifted(0.3)).toBe(0);
  });

  it('is a sentence only when it is there', () => {
    expect(driftSentence(null)).toBeNull();
    expect(driftSentence({ pictures: 30, strange: 0, isShifted: false })).toBeNull();
    expect(driftSentence({ pictures: 60, strange: 0.34, isShifted: true })).toMatch(/last 60 .* 34 % of them/);
  });
});

it('a folder in a few lines: most photos first, failed ones in no class', () => {
  const answer = (prediction: string, certainty: Prediction['certainty'], percentile: number | null): Prediction => ({
    path: 'x',
    prediction,
    probabilities: {},
    basis: 'new',
    certainty,
    inDomain: null,
    difference: percentile === null ? null : { own: prediction, other: 'z', margin: 1, percentile },
    nearest: [],
  });
  expect(
    folderSummary([
      answer('b', 'sure', 10),
      answer('a', 'sure', null),
      answer('b', 'unseen', 30),
      { path: 'y', error: { code: 'bad-image', message: 'It is broken.' } },
      answer('b', 'unsure', 20),
    ]),
  ).toEqual([
    { label: 'b', photos: 3, sure: 1, unsure: 1, unseen: 1, difference: { median: 20, low: null, high: null } },
    { label: 'a', photos: 1, sure: 1, unsure: 0, unseen: 0, difference: null },
  ]);
});
