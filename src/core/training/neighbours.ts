/** Which photos lie nearest to each: one search that the judge's votes and the oddness of photos share. */

import { seededRandom } from '../../base/random.js';
import { consecutive, rawUnitRows, widthOf, type FeatureBlock } from './featureBlock.js';
import type { LinearAlgebra } from './linearAlgebra.js';
import { principalBasis } from './principalComponents.js';

/** Kept a row beyond the ten that vote, so that removing some items costs no new search. */
export const neighbourDepth = 48;
/** How many of its own label tell how far a photo lies from its likes. */
const ownDepth = 10;
/** Above this many rows cosines are those of the rows' principal components: a fifth of the work, and nearly the same order. */
const exactRows = 10_000;
const reducedWidth = 256;
const basisSample = 8192;
const rowsAtOnce = 1024;

/** What distances are taken on: raw rows of norm 1, or their principal components. */
export interface SearchRows {
  /** float32[n, width]. */
  readonly rows: Float32Array;
  readonly width: number;
}

export interface Neighbours {
  /** int32[n, neighbourDepth]: candidates outside the row's group, nearest first; −1 where there are no more. */
  readonly rows: Int32Array;
  /** float32[n, neighbourDepth]. */
  readonly cosines: Float32Array;
  /** Mean Euclidean distance to the ten nearest candidates of the own label outside the own group; NaN = there are none. */
  readonly ownDistance: Float64Array;
}

export interface NeighbourTask {
  /** Rows that count as neighbours, ascending. */
  readonly candidates: Int32Array;
  /** Group number of each row. */
  readonly groups: Int32Array;
  /** Class of each row, −1 = none; null where nobody asks for `ownDistance`. */
  readonly labels: Int32Array | null;
}

export const euclidean = (cosine: number): number => Math.sqrt(Math.max(0, 2 - 2 * cosine));

/** @param limit for tests; `exactRows` otherwise. */
export const searchRows = async (
  algebra: LinearAlgebra,
  block: Pick<FeatureBlock, 'rows' | 'parts'>,
  seed: number,
  limit = exactRows,
): Promise<SearchRows> => {
  const { parts } = block;
  const full = widthOf(block);
  const n = block.rows.count;
  const unitsOf = (rows: ArrayLike<number>): Float32Array => rawUnitRows({ rows: block.rows.read(rows), parts });
  if (n <= limit || full <= reducedWidth) return { rows: unitsOf(consecutive(0, n)), width: full };
  const sample = seededRandom(seed)
    .shuffled([...Array(n).keys()])
    .slice(0, basisSample);
  const basis = await principalBasis(algebra, unitsOf(sample), full, reducedWidth, seed);
  const rows = new Float32Array(n * reducedWidth);
  for (let from = 0; from < n; from += rowsAtOnce) {
    const part = unitsOf(consecutive(from, Math.min(from + rowsAtOnce, n)));
    const shape = { m: part.length / full, k: full, n: reducedWidth };
    rows.set(await algebra.matmul(part, basis, shape), from * reducedWidth);
  }
  return { rows, width: reducedWidth };
};

/** Exact over the rows it is given; each pair is looked at once. */
export const findNeighbours = async (
  algebra: LinearAlgebra,
  { rows, width }: SearchRows,
  task: NeighbourTask,
): Promise<Neighbours> => {
  const n = task.groups.length;
  const lists = new NeighbourLists(task);
  for (let top = 0; top < n; top += rowsAtOnce) {
    const m = Math.min(rowsAtOnce, n - top);
    const part = rows.subarray(top * width, (top + m) * width);
    for (let left = top; left < n; left += rowsAtOnce) {
      const count = Math.min(rowsAtOnce, n - left);
      const others = rows.subarray(left * width, (left + count) * width);
      const cosines = await algebra.matmul(part, others, { m, k: width, n: count, transposeB: true });
      lists.take(cosines, { top, m, left, count });
    }
  }
  return lists.found();
};

