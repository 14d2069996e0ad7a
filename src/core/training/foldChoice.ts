/** Which epoch and temperature speak for each fold of a cross-validated fine-tuning: chosen on the other folds, so that no photo has a say in its own answer. */

import { fitTemperature, logitLoss } from '../metrics/logitScores.js';

/** What the network that did not see a fold answers about its photos. */
export interface FoldAnswers {
  /** Of the fold's photos. */
  readonly labels: readonly number[];
  /** After each epoch, in their order, at least one; float32[labels, classes]. */
  readonly epochs: readonly { readonly epoch: number; readonly logits: Float32Array }[];
}

export interface FoldChoice {
  readonly epoch: number;
  readonly temperature: number;
  /** float32[labels, classes] after that epoch. */
  readonly logits: Float32Array;
}

/**
 * @param keeps 'best': the epoch with the lowest mean loss over the photos of the other folds, the earlier of equals;
 * 'last': each fold's last. One that ended before an epoch answers as after its last.
 * @returns one a fold, in order.
 */
export const chooseByOthers = (
  folds: readonly FoldAnswers[],
  classes: number,
  keeps: 'best' | 'last',
): readonly FoldChoice[] => {
  const asOf = ({ epochs }: FoldAnswers, epoch: number): FoldAnswers['epochs'][number] =>
    epochs.findLast((each) => each.epoch <= epoch) ?? epochs[0]!;
  const known = [...new Set(folds.flatMap(({ epochs }) => epochs.map(({ epoch }) => epoch)))].sort((a, b) => a - b);
  /** Nats, over all photos of a fold. */
  const losses = folds.map((fold) =>
    known.map((epoch) =>
      fold.labels.length === 0 ? 0 : fold.labels.length * logitLoss(asOf(fold, epoch).logits, fold.labels, classes),
    ),
  );
  return folds.map((fold, own) => {
    const others = folds.filter((_, at) => at !== own);
    const sums = known.map((_, at) => losses.reduce((sum, each, of) => (of === own ? sum : sum + each[at]!), 0));
    const epoch = keeps === 'last' || others.length === 0 ? known.at(-1)! : known[sums.indexOf(Math.min(...sums))]!;
    const logits = Float32Array.from(others.flatMap((other) => Array.from(asOf(other, epoch).logits)));
    return {
      epoch: asOf(fold, epoch).epoch,
      temperature: fitTemperature(
        logits,
        others.flatMap(({ labels }) => labels),
        classes,
      ),
      logits: asOf(fold, epoch).logits,
    };
  });
};
