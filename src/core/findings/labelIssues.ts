/** Which labels disagree with what the model is confident of: the off-diagonal confident joint. */

import { WinnowError } from '../../base/errors.js';

const slack = 1e-6;
const leastThreshold = 2e-6;

/** Mean p of class j over the items labelled j; 2 (never met) for a class without items. */
export const confidentThresholds = (
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): Float64Array => {
  const sums = new Float64Array(classes);
  const counts = new Float64Array(classes);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    sums[label] = sums[label]! + probabilities[i * classes + label]!;
    counts[label] = counts[label]! + 1;
  }
  return sums.map((sum, label) => (counts[label] === 0 ? 2 : Math.max(sum / counts[label]!, leastThreshold)));
};

/**
 * The class that each item confidently belongs to: among those with p_j ≥ t_j the most probable; −1 for none.
 * @param probabilities [n, classes], held out; rows sum to 1.  @throws WinnowError 'bad-shape' when lengths disagree.
 * Source: Northcutt, Jiang, Chuang, "Confident Learning", JAIR 2021, § 3.1.
 */
export const confidentClasses = (
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): Int32Array => {
  if (probabilities.length !== labels.length * classes)
    throw new WinnowError(
      'bad-shape',
      `${labels.length} labels and ${classes} classes stand against ${probabilities.length} probabilities.`,
    );
  const thresholds = confidentThresholds(probabilities, labels, classes);
  const out = new Int32Array(labels.length).fill(-1);
  for (let i = 0; i < labels.length; i++) {
    let best = -1;
    for (let c = 0; c < classes; c++) {
      const p = probabilities[i * classes + c]!;
      if (p < thresholds[c]! - slack) continue;
      if (best < 0 || p > probabilities[i * classes + best]!) best = c;
    }
    out[i] = best;
  }
  return out;
};

/** Whether each item is a label issue: confidently of another class than its label. */
export const labelIssues = (probabilities: ArrayLike<number>, labels: ArrayLike<number>, classes: number): boolean[] =>
  Array.from(confidentClasses(probabilities, labels, classes), (own, i) => own >= 0 && own !== labels[i]);
