/** Scores of a linear fit that has not seen the item nor its group, in closed form (JUDGE § 1, "Held-out by group"). */

import { leastPivot, smallInverse, symmetricInverse } from './inverseCholesky.js';
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

/** Trained rows that are judged without themselves alone: nearly all there are, so they are no objects. */
interface Alone {
  readonly columns: Int32Array;
  /** (1 − h)⁻¹ of each. */
  readonly inverses: Float64Array;
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
  readonly #alone: Alone;
  readonly #groups: readonly Group[];
  readonly #downdate: Downdate | null;
  /** A row may be left out for others than itself: the fitted scores must outlive the first set that overwrites some. */
  readonly #isOverlapping: boolean;

  private constructor(
    algebra: LinearAlgebra,
    smoother: Smoother,
    alone: Alone,
    groups: readonly Group[],
    downdate: Downdate | null,
    isOverlapping: boolean,
  ) {
    this.#algebra = algebra;
    this.#smoother = smoother;
    this.#alone = alone;
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
    const { trained } = smoother;
    const columnOf = new Int32Array(smoother.rows).fill(-1);
    trained.forEach((row, column) => (columnOf[row] = column));
    for (const column of removed) columnOf[trained[column]!] = -1;
    const left = trained.length - removed.length;
    const alone: number[] = [];
    const groups: Group[] = [];
    let isOverlapping = false;
    for (const { rows, without } of sets instanceof Int32Array ? byGroup(sets) : sets) {
      isOverlapping ||= rows.length !== without.length;
      const columns = without.map((row) => columnOf[row]!).filter((column) => column >= 0);
      // Nothing of theirs was fitted on: their fitted scores are held-out already.
      if (columns.length === 0 && left > 0) continue;
      if (rows.length === 1 && columns.length === 1 && left > 1 && trained[columns[0]!] === rows[0]) {
        alone.push(columns[0]!);
        continue;
      }
      const inverse = columns.length === left ? null : await blockInverse(algebra, smoother, downdate, columns);
      const placeOf = new Map(columns.map((column, place) => [trained[column]!, place]));
      groups.push({ rows, columns, places: rows.map((row) => placeOf.get(row) ?? -1), inverse });
    }
    return new GroupHeldOut(algebra, smoother, aloneOf(smoother, downdate, alone), groups, downdate, isOverlapping);
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
    this.#leaveOutAlone(scores, heldOut, labels, classes);
    // One array for all groups: where they are many, making arrays is most of the work.
    const largest = this.#groups.reduce((most, { columns }) => Math.max(most, columns.length), 0);
    const step = new Float64Array(largest * classes);
    for (const group of this.#groups) this.#leaveOut(group, scores, heldOut, labels, classes, step);
    return heldOut;
  }

  #leaveOutAlone(scores: Float32Array, heldOut: Float32Array, labels: Float32Array, classes: number): void {
    const { trained } = this.#smoother;
    const { columns, inverses } = this.#alone;
    for (let at = 0; at < columns.length; at++) {
      const label = columns[at]! * classes;
      const row = trained[columns[at]!]! * classes;
      for (let c = 0; c < classes; c++)
        heldOut[row + c] = labels[label + c]! - inverses[at]! * (labels[label + c]! - scores[row + c]!);
    }
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
    const weight = places.includes(-1) ? weightsOf(this.#smoother, this.#downdate, rows, columns) : null;
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at]!;
      const own = places[at]!;
      if (own >= 0) {
        for (let c = 0; c < classes; c++)
          heldOut[row * classes + c] = labels[columns[own]! * classes + c]! - step[own * classes + c]!;
        continue;
      }
      for (let j = 0; j < size; j++) {
        const share = weight!(at, j);
        for (let c = 0; c < classes; c++)
          heldOut[row * classes + c] = heldOut[row * classes + c]! - share * step[j * classes + c]!;
      }
    }
  }
}

/** One after the other: all of them at once would be an object a photo. */
function* byGroup(groups: Int32Array): Generator<LeftOut> {
  const order = Int32Array.from(groups.keys()).sort((a, b) => groups[a]! - groups[b]! || a - b);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && groups[order[to]!] === groups[order[from]!]) to++;
    const rows = Array.from(order.subarray(from, to));
    yield { rows, without: rows };
    from = to;
  }
}

const aloneOf = (smoother: Smoother, downdate: Downdate | null, columns: readonly number[]): Alone => ({
  columns: Int32Array.from(columns),
  inverses: Float64Array.from(columns, (column) => {
    const gap = smoother.gap(column) - downdated(smoother, downdate, smoother.trained[column]!, column);
    return 1 / Math.max(gap, leastPivot);
  }),
});

/** As `Smoother.weights`, without the removed columns. */
const weightsOf = (
  smoother: Smoother,
  downdate: Downdate | null,
  rows: readonly number[],
  columns: readonly number[],
): ReturnType<Smoother['weights']> => {
  const weight = smoother.weights(rows, columns);
  return (i, j) => weight(i, j) + downdated(smoother, downdate, rows[i]!, columns[j]!);
};

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
  const rows = columns.map((column) => smoother.trained[column]!);
  const weight = weightsOf(smoother, downdate, rows, columns);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const value =
        i === j ? smoother.gap(columns[i]!) - downdated(smoother, downdate, rows[i]!, columns[i]!) : -weight(i, j);
      block[i * size + j] = value;
      block[j * size + i] = value;
    }
  }
  return size <= smallGroup ? smallInverse(block, size) : symmetricInverse(algebra, Float32Array.from(block), size);
};
