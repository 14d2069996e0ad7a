/** The dense head that a training starts from: logistic regression on the features as they are, folded into one layer. */

import { fitLogistic, foldedLogistic } from '../../core/training/logisticRegression.js';

/** Strengths to choose from by held-out loss. */
const strengths = [3e-4, 3e-3, 3e-2];
const mostRows = 1_500;

export interface DenseHead {
  /** float32[classes, width]. */
  readonly weights: Float32Array;
  readonly biases: Float32Array;
}

/** @param rows float32[n, width] of the training photos, plain. */
export const firstHead = (
  rows: Float32Array,
  width: number,
  labels: Int32Array,
  classes: number,
  seed: number,
  onProgress: () => void,
): DenseHead => {
  const n = labels.length;
  const mean = new Float64Array(width);
  const scale = new Float64Array(width);
  for (let i = 0; i < n; i++) for (let j = 0; j < width; j++) mean[j] = mean[j]! + rows[i * width + j]! / n;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < width; j++) scale[j] = scale[j]! + (rows[i * width + j]! - mean[j]!) ** 2 / n;
  }
  for (let j = 0; j < width; j++) scale[j] = 1 / Math.sqrt(scale[j]! + 1e-6);
  const standard = Float32Array.from(rows, (value, at) => (value - mean[at % width]!) * scale[at % width]!);
  const c = chooseStrength(standard, width, labels, classes, seed, onProgress);
  const fitted = fitLogistic(standard, width, labels, classes, c);
  const weights = new Float32Array(classes * width);
  const biases = Float32Array.from({ length: classes }, (_, k) => fitted[width * classes + k]!);
  for (let j = 0; j < width; j++) {
    for (let k = 0; k < classes; k++) {
      const weight = fitted[j * classes + k]! * scale[j]!;
      weights[k * width + j] = weight;
      biases[k] = biases[k]! - weight * mean[j]!;
    }
  }
  return { weights, biases };
};

const chooseStrength = (
  rows: Float32Array,
  width: number,
  labels: Int32Array,
  classes: number,
  seed: number,
  onProgress: () => void,
): number => {
  const some = Math.min(mostRows, labels.length);
  const [part, own] = [rows.subarray(0, some * width), labels.slice(0, some)];
  const groups = Int32Array.from(own.keys());
  const losses = strengths.map((c) => {
    onProgress();
    const out = foldedLogistic(part, width, own, classes, groups, { c, folds: 3, seed });
    return own.reduce((sum, label, i) => sum - Math.log(Math.max(out[i * classes + label]!, 1e-9)), 0);
  });
  return strengths[losses.indexOf(Math.min(...losses))]!;
};