class NeighbourLists {
  readonly #groups: Int32Array;
  readonly #labels: Int32Array;
  readonly #isCandidate: Uint8Array;
  readonly #near: Shortlists;
  readonly #own: Shortlists;
  /** What is worth a closer look: a cosine that is not above it enters neither list of its row. */
  readonly #threshold: Float64Array;

  constructor({ groups, candidates, labels }: NeighbourTask) {
    const n = groups.length;
    this.#groups = groups;
    this.#labels = labels ?? new Int32Array(n).fill(-1);
    this.#isCandidate = new Uint8Array(n);
    for (const row of candidates) this.#isCandidate[row] = 1;
    this.#near = new Shortlists(n, neighbourDepth);
    this.#own = new Shortlists(labels ? n : 0, ownDepth);
    this.#threshold = new Float64Array(n).fill(-Infinity);
  }

  /**
   * Looks at the pairs of two blocks of rows. Its loops stand in a function that waits for nothing: those of an
   * asynchronous one are not compiled again after each wait, and were ten times slower.
   * @param cosines float32[m, count] of rows top … with rows left …; equal blocks hold each pair twice.
   */
  take(
    cosines: Float32Array,
    block: { readonly top: number; readonly m: number; readonly left: number; readonly count: number },
  ): void {
    const { top, m, left, count } = block;
    const threshold = this.#threshold;
    for (let i = 0; i < m; i++) {
      const row = top + i;
      const from = i * count;
      let floor = threshold[row]!;
      for (let j = left === top ? i + 1 : 0; j < count; j++) {
        const cosine = cosines[from + j]!;
        const other = left + j;
        if (cosine > floor) {
          this.#offer(row, other, cosine);
          floor = threshold[row]!;
        }
        if (cosine > threshold[other]!) this.#offer(other, row, cosine);
      }
    }
  }

  found(): Neighbours {
    const { rows, cosines } = this.#near;
    return { rows, cosines, ownDistance: this.#own.meanDistances(this.#groups.length) };
  }

  #offer(row: number, other: number, cosine: number): void {
    const [near, own, labels] = [this.#near, this.#own, this.#labels];
    if (this.#groups[row] === this.#groups[other] || this.#isCandidate[other] === 0) return;
    const label = labels[row]!;
    if (cosine > near.least[row]!) near.add(row, other, cosine);
    if (label >= 0 && label === labels[other] && cosine > own.least[row]!) own.add(row, other, cosine);
    this.#threshold[row] = label < 0 ? near.least[row]! : Math.min(near.least[row]!, own.least[row]!);
  }
}

/** The largest few cosines of each row, largest first; of equal ones the first that came. */
class Shortlists {
  readonly #depth: number;
  readonly rows: Int32Array;
  readonly cosines: Float32Array;
  /** What a cosine must exceed to enter. */
  readonly least: Float64Array;

  constructor(n: number, depth: number) {
    this.#depth = depth;
    this.rows = new Int32Array(n * depth).fill(-1);
    this.cosines = new Float32Array(n * depth);
    this.least = new Float64Array(n).fill(-Infinity);
  }

  add(row: number, other: number, cosine: number): void {
    const { rows, cosines } = this;
    const first = row * this.#depth;
    const last = first + this.#depth - 1;
    let at = last;
    while (at > first && (rows[at - 1]! < 0 || cosines[at - 1]! < cosine)) {
      rows[at] = rows[at - 1]!;
      cosines[at] = cosines[at - 1]!;
      at--;
    }
    rows[at] = other;
    cosines[at] = cosine;
    if (rows[last]! >= 0) this.least[row] = cosines[last]!;
  }

  /** float64[n], NaN where a row's list is empty. */
  meanDistances(n: number): Float64Array {
    const means = new Float64Array(n).fill(NaN);
    for (let row = 0; row * this.#depth < this.rows.length; row++) {
      let sum = 0;
      let count = 0;
      for (let at = row * this.#depth; at < (row + 1) * this.#depth && this.rows[at]! >= 0; at++, count++)
        sum += euclidean(this.cosines[at]!);
      if (count > 0) means[row] = sum / count;
    }
    return means;
  }
}
