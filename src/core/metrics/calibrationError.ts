/** How far confidence and accuracy lie apart (JUDGE § 2, "calibration"). */

import { seededRandom } from '../../base/random.js';

/** Below this many rows the number would be noise. */
export const leastRowsForCalibration = 200;

/**
 * Expected calibration error: mean |share right − mean confidence| over bins of equal count, weighted by count.
 * @param confidences p of the predicted class.  @param isRight whether it equals the label.
 * @returns null under 200 rows.
 */
export const calibrationError = (
  confidences: ArrayLike<number>,
  isRight: ArrayLike<boolean>,
  bins = 10,
): number | null => {
  if (confidences.length < leastRowsForCalibration) return null;
  return errorIn(inOrder(confidences), confidences, bins, (row) => isRight[row]!);
};

/**
 * What a perfectly calibrated model with these confidences would show: the 95th percentile of the same error over seeded
 * draws of which rows are right. An error below it is no sign of bad calibration.
 * @returns null under 200 rows.
 */
export const perfectCalibrationError = (
  confidences: ArrayLike<number>,
  seed: number,
  { bins = 10, draws = 1000 } = {},
): number | null => {
  if (confidences.length < leastRowsForCalibration) return null;
  const random = seededRandom(seed);
  const order = inOrder(confidences);
  const errors = Float64Array.from({ length: draws }, () =>
    errorIn(order, confidences, bins, (row) => random.next() < confidences[row]!),
  ).sort();
  return errors[Math.ceil(0.95 * draws) - 1]!;
};

/** Rows by confidence, ascending. */
const inOrder = (confidences: ArrayLike<number>): readonly number[] =>
  Array.from({ length: confidences.length }, (_, i) => i).sort((a, b) => confidences[a]! - confidences[b]! || a - b);

const errorIn = (
  order: readonly number[],
  confidences: ArrayLike<number>,
  bins: number,
  isRight: (row: number) => boolean,
): number => {
  const n = order.length;
  let total = 0;
  for (let bin = 0; bin < bins; bin++) {
    let gap = 0;
    for (let at = Math.floor((bin * n) / bins); at < Math.floor(((bin + 1) * n) / bins); at++) {
      const row = order[at]!;
      gap += (isRight(row) ? 1 : 0) - confidences[row]!;
    }
    total += Math.abs(gap);
  }
  return total / n;
};
