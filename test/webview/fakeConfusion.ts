/** A confusion host in the page: a matrix made from a formula. */

import { confusionContract, type ConfusionState } from '../../src/protocol/confusion.js';
import { serve } from './fakeWire.js';
import { vocabOf, type Scenario } from './scenario.js';

export const fakeConfusion = (scenario: Scenario): void => {
  const vocab = vocabOf(scenario.classes);
  const has = scenario.rows > 0;
  const matrix = has
    ? vocab.map((_, row) =>
        vocab.map((_, column) =>
          row === column ? 40 + row : (row * 7 + column * 5) % 3 !== 1 ? 1 + ((row * 11 + column * 5) % 17) : 0,
        ),
      )
    : [];
  const sum = (counts: readonly number[]): number => counts.reduce((total, n) => total + n, 0);
  const state: ConfusionState = {
    datasetName: 'animals',
    run: has ? 'r1' : null,
    vocab,
    matrix,
    mostConfused: matrix
      .flatMap((counts, row) =>
        counts.map((n, column) => ({
          actual: vocab[row] ?? '',
          predicted: vocab[column] ?? '',
          count: row === column ? 0 : n,
        })),
      )
      .filter((pair) => pair.count > 0)
      .sort((a, b) => b.count - a.count)
      .slice(0, 10),
    perClass: vocab.map((label, i) => {
      const support = sum(matrix[i] ?? []);
      const right = matrix[i]?.[i] ?? 0;
      return {
        label,
        precision: i === 1 || right === 0 ? null : right / (right + i),
        recall: support === 0 ? null : right / support,
        f1: i === 1 ? null : 0.9 - i / 100,
        support,
      };
    }),
    accuracy: has ? 0.9312 : null,
    state: scenario.state === 'stale' ? 'ready' : scenario.state,
    message: null,
  };
  serve(confusionContract, { open: () => state, showCell: () => null, train: () => null });
};
