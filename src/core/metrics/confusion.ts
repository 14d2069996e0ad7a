/** Who is taken for whom, and how well each class is known. */

import { WinnowError } from '../../base/errors.js';

/** Counts [actual][predicted], `classes` × `classes`. @throws WinnowError 'bad-shape' when lengths disagree or an index is outside. */
export const confusionMatrix = (
  labels: ArrayLike<number>,
  predictions: ArrayLike<number>,
  classes: number,
): number[][] => {
  if (labels.length !== predictions.length)
    throw new WinnowError('bad-shape', `${labels.length} labels stand against ${predictions.length} predictions.`);
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < labels.length; i++) {
    const row = matrix[labels[i]!];
    const predicted = predictions[i]!;
    if (row?.[predicted] === undefined)
      throw new WinnowError('bad-shape', `Label ${labels[i]!} or prediction ${predicted} is no class of ${classes}.`);
    row[predicted] += 1;
  }
  return matrix;
};

/** Share of the matrix on its diagonal; null for an empty one. */
export const accuracyOf = (matrix: readonly (readonly number[])[]): number | null => {
  let right = 0;
  let all = 0;
  matrix.forEach((row, actual) =>
    row.forEach((count, predicted) => {
      all += count;
      if (actual === predicted) right += count;
    }),
  );
  return all === 0 ? null : right / all;
};

export interface Confused {
  readonly actual: number;
  readonly predicted: number;
  readonly count: number;
}

/** Pairs confused at least `minimum` times, most often first; ties in matrix order. */
export const mostConfused = (matrix: readonly (readonly number[])[], minimum = 1): Confused[] =>
  matrix
    .flatMap((row, actual) => row.map((count, predicted) => ({ actual, predicted, count })))
    .filter(({ actual, predicted, count }) => actual !== predicted && count >= minimum)
    .sort((a, b) => b.count - a.count);

export interface ClassScores {
  /** Of those predicted so, the share that are; null when nothing was. */
  readonly precision: number | null;
  /** Of those that are, the share found; null when the class has no item. */
  readonly recall: number | null;
  /** Harmonic mean; null where either is. */
  readonly f1: number | null;
  /** Items labelled so. */
  readonly support: number;
}

/** One entry a class, in matrix order. */
export const perClass = (matrix: readonly (readonly number[])[]): ClassScores[] =>
  matrix.map((row, index) => {
    const support = row.reduce((sum, count) => sum + count, 0);
    const predicted = matrix.reduce((sum, other) => sum + other[index]!, 0);
    const right = row[index]!;
    const precision = predicted === 0 ? null : right / predicted;
    const recall = support === 0 ? null : right / support;
    const f1 = precision === null || recall === null ? null : (2 * right) / (predicted + support);
    return { precision, recall, f1, support };
  });
