/** Simple scores of predictions against labels. */

/** Position of the largest of `values[at … at + count)`; the first of equals. */
export const argmax = (values: ArrayLike<number>, at: number, count: number): number => {
  let best = 0;
  for (let c = 1; c < count; c++) if (values[at + c]! > values[at + best]!) best = c;
  return best;
};

/** Share of equal pairs; null for none. */
export const accuracy = (labels: ArrayLike<number>, predictions: ArrayLike<number>): number | null => {
  if (labels.length === 0) return null;
  let right = 0;
  for (let i = 0; i < labels.length; i++) if (labels[i] === predictions[i]) right++;
  return right / labels.length;
};
