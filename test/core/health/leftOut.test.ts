import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/random.js';
import { dealtParts, leftOutReport, type LeftOutPhoto } from '../../../src/core/health/leftOut.js';
import { leftOutSentences, siteWords } from '../../../src/core/health/healthWords.js';
import { calibrationBins } from '../../../src/core/metrics/calibrationBins.js';
import { groupedShare } from '../../../src/core/metrics/groupedBootstrap.js';
import { leftOutSets } from '../../../src/core/training/leftOutSets.js';

/** 400 photos of two classes from five sites; right with the given chances. */
const photos = (ordinary: number, leftOut: number, atRandom: number, seed = 1): LeftOutPhoto[] => {
  const random = seededRandom(seed);
  return Array.from({ length: 400 }, (_, i) => {
    const label = i % 2;
    const says = (chance: number): number => (random.next() < chance ? label : 1 - label);
    return {
      part: `shop${String(i % 5)}.example`,
      family: i,
      label,
      ordinary: says(ordinary),
      leftOut: says(leftOut),
      atRandom: [says(atRandom), says(atRandom), says(atRandom)],
    };
  });
};

describe('leaving sources out', () => {
  it('warns of a model that knows the shop', () => {
    const report = leftOutReport(photos(0.9, 0.6, 0.88))!;
    expect(report).toMatchObject({ parts: 5, photos: 400, notCounted: 0, isGap: true });
    expect(report.gap.low).toBeGreaterThan(0.15);
    expect(leftOutSentences(report, siteWords).join(' ')).toMatch(/recognising the shop, not the shoe/);
  });

  it('does not when having fewer photos costs as much, nor when there is no gap', () => {
    const scarce = leftOutReport(photos(0.9, 0.7, 0.7))!;
    expect(scarce.gap.low).toBeGreaterThan(0);
    expect(scarce.isGap).toBe(false);
    expect(leftOutSentences(scarce, siteWords).join(' ')).toMatch(/short of photos/);
    for (let seed = 1; seed <= 5; seed++) {
      const same = leftOutReport(photos(0.85, 0.85, 0.85, seed))!;
      expect(leftOutSentences(same, siteWords).join(' ')).not.toMatch(/not the shoe/);
    }
  });

  it('counts no photo whose class would be gone, and says nothing where nothing is left', () => {
    const some = photos(0.9, 0.6, 0.9);
    const bound = some.map((photo) => (photo.label === 0 ? { ...photo, part: 'only.example' } : photo));
    expect(leftOutReport(bound)).toMatchObject({ parts: 5, photos: 200, notCounted: 200 });
    expect(leftOutReport(some.map((photo) => ({ ...photo, part: 'one.example' })))).toBeNull();
    expect(leftOutReport(some.map((photo) => ({ ...photo, part: null })))).toBeNull();
    expect(leftOutReport([])).toBeNull();
  });

  it('deals parts anew within the classes, sizes unchanged', () => {
    const labels = Array.from({ length: 60 }, (_, i) => i % 3);
    const parts = labels.map((label, i) => (i < 6 ? -1 : label === 0 ? i % 4 : 4));
    const dealt = dealtParts(parts, labels, 7);
    const counts = (some: readonly number[]): string[] =>
      labels.map((label, i) => `${String(label)} ${String(some[i])}`).sort();
    expect(counts(dealt)).toEqual(counts(parts));
    expect(dealt).not.toEqual(parts);
    expect(dealt.slice(0, 6)).toEqual(parts.slice(0, 6));
  });

  it('takes every look-alike of a part along, without making one part of two', () => {
    // Rows 1 and 2 look alike but lie on two sites; row 4 is of no site and like row 0.
    const sets = leftOutSets(Int32Array.of(0, 0, 1, 1, -1), Int32Array.of(9, 5, 5, 6, 9));
    expect(sets).toEqual([
      { rows: [0, 1], without: [0, 1, 2, 4] },
      { rows: [2, 3], without: [1, 2, 3] },
      { rows: [4], without: [0, 4] },
    ]);
  });
});

describe('figures that know how far they reach', () => {
  it('finds honest confidence honest and bragging off, in bins of equal count', () => {
    const random = seededRandom(3);
    const confidences = Array.from({ length: 600 }, () => 0.5 + random.next() / 2);
    const honest = calibrationBins(
      confidences,
      confidences.map((p) => random.next() < p),
      42,
    )!;
    expect(honest.bins.map(({ count }) => count)).toEqual(new Array(10).fill(60));
    expect(honest.error).toBeLessThan(honest.perfectError);
    expect(honest.bins.filter(({ observed, low, high }) => observed >= low && observed <= high).length).toBeGreaterThan(
      7,
    );
    const bragging = calibrationBins(
      confidences,
      confidences.map((p) => random.next() < p - 0.25),
      42,
    )!;
    expect(bragging.error).toBeGreaterThan(bragging.perfectError);
    expect(calibrationBins(confidences.slice(0, 199), new Array<boolean>(199).fill(true), 42)).toBeNull();
  });

  it('widens an interval when photos come in families', () => {
    const items = Array.from({ length: 100 }, (_, i) => ({ group: i, isHit: i % 10 < 8 }));
    const alone = groupedShare(items)!;
    const inFamilies = groupedShare(items.map(({ isHit }, i) => ({ group: isHit ? Math.floor(i / 30) : 50, isHit })))!;
    expect(alone.value).toBeCloseTo(0.8);
    expect(inFamilies.high - inFamilies.low).toBeGreaterThan(alone.high - alone.low);
    expect(groupedShare([])).toBeNull();
    expect(groupedShare([{ group: 1, isHit: true }])).toMatchObject({ value: 1, high: 1 });
  });
});
