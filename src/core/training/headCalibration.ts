/** A head's scores made into log-probabilities: L = log softmax(t·score + b) (JUDGE § 1). */

import { minimise } from './minimise.js';

export interface Calibration {
  /** ≥ 0: a head that is worse than nothing is silenced, not turned round (held-out scores of pure noise lean the wrong way). */
  readonly t: number;
  /** One a class. */
  readonly b: Float64Array;
}

export interface FittedCalibration extends Calibration {
  /** −mean log p(label) + .02·mean b². */
  readonly value: number;
}

const shrinkage = 0.02;
/** t is of the order of 10, b of 1: one unit of the searched variable is this much t. */
const tScale = 8;

/** Subtracts log Σ exp from `out[at … at + classes)`. */
const toLogSoftmax = (out: Float64Array, at: number, classes: number): void => {
  let top = -Infinity;
  for (let c = at; c < at + classes; c++) if (out[c]! > top) top = out[c]!;
  let sum = 0;
  for (let c = at; c < at + classes; c++) sum += Math.exp(out[c]! - top);
  const shift = top + Math.log(sum);
  for (let c = at; c < at + classes; c++) out[c] = out[c]! - shift;
};

interface Calibrated extends Calibration {
  readonly logs: Float64Array;
}
/** The last of each scores: predictor and judge share heads, and with 100,000 rows the exponentials are felt. */
const calibrated = new WeakMap<Float32Array, Calibrated>();

/** float64[n, classes] log-probabilities of scores float32[n, classes]; both to be read only. */
export const logProbabilities = (scores: Float32Array, classes: number, { t, b }: Calibration): Float64Array => {
  const known = calibrated.get(scores);
  if (known?.t === t && known.b.length === b.length && known.b.every((value, c) => value === b[c])) return known.logs;
  const logs = calibrate(scores, classes, { t, b });
  calibrated.set(scores, { t, b: b.slice(), logs });
  return logs;
};

const calibrate = (scores: Float32Array, classes: number, { t, b }: Calibration): Float64Array => {
  const out = new Float64Array(scores.length);
  for (let at = 0; at < out.length; at += classes) {
    for (let c = 0; c < classes; c++) out[at + c] = t * scores[at + c]! + b[c]!;
    toLogSoftmax(out, at, classes);
  }
  return out;
};

/**
 * @param rows positions in `scores` to fit on.  @param labels class of each position.
 * @param start where to begin, to be quick; the problem is convex, so it does not change the answer.
 * @param gradientTolerance the error of `value` is of the order of its square.
 */
export const fitCalibration = (
  scores: Float32Array,
  classes: number,
  rows: Int32Array,
  labels: Int32Array,
  start: Calibration | null,
  gradientTolerance = 1e-5,
): FittedCalibration => {
  const row = new Float64Array(classes);
  const objective =
    (isSilenced: boolean) =>
    (x: Float64Array, gradient: Float64Array): number => {
      const t = isSilenced ? 0 : x[0]! * tScale;
      gradient.fill(0);
      let loss = 0;
      for (const i of rows) {
        const at = i * classes;
        let top = -Infinity;
        for (let c = 0; c < classes; c++) {
          const value = t * scores[at + c]! + x[c + 1]!;
          row[c] = value;
          if (value > top) top = value;
        }
        let sum = 0;
        for (let c = 0; c < classes; c++) sum += row[c] = Math.exp(row[c]! - top);
        const label = labels[i]!;
        loss += top + Math.log(sum) - t * scores[at + label]! - x[label + 1]!;
        for (let c = 0; c < classes; c++) {
          const error = row[c]! / sum - (c === label ? 1 : 0);
          gradient[0] = gradient[0]! + error * scores[at + c]!;
          gradient[c + 1] = gradient[c + 1]! + error;
        }
      }
      const count = rows.length;
      gradient[0] = isSilenced ? 0 : (gradient[0]! * tScale) / count;
      let squares = 0;
      for (let c = 1; c <= classes; c++) {
        squares += x[c]! * x[c]!;
        gradient[c] = gradient[c]! / count + (2 * shrinkage * x[c]!) / classes;
      }
      return loss / count + (shrinkage * squares) / classes;
    };
  const from = new Float64Array(classes + 1);
  from[0] = (start?.t ?? tScale) / tScale;
  if (start) from.set(start.b, 1);
  const options = { maxIterations: 100, gradientTolerance };
  let best = minimise(objective(false), from, options);
  if (best.x[0]! < 0) {
    best = minimise(objective(true), new Float64Array(classes + 1), options);
    best.x[0] = 0;
  }
  return { t: best.x[0]! * tScale, b: best.x.slice(1), value: best.value };
};
