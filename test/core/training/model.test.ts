import { describe, expect, it } from 'vitest';
import { crossFittedRows, groupFolds } from '../../../src/core/training/crossFit.js';
import { fitModel, type FittedModel } from '../../../src/core/training/fitModel.js';
import { foldedLogistic } from '../../../src/core/training/logisticRegression.js';
import { modelRows } from '../../../src/core/training/model.js';
import { plainLinearAlgebra as algebra } from '../../../src/core/training/plainLinearAlgebra.js';
import { prepareBlock, type PrepareOptions } from '../../../src/core/training/preparedBlock.js';
import { argmax } from '../../../src/core/metrics/accuracy.js';
import { blobs } from './syntheticItems.js';

const n = 90;
const vocab = ['ant', 'bee', 'cat'];
const everything = Int32Array.from({ length: n }, (_, i) => i);
const singles = everything;

interface Setting {
  readonly spread?: number;
  readonly names?: readonly string[];
  readonly options?: PrepareOptions;
  readonly hasVotes?: boolean;
}
const fit = async (
  labels: Int32Array,
  { spread = 1.6, names = vocab, options = { seed: 1 }, hasVotes = true }: Setting = {},
): Promise<FittedModel> => {
  const { block } = blobs(n, 16, 3, 21, spread);
  const trained = everything.filter((row) => labels[row]! >= 0);
  const prepared = await prepareBlock(algebra, block, trained, options);
  return fitModel(algebra, { blocks: [prepared], vocab: names, labels, groups: singles, seed: 42, hasVotes });
};
const { labels: truth } = blobs(n, 16, 3, 21, 1.6);
const shareRight = (rows: Float64Array, width = 3): number =>
  everything.filter((row) => argmax(rows, row * width, width) === truth[row]).length / n;
const sums = (rows: Float64Array, width: number): number[] =>
  Array.from({ length: rows.length / width }, (_, i) =>
    rows.subarray(i * width, (i + 1) * width).reduce((sum, p) => sum + p, 0),
  );

describe('fitModel', () => {
  it('gives rows that sum to 1 and know the classes at least as well as folded logistic regression', async () => {
    const { probabilities, model } = await fit(truth);
    for (const sum of sums(probabilities, 3)) expect(sum).toBeCloseTo(1, 9);
    expect(model.heads.map(({ settings }) => settings.kind)).toEqual(['ridge', 'kernel', 'votes']);
    const { rows } = blobs(n, 16, 3, 21, 1.6);
    const reference = foldedLogistic(rows, 16, truth, 3, singles, { c: 0.1, folds: 5, seed: 1 });
    for (const sum of sums(reference, 3)) expect(sum).toBeCloseTo(1, 9);
    expect(shareRight(reference)).toBeGreaterThan(0.8);
    expect(shareRight(probabilities)).toBeGreaterThanOrEqual(shareRight(reference) - 0.03);
  });

  it('is the same again from the same seed', async () => {
    const [first, second] = await Promise.all([fit(truth), fit(truth)]);
    expect(first.probabilities).toEqual(second.probabilities);
  });

  it('puts flipped labels first', async () => {
    const flipped = [4, 33, 62];
    const labels = truth.map((label, row) => (flipped.includes(row) ? (label + 1) % 3 : label));
    const { probabilities } = await fit(labels, { spread: 0.6 });
    const order = [...everything].sort(
      (a, b) => probabilities[a * 3 + labels[a]!]! - probabilities[b * 3 + labels[b]!]!,
    );
    expect(order.slice(0, 3).sort((a, b) => a - b)).toEqual(flipped);
  });

  it('knows nothing on labels drawn by lot, and says so', async () => {
    const labels = Int32Array.from({ length: n }, (_, i) => (i * i * 31 + (i >> 2) * 17) % 3);
    const { probabilities } = await fit(labels, { spread: 0 });
    const loss = everything.reduce((sum, i) => sum - Math.log(probabilities[i * 3 + labels[i]!]!), 0) / n;
    expect(loss).toBeLessThan(Math.log(3) + 0.15);
  });

  it('works through landmarks where there are many items', async () => {
    const exact = await fit(truth, { hasVotes: false });
    const approximate = await fit(truth, { hasVotes: false, options: { seed: 1, limit: 50, landmarks: 40 } });
    expect(approximate.model.heads[0]!.settings.lambda).toBeGreaterThan(0);
    expect(shareRight(approximate.probabilities)).toBeGreaterThan(shareRight(exact.probabilities) - 0.08);
  });

  it('gives no chance to a class without items, and judges items without a label', async () => {
    const labels = truth.map((label, row) => (row === 10 ? -1 : label * 2));
    const { probabilities, classes } = await fit(labels, { names: ['ant', 'x', 'bee', 'y', 'cat'] });
    expect(classes).toBe(3);
    const row = probabilities.subarray(50, 55);
    expect([row[1], row[3]]).toEqual([0, 0]);
    expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
  });

  it('survives a class of one item and names a class that is alone', async () => {
    const one = truth.map((label, row) => (row === 5 ? 2 : label === 2 ? 0 : label));
    const { probabilities } = await fit(one);
    expect(probabilities.every((p) => Number.isFinite(p))).toBe(true);
    await expect(fit(truth.map(() => 1))).rejects.toMatchObject({ code: 'too-few', message: /“bee”/ });
    await expect(
      fit(
        truth.map(() => -1),
        {},
      ),
    ).rejects.toMatchObject({ code: 'too-few' });
  });
});

