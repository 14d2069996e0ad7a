/** What the review's header says (JUDGE § 3, "when to stop"). */
export interface ReviewHeader {
  readonly reviewed: number;
  /** Of the last 20 reviewed, how many were relabelled or trashed; null before the first. */
  readonly lastWrong: { readonly wrong: number; readonly of: number } | null;
  /** About how many mistakes remain; `basis` says whose estimate. */
  readonly remaining: { readonly low: number; readonly high: number; readonly basis: 'model' | 'audit' } | null;
  /** The last 30 reviewed held no mistake. */
  readonly isStoppingReasonable: boolean;
  /** Images in the dataset that can be reviewed. */
  readonly total: number;
  /** Decisions that `apply` would carry out. */
  readonly pending: number;
}
