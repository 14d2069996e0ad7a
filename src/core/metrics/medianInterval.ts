/** The median with an interval that holds whatever the values' distribution is. */

import { binomialCdf } from './clopperPearson.js';

export interface MedianInterval {
  readonly median: number;
  /** Null: with so few values no interval holds the median with 95 %. */
  readonly low: number | null;
  readonly high: number | null;
}

/** By order statistics: at least 95 %. Null for no values. */
export const medianInterval = (values: readonly number[]): MedianInterval | null => {
  const n = values.length;
  if (n === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const median = (sorted[(n - 1) >> 1]! + sorted[n >> 1]!) / 2;
  // The most values that may be cut off at each end.
  let cut = -1;
  while (cut + 1 < n / 2 && binomialCdf(cut + 1, n, 0.5) <= 0.025) cut++;
  return cut < 0 ? { median, low: null, high: null } : { median, low: sorted[cut]!, high: sorted[n - 1 - cut]! };
};
