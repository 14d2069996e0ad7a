import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ItemId } from '../../../src/core/dataset/item.js';
import { confidentClasses, confidentThresholds, labelIssues } from '../../../src/core/findings/labelIssues.js';
import { rankItems, wrongProbability, type RankInput } from '../../../src/core/findings/rankItems.js';

describe('label issues', () => {
  const probabilities = [0.9, 0.1, 0.7, 0.3, 0.2, 0.8, 0.4, 0.6, 0.75, 0.25];
  const labels = [0, 0, 1, 1, 1];
  it('has the mean own probability of each class as its threshold', () => {
    expect([...confidentThresholds(probabilities, labels, 2)]).toEqual([
      expect.closeTo(0.8, 12),
      expect.closeTo((0.8 + 0.6 + 0.25) / 3, 12),
    ]);
    expect(confidentThresholds([1, 0, 0], [0], 3)[2]).toBe(2);
  });
  it('counts an item where it is confident, or nowhere', () => {
    expect([...confidentClasses(probabilities, labels, 2)]).toEqual([0, -1, 1, 1, -1]);
  });
  it('is what lies off the diagonal', () => {
    expect(labelIssues([0.9, 0.1, 0.9, 0.1, 0.2, 0.8, 0.95, 0.05], [0, 0, 1, 1], 2)).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });
  it('refuses lengths that disagree', () => {
    expect(() => labelIssues([1], [0], 2)).toThrow(/stand against/);
  });
});

describe('ranking', () => {
  const id = (name: string): ItemId => name as ItemId;
  const input: RankInput = {
    run: 'r1',
    vocab: ['ant', 'bee', 'cat'],
    items: [
      { id: id('a'), group: id('a'), label: 0, isOut: false },
      { id: id('b'), group: id('a'), label: 0, isOut: false },
      { id: id('c'), group: id('c'), label: null, isOut: false },
      { id: id('d'), group: id('d'), label: null, isOut: true },
      { id: id('e'), group: id('e'), label: 2, isOut: false },
    ],
    predictor: [0.6, 0.3, 0.1, 0.5, 0.4, 0.1, 0.2, 0.5, 0.3, 1, 0, 0, 0.1, 0.2, 0.7],
    judge: [0.8, 0.1, 0.1, 0.1, 0.85, 0.05, 0.1, 0.3, 0.6, 1, 0, 0, 0.9, 0.1, 0],
    epsilon: 0.1,
    classes: 3,
  };
  const ranking = rankItems(input);
  it('puts the largest loss of the judge first and shows the probabilities of the predictor', () => {
    expect(ranking.items.map((item) => item.id)).toEqual(['e', 'b', 'a']);
    expect(ranking.items[1]).toMatchObject({
      label: 0,
      surprise: 90,
      suggestion: 1,
      prediction: 0,
      probability: 0.5,
      labelProbability: 0.5,
      second: 1,
      secondProbability: 0.4,
      leftOut: 'a',
    });
    expect(ranking.items[1]!.lossNats).toBeCloseTo(-Math.log(0.1), 12);
    expect(ranking.items[2]!.suggestion).toBeNull();
  });
  it('floors the probability at 1e-7', () => {
    expect(ranking.items[0]!.lossNats).toBeCloseTo(16.118, 3);
    expect(ranking.items[0]!.wrongProbability).toBe(1);
  });
  it('judges what has no label apart, and leaves out what is out', () => {
    expect(ranking.unlabelled).toEqual([{ id: 'c', suggestion: 2, prediction: 1, probability: 0.5 }]);
  });
  it('breaks ties by id', () => {
    const same = { ...input, judge: new Array<number>(15).fill(1 / 3) };
    expect(rankItems(same).items.map((item) => item.id)).toEqual(['a', 'b', 'e']);
  });
  it('believes the label more the rarer wrong labels are', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 0.99, noNaN: true }), (p) => {
        expect(wrongProbability(p, 0, 5)).toBe(0);
        const rare = wrongProbability(p, 0.01, 5);
        const common = wrongProbability(p, 0.2, 5);
        expect(rare).toBeLessThan(common);
        expect(common).toBeLessThanOrEqual(1);
      }),
    );
  });
});
