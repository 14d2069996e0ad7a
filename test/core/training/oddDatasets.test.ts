import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/random.js';
import { oddnessOf } from '../../../src/core/findings/oddness.js';
import { rankItems } from '../../../src/core/findings/rankItems.js';
import type { ItemId } from '../../../src/core/dataset/item.js';
import { rowsInMemory, type FeatureBlock } from '../../../src/core/training/featureBlock.js';
import { findNeighbours, searchRows } from '../../../src/core/training/neighbours.js';
import { fitModel } from '../../../src/core/training/fitModel.js';
import { plainLinearAlgebra as algebra } from '../../../src/core/training/plainLinearAlgebra.js';
import { prepareBlock } from '../../../src/core/training/preparedBlock.js';

const width = 8;
/** One row a label, near the place of its class. */
const rowsFor = (labels: readonly number[], spread: number): Float32Array => {
  const random = seededRandom(7);
  const places = new Map<number, number[]>();
  return Float32Array.from(
    labels.flatMap((label) => {
      const place = places.get(label) ?? Array.from({ length: width }, () => random.normal());
      places.set(label, place);
      return place.map((value) => value + spread * random.normal());
    }),
  );
};

const judged = async (labels: readonly number[], rows: Float32Array, groupOf = (row: number): number => row) => {
  const block: FeatureBlock = { id: 'a', parts: [width], rows: rowsInMemory(rows, width) };
  const all = Int32Array.from(labels.keys());
  const vocab = Array.from({ length: Math.max(...labels) + 1 }, (_, c) => `class ${c}`);
  const groups = all.map(groupOf);
  const prepared = await prepareBlock(algebra, block, all, { seed: 1 });
  const task = { blocks: [prepared], vocab, labels: Int32Array.from(labels), groups, seed: 1 };
  const predictor = await fitModel(algebra, { ...task, hasVotes: false });
  const judge = await fitModel(algebra, { ...task, hasVotes: true, sharing: predictor });
  const search = await searchRows(algebra, block, 1);
  const near = await findNeighbours(algebra, search, { candidates: all, groups, labels: task.labels });
  const oddness = await oddnessOf(algebra, { search, near, labels: task.labels, seed: 1 });
  const ranking = rankItems({
    run: 'r1',
    vocab,
    items: labels.map((label, row) => ({
      ...{ id: row.toString(16).padStart(64, '0') as ItemId, group: String(groups[row]) as ItemId },
      ...{ label, isOut: false },
    })),
    predictor: predictor.probabilities,
    judge: judge.probabilities,
    epsilon: judge.model.pool.epsilon,
    classes: judge.classes,
  });
  return { ranking, oddness };
};

describe('an odd dataset is judged, with numbers that are numbers', () => {
  const cases: readonly [string, readonly number[], number, ((row: number) => number)?][] = [
    ['of three photos', [0, 0, 1], 0.1],
    ['of 100 classes of two photos', Array.from({ length: 200 }, (_, i) => i % 100), 0.1],
    ['of copies only, all in one group', Array.from({ length: 12 }, (_, i) => i % 2), 0, () => 0],
    ['of equal photos in groups of their own', Array.from({ length: 12 }, () => 0).map((_, i) => i % 2), 0],
    ['of 8 : 1', Array.from({ length: 90 }, (_, i) => (i % 9 === 0 ? 1 : 0)), 0.3],
  ];
  it.each(cases)(
    '%s',
    async (name, labels, spread, groupOf) => {
      const isFlat = name.includes('equal') || name.includes('copies');
      const rows = isFlat ? new Float32Array(labels.length * width).fill(0.5) : rowsFor(labels, spread);
      const { ranking, oddness } = await judged(labels, rows, groupOf);
      expect(ranking.items).toHaveLength(labels.length);
      for (const { lossNats, surprise, probability, wrongProbability } of ranking.items) {
        expect([lossNats, surprise, probability, wrongProbability].every(Number.isFinite)).toBe(true);
      }
      expect(oddness.distances.flat().every(Number.isFinite)).toBe(true);
    },
    60_000,
  );

  it('does not take a rare class for mistakes', async () => {
    const labels = Array.from({ length: 180 }, (_, i) => (i % 9 === 0 ? 1 : 0));
    const { ranking } = await judged(labels, rowsFor(labels, 0.3));
    expect(ranking.items.filter(({ isLabelIssue }) => isLabelIssue)).toEqual([]);
  });
});
