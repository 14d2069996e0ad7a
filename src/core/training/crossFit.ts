/** How good a model's probabilities are, its pool fitted without the group that is judged (JUDGE § 1, `outOfFold`). */

import { seededRandom } from '../../base/random.js';
import type { FittedModel } from './fitModel.js';
import { fitPool, noisy, pooled } from './logPool.js';
import { spreadRows } from './model.js';

const folds = 5;

/** Fold of each row; a group never straddles two. */
export const groupFolds = (groups: Int32Array, count: number, seed: number): Int32Array => {
  const order = seededRandom(seed).shuffled([...new Set(groups)].sort((a, b) => a - b));
  const foldOf = new Map(order.map((group, at) => [group, at % count]));
  return groups.map((group) => foldOf.get(group)!);
};

/** p̃ float64[n, vocabSize]: noisy probabilities, v and ε from the other folds' trained rows. */
export const crossFittedRows = (fit: FittedModel, vocabSize: number): Float64Array => {
  const { model, targets, active, classes } = fit;
  const logs = fit.fitted.map((head) => head.logs);
  const foldOf = groupFolds(targets.groups, folds, targets.seed + 3);
  const out = new Float64Array(foldOf.length * vocabSize);
  for (let fold = 0; fold < folds; fold++) {
    const others = model.trained.filter((row) => foldOf[row] !== fold);
    const pool = others.length > 0 ? fitPool(logs, classes, others, targets.labels, model.pool) : model.pool;
    const rows = spreadRows(pooled(logs, pool, classes), active, vocabSize);
    foldOf.forEach((own, row) => {
      if (own !== fold) return;
      for (const index of active) {
        const at = row * vocabSize + index;
        out[at] = noisy(rows[at]!, pool.epsilon, classes);
      }
    });
  }
  return out;
};
