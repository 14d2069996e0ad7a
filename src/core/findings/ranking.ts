/** A ranking: every trained item judged by models that have not seen it (nor its group), on the labels as of now. */

import type { ItemId } from '../dataset/item.js';

/**
 * Class columns are indices into `Ranking.vocab`.
 * `lossNats`, `surprise` and `suggestion` are the judge's; `prediction` and both probabilities are the predictor's (JUDGE § 4).
 */
export interface RankedItem {
  readonly id: ItemId;
  readonly label: number;
  /** −log p_judge(label), nats; p floored at 1e-7. */
  readonly lossNats: number;
  /** round(100·(1 − p_judge(label))). */
  readonly surprise: number;
  /** The judge's most probable class when it is not the label, else null. */
  readonly suggestion: number | null;
  readonly prediction: number;
  /** Predictor's p(prediction) and p(label). */
  readonly probability: number;
  readonly labelProbability: number;
  /** The predictor's next best class and its probability. */
  readonly second: number;
  readonly secondProbability: number;
  /** In the off-diagonal confident joint of the judge's rows (JUDGE § 2). */
  readonly isLabelIssue: boolean;
  /** 1 − q(label): the judge's own estimate that the label is wrong (JUDGE § 1, last formula). */
  readonly wrongProbability: number;
  /** The group that was left out when it was judged: its smallest item id. */
  readonly leftOut: ItemId;
}

export interface Ranking {
  readonly run: string;
  readonly vocab: readonly string[];
  /** Largest judge's loss first; ties by id. Only items with a label and status 'in'. */
  readonly items: readonly RankedItem[];
  /** Items without a label (label-conflict, unlabelled): judged by a fit without their group. */
  readonly unlabelled: readonly UnlabelledItem[];
}

export interface UnlabelledItem {
  readonly id: ItemId;
  readonly suggestion: number;
  readonly prediction: number;
  readonly probability: number;
}
