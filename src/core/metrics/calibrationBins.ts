/** Confidence against how often it was right, in bins, beside what a perfectly calibrated model would show (JUDGE § 2, "calibration"). */

import { seededRandom } from '../../base/random.js';
import { calibrationError, leastRowsForCalibration, perfectCalibrationError } from './calibrationError.js';

export interface CalibrationBin {
  readonly count: number;
  /** Mean confidence, 0–1. */
  readonly predicted: number;
  /** Share right, 0–1. */
  readonly observed: number;
  /** Where the share right of a perfectly calibrated model with these confidences lies in 95 of 100 draws. */
  readonly low: number;
  readonly high: number;
}

export interface Calibration {
  /** Equal-count bins, least sure first. */
  readonly bins: readonly CalibrationBin[];
  readonly rows: number;
  readonly error: number;
  /** 95th percentile of the same error for a perfect model of this size. */
  readonly perfectError: number;
}

/** Null under 200 rows: it would be noise. */
export const calibrationBins = (
  confidences: readonly number[],
  isRight: readonly boolean[],
  seed: number,
  { bins = 10, draws = 1000 } = {},
): Calibration | null => {
  const n = confidences.length;
  if (n < leastRowsForCalibration) return null;
  const order = [...confidences.keys()].sort((a, b) => confidences[a]! - confidences[b]! || a - b);
  const random = seededRandom(seed);
  const made = Array.from({ length: bins }, (_, bin): CalibrationBin => {
    const rows = order.slice(Math.floor((bin * n) / bins), Math.floor(((bin + 1) * n) / bins));
    const shares = Float64Array.from(
      { length: draws },
      () => rows.filter((row) => random.next() < confidences[row]!).length / rows.length,
    ).sort();
    return {
      count: rows.length,
      predicted: rows.reduce((sum, row) => sum + confidences[row]!, 0) / rows.length,
      observed: rows.filter((row) => isRight[row]).length / rows.length,
      low: shares[Math.floor(0.025 * draws)]!,
      high: shares[Math.ceil(0.975 * draws) - 1]!,
    };
  });
  return {
    bins: made,
    rows: n,
    error: calibrationError(confidences, isRight, bins)!,
    perfectError: perfectCalibrationError(confidences, seed, { bins, draws })!,
  };
};
