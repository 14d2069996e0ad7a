/** One opinion about every item: scores by a fit without the item's group, on labels as of now. */

import { GroupHeldOut, type LeftOut } from './groupHeldOut.js';
import type { BlockId } from './featureBlock.js';
import type { LinearAlgebra } from './linearAlgebra.js';
import type { NeighbourVote } from './neighbourVote.js';
import type { KernelKind } from './preparedBlock.js';
import type { ExpandableSmoother } from './smoother.js';

/** What `train` chose; everything that a re-fit after a relabel keeps. */
export interface HeadSettings {
  readonly block: BlockId;
  readonly kind: KernelKind | 'votes';
  /** 0 for votes. */
  readonly lambda: number;
  /** 0 but for kernels. */
  readonly gamma: number;
  /** 0 but for votes. */
  readonly tau: number;
  readonly t: number;
  /** One a class of the vocab; 0 where the class had no item. */
  readonly b: readonly number[];
}

export interface Head {
  readonly settings: HeadSettings;
  readonly scorer: Scorer;
}

export interface Scorer {
  /**
   * float32[n, classes], to be read only.
   * @param labels class of each row, −1 = none; only rows the head was trained on pull, all are judged.
   */
  scores(labels: Int32Array, classes: number): Promise<Float32Array>;
}

/** One-hot labels float32[trained, classes]; rows without a label stay zero. */
export const oneHot = (trained: Int32Array, labels: Int32Array, classes: number): Float32Array => {
  const out = new Float32Array(trained.length * classes);
  trained.forEach((row, column) => {
    const label = labels[row]!;
    if (label >= 0) out[column * classes + label] = 1;
  });
  return out;
};

/** Columns whose row is asked for, ascending. */
const columnsWhere = (trained: Int32Array, isAsked: (row: number) => boolean): Int32Array => {
  const columns: number[] = [];
  for (let column = 0; column < trained.length; column++) if (isAsked(trained[column]!)) columns.push(column);
  return Int32Array.from(columns);
};

const areEqual = (a: Int32Array, b: Int32Array): boolean => {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
};

/** From so many rows on a new answer is made from the one before and what has changed since. */
const manyRows = 10_000;

interface Answer {
  readonly labels: Int32Array;
  readonly classes: number;
  readonly scores: Float32Array;
}

export class SmootherScorer implements Scorer {
  readonly smoother: ExpandableSmoother;
  readonly #algebra: LinearAlgebra;
  readonly #groups: Int32Array | readonly LeftOut[];
  readonly #manyRows: number;
  /** The group blocks for the items last left out, and the last whole answer of theirs; a relabel leaves out the same ones. */
  #last: { readonly removed: Int32Array; readonly heldOut: GroupHeldOut; readonly whole: Answer | null } | null = null;
  /** Predictor and judge ask the same one after the other. */
  #answered: Answer | null = null;

  constructor(
    algebra: LinearAlgebra,
    smoother: ExpandableSmoother,
    groups: Int32Array | readonly LeftOut[],
    /** For tests. */
    many = manyRows,
  ) {
    this.#algebra = algebra;
    this.smoother = smoother;
    this.#groups = groups;
    this.#manyRows = many;
  }

  async scores(labels: Int32Array, classes: number): Promise<Float32Array> {
    const before = this.#answered;
    if (before?.classes === classes && areEqual(before.labels, labels)) return before.scores;
    const { trained, rows } = this.smoother;
    const removed = columnsWhere(trained, (row) => labels[row]! < 0);
    if (!this.#last || !areEqual(this.#last.removed, removed)) {
      const heldOut = await GroupHeldOut.of(this.#algebra, this.smoother, this.#groups, removed);
      this.#last = { removed, heldOut, whole: null };
    }
    const { heldOut, whole } = this.#last;
    const asked = { labels: labels.slice(), classes };
    const changed =
      rows >= this.#manyRows && whole?.classes === classes
        ? columnsWhere(trained, (row) => whole.labels[row] !== labels[row])
        : null;
    // Each changed label costs a column of weights, a whole answer two for each class.
    if (whole && changed && changed.length <= 2 * classes) {
      const difference = oneHotChange(trained, changed, whole.labels, labels, classes);
      const scores = await heldOut.scores(difference, classes, changed);
      for (let at = 0; at < scores.length; at++) scores[at] = scores[at]! + whole.scores[at]!;
      this.#answered = { ...asked, scores };
      return scores;
    }
    this.#answered = { ...asked, scores: await heldOut.scores(oneHot(trained, labels, classes), classes) };
    this.#last = { removed, heldOut, whole: this.#answered };
    return this.#answered.scores;
  }
}

/** What one-hot labels grow by where the label of these columns has changed, and both of them have one. */
const oneHotChange = (
  trained: Int32Array,
  columns: Int32Array,
  before: Int32Array,
  now: Int32Array,
  classes: number,
): Float32Array => {
  const out = new Float32Array(trained.length * classes);
  for (const column of columns) {
    const row = trained[column]!;
    out[column * classes + before[row]!] = -1;
    out[column * classes + now[row]!] = 1;
  }
  return out;
};

export class VoteScorer implements Scorer {
  readonly #vote: NeighbourVote;
  readonly #tau: number;

  constructor(vote: NeighbourVote, tau: number) {
    this.#vote = vote;
    this.#tau = tau;
  }

  scores(labels: Int32Array, classes: number): Promise<Float32Array> {
    return Promise.resolve(this.#vote.scores(labels, classes, this.#tau));
  }
}
