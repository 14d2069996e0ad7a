/** Scores of a linear fit that has not seen the item nor its group, in closed form (JUDGE § 1, "Held-out by group"). */

import { smallInverse, symmetricInverse } from './inverseCholesky.js';
import type { LinearAlgebra } from './linearAlgebra.js';
import { gatherRows } from './featureBlock.js';
import { fittedByFew, type Smoother } from './smoother.js';

/** Above this a group's block is inverted by products of matrices. */
const smallGroup = 64;

/** Rows that are judged together, and all rows that the fit which judges them has not seen. */
export interface LeftOut {
  readonly rows: readonly number[];
  /** Holds `rows`; sets may overlap. */
  readonly without: readonly number[];
}

/** One set: the rows it judges, and the columns of those that are trained on and not removed. */
interface Group {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  /** Of each row its place among `columns`; −1 where it has none. */
  readonly places: readonly number[];
  /** (I − H)⁻¹ of `columns`; null when nothing would be left to fit on. */
  readonly inverse: Float64Array | Float32Array | null;
}

/** Weights of the fit without the removed columns: hᵢⱼ + Xᵢ·h_Sj, X = H_S (I − H_SS)⁻¹ (they sit on their own predictions, so they pull nothing). */
interface Downdate {
  readonly columns: Int32Array;
  /** float32[rows, S] each. */
  readonly weights: Float32Array;
  readonly pull: Float32Array;
}

const downdateOf = async (algebra: LinearAlgebra, smoother: Smoother, columns: Int32Array): Promise<Downdate> => {
  const s = columns.length;
  const weights = await smoother.columns(columns);
  const own = gatherRows(
    weights,
    s,
    columns.map((column) => smoother.trained[column]!),
  );
  for (let i = 0; i < s; i++) {
    for (let j = 0; j <= i; j++) {
      // Rounding leaves the two halves a little apart.
      const value = i === j ? smoother.gap(columns[i]!) : -(own[i * s + j]! + own[j * s + i]!) / 2;
      own[i * s + j] = value;
      own[j * s + i] = value;
    }
  }
  const inverse = await symmetricInverse(algebra, own, s);
  const pull = await algebra.matmul(weights, inverse, { m: smoother.rows, k: s, n: s });
  return { columns, weights, pull };
};

export class GroupHeldOut {
  readonly #algebra: LinearAlgebra;
  readonly #smoother: Smoother;
  readonly #groups: readonly Group[];
  readonly #downdate: Downdate | null;
  /** A row may be left out for others than itself: the fitted scores must outlive the first set that overwrites some. */
  readonly #isOverlapping: boolean;

  private constructor(
    algebra: LinearAlgebra,
    smoother: Smoother,
    groups: readonly Group[],
    downdate: Downdate | null,
    isOverlapping: boolean,
  ) {
    this.#algebra = algebra;
    this.#smoother = smoother;
    this.#groups = groups;
    this.#downdate = downdate;
    this.#isOverlapping = isOverlapping;
  }

  /**
   * @param sets group number of each row, or what each row is judged without; rows of no set keep their fitted scores.
   * @param removed columns to fit without (set aside, trashed, label withdrawn).
   */
  static async of(
    algebra: LinearAlgebra,
    smoother: Smoother,
    sets: Int32Array | readonly LeftOut[],
    removed: Int32Array,
  ): Promise<GroupHeldOut> {
    const downdate = removed.length > 0 ? await downdateOf(algebra, smoother, removed) : null;
    const isRemoved = new Set(removed);
    const columnOf = new Map<number, number>();
    smoother.trained.forEach((row, column) => {
      if (!isRemoved.has(column)) columnOf.set(row, column);
    });
    const left = columnOf.size;
    const blocks: Group[] = [];
    let isOverlapping = false;
    for (const { rows, without } of sets instanceof Int32Array ? byGroup(sets) : sets) {
      isOverlapping ||= rows.length !== without.length;
      const columns = without.flatMap((row) => columnOf.get(row) ?? []);
      const inverse = columns.length === left ? null : await blockInverse(algebra, smoother, downdate, columns);
      const placeOf = new Map(columns.map((column, place) => [smoother.trained[column]!, place]));
      blocks.push({ rows, columns, places: rows.map((row) => placeOf.get(row) ?? -1), inverse });
    }
    return new GroupHeldOut(algebra, smoother, blocks, downdate, isOverlapping);
  }

