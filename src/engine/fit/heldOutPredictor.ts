/** The predictor as it would answer had it never seen a photo nor its look-alikes: for new views of that photo. */

import { WinnowError } from '../../base/errors.js';
import type { ItemId } from '../../core/dataset/item.js';
import { expansionWithout } from '../../core/training/expansionWithout.js';
import { oneHot, SmootherScorer } from '../../core/training/head.js';
import type { LinearAlgebra } from '../../core/training/linearAlgebra.js';
import { activeClasses, compactLabels, requireTwoClasses } from '../../core/training/model.js';
import type { OpenRun } from './openRun.js';
import { readPredictorParts, type PredictorParts } from './predictorFile.js';

/**
 * On the labels as of now; λ, calibration and pool as trained, as in every held-out row.
 * @param labels index into `vocab` of each row, below 0 = none.  Throws `no-run`, `too-few`.
 */
export const heldOutPredictor = async (
  algebra: LinearAlgebra,
  open: OpenRun,
  runDir: string,
  id: ItemId,
  labels: Int32Array,
  vocab: readonly string[],
): Promise<PredictorParts> => {
  const shipped = await readPredictorParts(runDir);
  const { predictor, rowOf, groups } = open;
  const active = activeClasses(predictor.trained, labels, vocab.length);
  requireTwoClasses(active, vocab);
  const compact = compactLabels(labels, active, vocab.length);
  const own = rowOf.get(id);
  const group = own === undefined ? null : groups[own]!;
  const known = new Map(predictor.vocab.map((name, index) => [name, index]));
  const scorers = predictor.heads.flatMap(({ scorer, settings }) =>
    scorer instanceof SmootherScorer ? [{ scorer, settings }] : [],
  );
  if (scorers.length !== shipped.heads.length) {
    throw new WinnowError('no-run', 'The files of this run do not fit together. Your decisions are safe; train again.');
  }
  const heads: PredictorParts['heads'][number][] = [];
  for (const [at, { scorer, settings }] of scorers.entries()) {
    const { smoother } = scorer;
    const left = Int32Array.from(smoother.trained.keys()).filter((column) => {
      const row = smoother.trained[column]!;
      return compact[row]! < 0 || groups[row] === group;
    });
    const classes = active.length;
    const expansion = await expansionWithout(
      algebra,
      smoother,
      left,
      oneHot(smoother.trained, compact, classes),
      classes,
    );
    heads.push({
      ...shipped.heads[at]!,
      b: Array.from(active, (index) => settings.b[known.get(vocab[index]!) ?? -1] ?? 0),
      intercept: [...expansion.intercept],
      coefficients: expansion.coefficients,
    });
  }
  return { ...shipped, vocab, active: [...active], heads };
};
