/** How good a model's probabilities are, its pool fitted without the group that is judged (JUDGE § 1, `outOfFold`). */

import { seededRandom } from '../../base/random.js';
import type { FittedModel } from './fitModel.js';
import { fitPool, noisy, pooled, type Pool } from './logPool.js';
import { spreadRows, type ModelLogs } from './model.js';

const folds = 5;

/** Fold of each row; a group never straddles two. */
export const groupFolds = (groups: Int32Array, count: number, seed: number): Int32Array => {
  const order = seededRandom(seed).shuffled([...new Set(groups)].sort((a, b) => a - b));
  const foldOf = new Map(order.map((group, at) => [group, at % count]));
  return groups.map((group) => foldOf.get(group)!);
};

/** What is pooled anew for each fold. */
export interface CrossFit {
  /** Rows that the pool may learn from, those with a label. */
  readonly rows: Int32Array;
  readonly groups: Int32Array;
  readonly pool: Pool;
  readonly seed: number;
}

/** p̃ float64[n, vocabSize]: noisy probabilities, v and ε from the other folds' trained rows. */
export const crossFitted = ({ logs, active, labels }: ModelLogs, fit: CrossFit, vocabSize: number): Float64Array => {
  const classes = active.length;
  const foldOf = groupFolds(fit.groups, folds, fit.seed + 3);
  const out = new Float64Array(foldOf.length * vocabSize);
  for (let fold = 0; fold < folds; fold++) {
    const others = fit.rows.filter((row) => foldOf[row] !== fold);
    const pool = others.length > 0 ? fitPool(logs, classes, others, labels, fit.pool) : fit.pool;
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

/** The same for a model just fitted, on the labels it was fitted on. */
export const crossFittedRows = ({ model, targets, active, fitted }: FittedModel, vocabSize: number): Float64Array =>
  crossFitted(
    { logs: fitted.map((head) => head.logs), active, labels: targets.labels },
    { rows: model.trained, groups: targets.groups, pool: model.pool, seed: targets.seed },
    vocabSize,
  );
