/** k-fold multinomial logistic regression: the reference that tests and benches compare the closed-form heads with. */

import { groupFolds } from './crossFit.js';
import { gatherRows } from './featureBlock.js';
import { minimise } from './minimise.js';

export interface LogisticOptions {
  /** Inverse strength of the L2 penalty, as in scikit-learn: ½‖W‖² + c·Σ losses. */
  readonly c: number;
  readonly folds: number;
  readonly seed: number;
}

/** Weights float64[(width + 1)·classes]; the last row is the unpenalised intercept. */
export const fitLogistic = (
  rows: Float32Array,
  width: number,
  labels: Int32Array,
  classes: number,
  c: number,
): Float64Array => {
  const n = labels.length;
  const scores = new Float64Array(classes);
  const objective = (x: Float64Array, gradient: Float64Array): number => {
    gradient.fill(0);
    let loss = 0;
    for (let i = 0; i < n; i++) {
      scoresOf(rows, i, width, x, scores);
      let top = -Infinity;
      for (let k = 0; k < classes; k++) if (scores[k]! > top) top = scores[k]!;
      let sum = 0;
      for (let k = 0; k < classes; k++) sum += Math.exp(scores[k]! - top);
      const label = labels[i]!;
      loss += top + Math.log(sum) - scores[label]!;
      for (let k = 0; k < classes; k++) scores[k] = Math.exp(scores[k]! - top) / sum - (k === label ? 1 : 0);
      for (let j = 0; j < width; j++) {
        const value = rows[i * width + j]!;
        for (let k = 0; k < classes; k++) gradient[j * classes + k] = gradient[j * classes + k]! + value * scores[k]!;
      }
      for (let k = 0; k < classes; k++) gradient[width * classes + k] = gradient[width * classes + k]! + scores[k]!;
    }
    const penalty = 1 / (c * n);
    let squares = 0;
    for (let at = 0; at < gradient.length; at++) {
      gradient[at] = gradient[at]! / n;
      if (at >= width * classes) continue;
      squares += x[at]! * x[at]!;
      gradient[at] = gradient[at]! + penalty * x[at]!;
    }
    return loss / n + (penalty * squares) / 2;
  };
  return minimise(objective, new Float64Array((width + 1) * classes), { maxIterations: 300, gradientTolerance: 1e-5 })
    .x;
};

const scoresOf = (rows: Float32Array, i: number, width: number, x: Float64Array, scores: Float64Array): void => {
  const classes = scores.length;
  for (let k = 0; k < classes; k++) scores[k] = x[width * classes + k]!;
  for (let j = 0; j < width; j++) {
    const value = rows[i * width + j]!;
    for (let k = 0; k < classes; k++) scores[k] = scores[k]! + value * x[j * classes + k]!;
  }
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
    const weights = fitLogistic(gatherRows(rows, width, fitted), width, own, classes, options.c);
    for (const row of all) {
      if (foldOf[row] !== fold) continue;
      scoresOf(rows, row, width, weights, scores);
      const top = Math.max(...scores);
      let sum = 0;
      for (const score of scores) sum += Math.exp(score - top);
      for (let k = 0; k < classes; k++) out[row * classes + k] = Math.exp(scores[k]! - top) / sum;
    }
  }
  return out;
};
