/** k-fold multinomial logistic regression: the reference that tests and benches compare the closed-form heads with. */

import { groupFolds } from './crossFit.js';
import { gatherRows } from './featureBlock.js';
import { minimise, type MinimiseOptions } from './minimise.js';

export interface LogisticOptions {
  /** Inverse strength of the L2 penalty, as in scikit-learn: ½‖W‖² + c·Σ losses. */
  readonly c: number;
  readonly folds: number;
  readonly seed: number;
  readonly stop?: MinimiseOptions;
}

/** Weights float64[classes, width + 1]; the last column is the unpenalised intercept. */
export const fitLogistic = (
  rows: Float32Array,
  width: number,
  labels: Int32Array,
  classes: number,
  c: number,
  stop: MinimiseOptions = { maxIterations: 300, gradientTolerance: 1e-5 },
): Float64Array => {
  const n = labels.length;
  const stride = width + 1;
  const scores = new Float64Array(classes);
  const objective = (x: Float64Array, gradient: Float64Array): number => {
    gradient.fill(0);
    let loss = 0;
    for (let i = 0; i < n; i++) {
      scoresOf(rows, i, width, x, scores);
      const label = labels[i]!;
      const own = scores[label]!;
      loss += softmax(scores) - own;
      scores[label] = scores[label]! - 1;
      for (let k = 0; k < classes; k++) addScaled(gradient, k * stride, rows, i * width, width, scores[k]!);
    }
    const penalty = 1 / (c * n);
    let squares = 0;
    for (let at = 0; at < gradient.length; at++) {
      gradient[at] = gradient[at]! / n;
      if (at % stride === width) continue;
      squares += x[at]! * x[at]!;
      gradient[at] = gradient[at]! + penalty * x[at]!;
    }
    return loss / n + (penalty * squares) / 2;
  };
  return minimise(objective, new Float64Array(stride * classes), stop).x;
};

/** Scores become probabilities.  @returns the logarithm of Σ exp(score). */
const softmax = (scores: Float64Array): number => {
  let top = -Infinity;
  for (const score of scores) if (score > top) top = score;
  let sum = 0;
  for (let k = 0; k < scores.length; k++) sum += scores[k] = Math.exp(scores[k]! - top);
  for (let k = 0; k < scores.length; k++) scores[k] = scores[k]! / sum;
  return top + Math.log(sum);
};

const scoresOf = (rows: Float32Array, i: number, width: number, x: Float64Array, scores: Float64Array): void => {
  for (let k = 0; k < scores.length; k++) {
    scores[k] = scoreOf(rows, i * width, width, x, k * (width + 1));
  }
};

/** Four sums side by side: one would wait for itself at every step. */
const scoreOf = (rows: Float32Array, from: number, width: number, x: Float64Array, at: number): number => {
  const even = width - (width % 4);
  let [s0, s1, s2, s3] = [x[at + width]!, 0, 0, 0];
  for (let j = 0; j < even; j += 4) {
    s0 += rows[from + j]! * x[at + j]!;
    s1 += rows[from + j + 1]! * x[at + j + 1]!;
    s2 += rows[from + j + 2]! * x[at + j + 2]!;
    s3 += rows[from + j + 3]! * x[at + j + 3]!;
  }
  for (let j = even; j < width; j++) s0 += rows[from + j]! * x[at + j]!;
  return s0 + s1 + (s2 + s3);
};

/** target[at…] += factor · rows[from…], and factor to the intercept behind it. */
const addScaled = (
  target: Float64Array,
  at: number,
  rows: Float32Array,
  from: number,
  width: number,
  factor: number,
): void => {
  for (let j = 0; j < width; j++) target[at + j] = target[at + j]! + factor * rows[from + j]!;
  target[at + width] = target[at + width]! + factor;
};

/**
 * Out-of-fold probabilities float64[n, classes], rows sum to 1; a group never straddles two folds.
 * @param rows float32[n, width], standardised by the caller.  @param labels 0…classes − 1.
 */
export const foldedLogistic = (
  rows: Float32Array,
  width: number,
  labels: Int32Array,
  classes: number,
  groups: Int32Array,
  options: LogisticOptions,
): Float64Array => {
  const foldOf = groupFolds(groups, options.folds, options.seed);
  const out = new Float64Array(labels.length * classes);
  const scores = new Float64Array(classes);
  const all = Int32Array.from(labels.keys());
  for (let fold = 0; fold < options.folds; fold++) {
    const fitted = all.filter((row) => foldOf[row] !== fold);
    const own = fitted.map((row) => labels[row]!);
    const weights = fitLogistic(gatherRows(rows, width, fitted), width, own, classes, options.c, options.stop);
    for (const row of all) {
      if (foldOf[row] !== fold) continue;
      scoresOf(rows, row, width, weights, scores);
      softmax(scores);
      out.set(scores, row * classes);
    }
  }
  return out;
};
