/** The dense head that a training starts from: logistic regression on the features as they are, folded into one layer. */

import { momentsOf, rowsInMemory } from '../../core/training/featureBlock.js';
import type { LinearAlgebra } from '../../core/training/linearAlgebra.js';
import { fitLogistic, foldedLogistic } from '../../core/training/logisticRegression.js';
import { natsOf } from '../../core/metrics/nats.js';
import { ownSpan, type OwnSpan } from '../../core/training/ownSpan.js';

/** Strengths to choose from by held-out loss. */
const strengths = [3e-4, 3e-3, 3e-2];
const mostRows = 1_500;
/** Which strength is best shows long before the last digit of the weights does, and training goes on from them. */
const roughly = { maxIterations: 100, gradientTolerance: 1e-3 };
const well = { maxIterations: 100, gradientTolerance: 1e-4 };
/** Added to a variance: what hardly differs among the photos must not become loud in another. */
const leastVariance = 1e-6;

export interface DenseHead {
  /** float32[classes, width]. */
  readonly weights: Float32Array;
  readonly biases: Float32Array;
}

/** @param rows float32[n, width] of the training photos, plain. */
export const firstHead = async (
  algebra: LinearAlgebra,
  rows: Float32Array,
  width: number,
  labels: Int32Array,
  classes: number,
  seed: number,
  onProgress: () => void,
): Promise<DenseHead> => {
  const n = labels.length;
  const block = { id: 'a', parts: [width], rows: rowsInMemory(rows, width) } as const;
  const { mean, scale: deviation } = momentsOf(block, Int32Array.from(labels.keys()));
  const scale = deviation.map((value) => 1 / Math.sqrt(value * value + leastVariance));
  const standard = Float32Array.from(rows, (value, at) => (value - mean[at % width]!) * scale[at % width]!);
  const asTheyAre: OwnSpan = { rows: standard, back: (weights) => Promise.resolve(weights) };
  const span = n < width ? await ownSpan(algebra, standard, n, width) : asTheyAre;
  const inSpan = span.rows.length / n;
  const c = chooseStrength(span.rows, inSpan, labels, classes, seed, onProgress);
  const fitted = fitLogistic(span.rows, inSpan, labels, classes, c, well);
  const ofClass = (k: number): Float64Array => fitted.subarray(k * (inSpan + 1), (k + 1) * (inSpan + 1));
  const found = new Float32Array(classes * inSpan);
  for (let k = 0; k < classes; k++) found.set(ofClass(k).subarray(0, inSpan), k * inSpan);
  const weights = (await span.back(found, classes)).map((value, at) => value * scale[at % width]!);
  const biases = Float32Array.from({ length: classes }, (_, k) => {
    let bias = ofClass(k)[inSpan]!;
    for (let j = 0; j < width; j++) bias -= weights[k * width + j]! * mean[j]!;
    return bias;
  });
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
    const out = foldedLogistic(part, width, own, classes, groups, { c, folds: 3, seed, stop: roughly });
    return own.reduce((sum, label, i) => sum + natsOf(out[i * classes + label]!), 0);
  });
  return strengths[losses.indexOf(Math.min(...losses))]!;
};