describe('modelRows', () => {
  it('gives the rows of the train at the labels of the train', async () => {
    const { model, probabilities } = await fit(truth);
    const again = await modelRows(model, truth, vocab);
    again.probabilities.forEach((p, at) => expect(p).toBeCloseTo(probabilities[at]!, 6));
  });

  it('follows a relabel, a new class and a vanished one by name', async () => {
    const { model } = await fit(truth, { spread: 0.6 });
    // The class that was trained as “cat” is called “dog” now: to the model a new one.
    const { probabilities } = await modelRows(model, truth, ['ant', 'bee', 'dog']);
    expect(shareRight(probabilities)).toBeGreaterThan(0.95);
    const swapped = await modelRows(
      model,
      truth.map((label) => [1, 0, 2][label]!),
      ['bee', 'ant', 'cat'],
    );
    const before = await modelRows(model, truth, vocab);
    for (const row of [0, 1, 2, 50])
      expect(swapped.probabilities[row * 3]!).toBeCloseTo(before.probabilities[row * 3 + 1]!, 6);
  });

  it('treats an item that was removed as a refit without it: its own label no longer matters', async () => {
    const { model } = await fit(truth);
    const without = truth.map((label, row) => (row === 7 ? -1 : label));
    const rows = await modelRows(model, without, vocab);
    const whole = await modelRows(model, truth, vocab);
    // Held out, it was never its own judge.
    for (let c = 0; c < 3; c++) expect(rows.probabilities[21 + c]!).toBeCloseTo(whole.probabilities[21 + c]!, 5);
    expect(rows.probabilities.some((p, at) => Math.abs(p - whole.probabilities[at]!) > 1e-5)).toBe(true);
  });

  it('says when one class is left', async () => {
    const { model } = await fit(truth);
    await expect(
      modelRows(
        model,
        truth.map((label) => (label === 0 ? 0 : -1)),
        vocab,
      ),
    ).rejects.toMatchObject({
      code: 'too-few',
    });
  });
});

describe('cross-fitting', () => {
  it('keeps groups whole and folds even', () => {
    const groups = Int32Array.from({ length: 100 }, (_, i) => Math.floor(i / 3));
    const folds = groupFolds(groups, 5, 1);
    for (let i = 1; i < 100; i++) if (groups[i] === groups[i - 1]) expect(folds[i]).toBe(folds[i - 1]);
    for (let fold = 0; fold < 5; fold++) expect(folds.filter((one) => one === fold).length).toBeGreaterThan(14);
  });
  it('gives rows near the pooled ones', async () => {
    const fitted = await fit(truth);
    const rows = crossFittedRows(fitted, 3);
    for (const sum of sums(rows, 3)) expect(sum).toBeCloseTo(1, 6);
    const same = everything.filter((row) => argmax(rows, row * 3, 3) === argmax(fitted.probabilities, row * 3, 3));
    expect(same.length / n).toBeGreaterThan(0.95);
  });
});
