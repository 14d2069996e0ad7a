import { describe, expect, it } from 'vitest';
import { fitTemperature, logitLoss, logitProbabilities } from '../../../src/core/metrics/logitScores.js';
import { chooseByOthers, type FoldAnswers } from '../../../src/core/training/foldChoice.js';

/** Two classes, each photo with this much evidence for its label. */
const epochOf = (epoch: number, evidence: readonly number[]): FoldAnswers['epochs'][number] => ({
  epoch,
  logits: Float32Array.from(evidence.flatMap((each) => [each, 0])),
});
const foldOf = (...epochs: readonly (readonly number[])[]): FoldAnswers => ({
  labels: epochs[0]!.map(() => 0),
  epochs: epochs.map((evidence, at) => epochOf(at, evidence)),
});

describe('which epoch and temperature speak for a fold', () => {
  it('are those that the other folds like best; what a fold itself likes has no say', () => {
    const likesFirst = foldOf([3, 3], [-1, -1]);
    const likesSecond = foldOf([0, 0.5], [2, 3]);
    const chosen = chooseByOthers([likesFirst, likesSecond], 2, 'best');
    expect(chosen.map(({ epoch }) => epoch)).toEqual([1, 0]);
    expect(chosen[0]!.logits).toBe(likesFirst.epochs[1]!.logits);
    expect(chosen[0]!.temperature).toBeCloseTo(fitTemperature(likesSecond.epochs[1]!.logits, [0, 0], 2), 9);
    // Other answers of the first fold: another choice for the second, the same for the first.
    const again = chooseByOthers([foldOf([0, 0], [4, 4]), likesSecond], 2, 'best');
    expect(again.map(({ epoch }) => epoch)).toEqual([1, 1]);
    expect(again[0]!.temperature).toBe(chosen[0]!.temperature);
  });

  it('are the last for a recipe that keeps its last; a fold that ended early speaks as it ended', () => {
    const short = foldOf([1, 1]);
    const long = foldOf([5, 5], [1, 1], [0.5, 0.5]);
    expect(chooseByOthers([short, long], 2, 'last').map(({ epoch }) => epoch)).toEqual([0, 2]);
    // The longer one alone says which is best for the shorter one, which has no such epoch.
    const better = foldOf([1, 1], [1, 1], [5, 5]);
    expect(chooseByOthers([short, better], 2, 'best').map(({ epoch }) => epoch)).toEqual([0, 0]);
  });

  it('an empty fold takes part in nothing', () => {
    const empty: FoldAnswers = { labels: [], epochs: [epochOf(0, []), epochOf(1, [])] };
    const [first, second] = chooseByOthers([empty, foldOf([1], [2])], 2, 'best');
    expect(first!.epoch).toBe(1);
    expect([second!.epoch, second!.temperature]).toEqual([0, 1]);
  });
});

describe('probabilities of logits', () => {
  it('are softmax of what the temperature leaves of them, and cost what the loss says', () => {
    const logits = Float32Array.from([2, 0, -1, 1000, 0, -1000]);
    const rows = logitProbabilities(logits, 3, 2);
    for (const row of rows) expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
    expect(rows[0]![0]! / rows[0]![1]!).toBeCloseTo(Math.E, 9);
    const loss = -(Math.log(rows[0]![2]!) + Math.log(rows[1]![0]!)) / 2;
    expect(logitLoss(logits, [2, 0], 3, 2)).toBeCloseTo(loss, 9);
  });
});
