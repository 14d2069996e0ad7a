/** How far confidence and accuracy lie apart (JUDGE § 2, "calibration"). */

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
  const n = confidences.length;
  if (n < leastRowsForCalibration) return null;
  const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => confidences[a]! - confidences[b]! || a - b);
  let total = 0;
  for (let bin = 0; bin < bins; bin++) {
    let gap = 0;
    for (let at = Math.floor((bin * n) / bins); at < Math.floor(((bin + 1) * n) / bins); at++) {
      const i = order[at]!;
      gap += (isRight[i] ? 1 : 0) - confidences[i]!;
    }
    total += Math.abs(gap);
  }
  return total / n;
};
