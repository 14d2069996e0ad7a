/** How right and how sure of the truth rows of probabilities are. */

import { argmax } from './accuracy.js';
import { natsOf } from './nats.js';

/** @param labels positions in each row.  @returns share right, and mean cross-entropy in nats; NaN for no rows. */
export const rowScores = (
  rows: readonly ArrayLike<number>[],
  labels: readonly number[],
): { readonly accuracy: number; readonly loss: number } => ({
  accuracy: rows.filter((row, at) => argmax(row, 0, row.length) === labels[at]).length / rows.length,
  loss: rows.reduce((sum, row, at) => sum + natsOf(row[labels[at]!]!), 0) / rows.length,
});
