import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/random.js';
import { accuracy, argmax } from '../../../src/core/metrics/accuracy.js';
import { averagePrecision } from '../../../src/core/metrics/averagePrecision.js';
import { calibrationError, perfectCalibrationError } from '../../../src/core/metrics/calibrationError.js';
import { clopperPearson } from '../../../src/core/metrics/clopperPearson.js';
import { accuracyOf, confusionMatrix, mostConfused, perClass } from '../../../src/core/metrics/confusion.js';

const labelled = fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { minLength: 1 });

describe('confusion', () => {
  const matrix = confusionMatrix([0, 0, 0, 1, 1, 2], [0, 1, 1, 1, 0, 1], 4);
  it('has rows actual, columns predicted', () => {
    expect(matrix).toEqual([
      [1, 2, 0, 0],
      [1, 1, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 0, 0],
    ]);
  });
  it('lists what is confused, most often first, and how well each class is known', () => {
    expect(mostConfused(matrix)).toEqual([
      { actual: 0, predicted: 1, count: 2 },
      { actual: 1, predicted: 0, count: 1 },
      { actual: 2, predicted: 1, count: 1 },
    ]);
    expect(mostConfused(matrix, 2)).toHaveLength(1);
    expect(perClass(matrix)).toEqual([
      { precision: 0.5, recall: 1 / 3, f1: 0.4, support: 3 },
      { precision: 0.25, recall: 0.5, f1: 1 / 3, support: 2 },
      { precision: null, recall: 0, f1: null, support: 1 },
      { precision: null, recall: null, f1: null, support: 0 },
    ]);
  });
  it('counts every pair once, and its diagonal is the accuracy', () => {
    fc.assert(
      fc.property(labelled, (pairs) => {
        const labels = pairs.map(([label]) => label);
        const predictions = pairs.map(([, prediction]) => prediction);
        const counts = confusionMatrix(labels, predictions, 4);
        expect(counts.flat().reduce((sum, count) => sum + count, 0)).toBe(pairs.length);
        expect(accuracyOf(counts)).toBe(accuracy(labels, predictions));
        expect(perClass(counts).reduce((sum, { support }) => sum + support, 0)).toBe(pairs.length);
      }),
    );
  });
  it('refuses what is no class', () => {
    expect(() => confusionMatrix([0], [4], 4)).toThrow(/no class/);
    expect(() => confusionMatrix([0], [], 4)).toThrow(/stand against/);
    expect([accuracyOf([]), accuracy([], [])]).toEqual([null, null]);
  });
});

describe('argmax', () => {
  it('takes the first of equals within its row', () => {
    expect(argmax([9, 1, 2, 2, 9], 1, 3)).toBe(1);
  });
});

describe('average precision', () => {
  it('is the mean precision at each hit', () => {
    expect(averagePrecision([true, false, true], [3, 2, 1])).toBeCloseTo((1 + 2 / 3) / 2, 12);
    expect(averagePrecision([false, false], [1, 2])).toBeNull();
  });
  it('refuses a score that is no number, rather than looking for its place for ever', () => {
    expect(() => averagePrecision([true, false], [1, NaN])).toThrow(/score 1 is no number/);
  });
  it('does not depend on the order of ties', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(3)), { minLength: 1 }), (pairs) => {
        const of = (some: readonly (readonly [boolean, number])[]): number | null =>
          averagePrecision(
            some.map(([hit]) => hit),
            some.map(([, score]) => score),
          );
        const forward = of(pairs);
        const backward = of([...pairs].reverse());
        if (forward === null) expect(backward).toBeNull();
        else expect(backward).toBeCloseTo(forward, 12);
      }),
    );
  });
});

describe('calibration error', () => {
  it('is null under 200 rows, 0 for certainty that is right, the gap otherwise', () => {
    const of = (n: number, confidence: number, every: number): number | null =>
      calibrationError(
        new Array<number>(n).fill(confidence),
        Array.from({ length: n }, (_, i) => i % every !== 0),
      );
    expect(of(199, 1, 1000)).toBeNull();
    expect(of(200, 0.9, 10)).toBeCloseTo(0, 10);
    expect(of(200, 0.9, 2)).toBeCloseTo(0.4, 10);
  });
  it('is small for outcomes drawn from the confidences themselves', () => {
    const random = seededRandom(3);
    const confidences = Array.from({ length: 600 }, () => 0.3 + 0.7 * random.next());
    const isRight = confidences.map((p) => random.next() < p);
    expect(calibrationError(confidences, isRight)).toBeLessThan(0.06);
  });
  it('of a perfect model stays below its 95th percentile in about 95 of 100 cases, of an overconfident one rarely', () => {
    const random = seededRandom(4);
    const confidences = Array.from({ length: 600 }, () => 0.3 + 0.7 * random.next());
    const most = perfectCalibrationError(confidences, 42)!;
    expect(most).toBeGreaterThan(0.04);
    expect(most).toBeLessThan(0.07);
    expect(perfectCalibrationError(confidences, 42)).toBe(most);
    const below = (isRight: (p: number) => boolean): number =>
      Array.from({ length: 200 }, () => calibrationError(confidences, confidences.map(isRight))! < most).filter(Boolean)
        .length;
    const perfect = below((p) => random.next() < p);
    expect(perfect).toBeGreaterThan(178);
    expect(perfect).toBeLessThan(200);
    expect(below((p) => random.next() < p - 0.1)).toBeLessThan(10);
  });
  it('of a perfect model is null under 200 rows', () => {
    expect(perfectCalibrationError(new Array<number>(199).fill(0.5), 1)).toBeNull();
  });
});

describe('Clopper–Pearson', () => {
  // R: binom.test(k, n)$conf.int
  it.each([
    [3, 60, 0.01043, 0.13925],
    [30, 60, 0.36808, 0.63192],
    [1, 10, 0.00253, 0.44502],
  ])('of %i in %i', (hits, trials, low, high) => {
    const interval = clopperPearson(hits, trials);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });
  it('reads “0 of 60” as under 5 %', () => {
    const { low, high } = clopperPearson(0, 60);
    expect(low).toBe(0);
    expect(high).toBeCloseTo(1 - 0.05 ** (1 / 60), 6);
    expect(high).toBeLessThan(0.05);
    expect(clopperPearson(0, 60, 0.95, false).high).toBeCloseTo(1 - 0.025 ** (1 / 60), 6);
    expect(clopperPearson(60, 60)).toEqual({ low: expect.closeTo(0.05 ** (1 / 60), 6), high: 1 });
    expect(clopperPearson(0, 0)).toEqual({ low: 0, high: 1 });
  });
  it('holds the share and shrinks with more trials', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(40), (trials, some) => {
        const hits = some % (trials + 1);
        const { low, high } = clopperPearson(hits, trials);
        expect(low).toBeLessThanOrEqual(hits / trials);
        expect(high).toBeGreaterThanOrEqual(hits / trials);
        const more = clopperPearson(hits * 4, trials * 4);
        expect(more.high - more.low).toBeLessThan(high - low);
      }),
    );
  });
});
