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

/** Columns whose row has no label now. */
const withoutLabel = (trained: Int32Array, labels: Int32Array): Int32Array =>
  Int32Array.from(trained.keys()).filter((column) => labels[trained[column]!]! < 0);

const areEqual = (a: Int32Array, b: Int32Array): boolean =>
  a.length === b.length && a.every((value, i) => value === b[i]);

export class SmootherScorer implements Scorer {
  readonly smoother: ExpandableSmoother;
  readonly #algebra: LinearAlgebra;
  readonly #groups: Int32Array | readonly LeftOut[];
  /** The group blocks for the items last left out; a relabel leaves out the same ones. */
  #last: { readonly removed: Int32Array; readonly heldOut: GroupHeldOut } | null = null;
  /** Predictor and judge ask the same one after the other. */
  #answered: { readonly labels: Int32Array; readonly classes: number; readonly scores: Float32Array } | null = null;

  constructor(algebra: LinearAlgebra, smoother: ExpandableSmoother, groups: Int32Array | readonly LeftOut[]) {
    this.#algebra = algebra;
    this.smoother = smoother;
    this.#groups = groups;
  }

  async scores(labels: Int32Array, classes: number): Promise<Float32Array> {
    const before = this.#answered;
    if (before?.classes === classes && areEqual(before.labels, labels)) return before.scores;
    const { trained } = this.smoother;
    const removed = withoutLabel(trained, labels);
    let last = this.#last;
    if (!last || !areEqual(last.removed, removed)) {
      last = { removed, heldOut: await GroupHeldOut.of(this.#algebra, this.smoother, this.#groups, removed) };
      this.#last = last;
    }
    const scores = await last.heldOut.scores(oneHot(trained, labels, classes), classes);
    this.#answered = { labels: labels.slice(), classes, scores };
    return scores;
  }
}

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