  /**
   * float32[rows, classes]: each row's scores by the fit without its group; zeros where nothing is left to fit on.
   * Linear in the labels: of the difference of two it gives the difference of theirs.
   * @param labels float32[trained, classes], one-hot; removed columns all zero.
   * @param only the columns that are not all zero, where those are few.
   */
  async scores(labels: Float32Array, classes: number, only?: Int32Array): Promise<Float32Array> {
    const { trained } = this.#smoother;
    const scores = await (only
      ? fittedByFew(this.#smoother, only, labels, classes)
      : this.#smoother.fitted(labels, classes));
    if (this.#downdate) {
      const { columns, pull } = this.#downdate;
      const s = columns.length;
      const own = gatherRows(
        scores,
        classes,
        columns.map((column) => trained[column]!),
      );
      const shift = await this.#algebra.matmul(pull, own, { m: this.#smoother.rows, k: s, n: classes });
      for (let at = 0; at < scores.length; at++) scores[at] = scores[at]! + shift[at]!;
    }
    const heldOut = this.#isOverlapping ? scores.slice() : scores;
    // One array for all groups: with 100,000 of them making arrays is most of the work.
    const largest = this.#groups.reduce((most, { columns }) => Math.max(most, columns.length), 0);
    const step = new Float64Array(largest * classes);
    for (const group of this.#groups) this.#leaveOut(group, scores, heldOut, labels, classes, step);
    return heldOut;
  }

  /** @param heldOut the same array as `scores` where no two sets overlap. */
  #leaveOut(
    { rows, columns, places, inverse }: Group,
    scores: Float32Array,
    heldOut: Float32Array,
    labels: Float32Array,
    classes: number,
    step: Float64Array,
  ): void {
    if (inverse === null) {
      for (const row of rows) heldOut.fill(0, row * classes, (row + 1) * classes);
      return;
    }
    const size = columns.length;
    if (size === 0) return;
    const { trained } = this.#smoother;
    // step = (I − H_JJ)⁻¹ (Y_J − Ŷ_J); the held-out score of a member is Y − step, of another row Ŷ − h·step.
    step.fill(0, 0, size * classes);
    for (let j = 0; j < size; j++) {
      for (let c = 0; c < classes; c++) {
        const residual = labels[columns[j]! * classes + c]! - scores[trained[columns[j]!]! * classes + c]!;
        for (let i = 0; i < size; i++)
          step[i * classes + c] = step[i * classes + c]! + inverse[i * size + j]! * residual;
      }
    }
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at]!;
      const own = places[at]!;
      if (own >= 0) {
        for (let c = 0; c < classes; c++)
          heldOut[row * classes + c] = labels[columns[own]! * classes + c]! - step[own * classes + c]!;
        continue;
      }
      for (let j = 0; j < size; j++) {
        const weight = weightOf(this.#smoother, this.#downdate, row, columns[j]!);
        for (let c = 0; c < classes; c++)
          heldOut[row * classes + c] = heldOut[row * classes + c]! - weight * step[j * classes + c]!;
      }
    }
  }
}

const byGroup = (groups: Int32Array): LeftOut[] => {
  const members = new Map<number, number[]>();
  groups.forEach((group, row) => {
    const rows = members.get(group);
    if (rows) rows.push(row);
    else members.set(group, [row]);
  });
  return [...members.values()].map((rows) => ({ rows, without: rows }));
};

const weightOf = (smoother: Smoother, downdate: Downdate | null, row: number, column: number): number =>
  smoother.weight(row, column) + downdated(smoother, downdate, row, column);

/** What a weight grows by when others are removed. */
const downdated = (smoother: Smoother, downdate: Downdate | null, row: number, column: number): number => {
  if (!downdate) return 0;
  const s = downdate.columns.length;
  const other = smoother.trained[column]! * s;
  let sum = 0;
  for (let k = 0; k < s; k++) sum += downdate.pull[row * s + k]! * downdate.weights[other + k]!;
  return sum;
};

const blockInverse = async (
  algebra: LinearAlgebra,
  smoother: Smoother,
  downdate: Downdate | null,
  columns: readonly number[],
): Promise<Float64Array | Float32Array> => {
  const size = columns.length;
  const block = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    const row = smoother.trained[columns[i]!]!;
    for (let j = 0; j <= i; j++) {
      const column = columns[j]!;
      const value =
        i === j
          ? smoother.gap(column) - downdated(smoother, downdate, row, column)
          : -weightOf(smoother, downdate, row, column);
      block[i * size + j] = value;
      block[j * size + i] = value;
    }
  }
  return size <= smallGroup ? smallInverse(block, size) : symmetricInverse(algebra, Float32Array.from(block), size);
};
