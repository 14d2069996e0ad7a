/** Votes of the nearest trained photos outside an item's own group (JUDGE § 1, "Neighbour vote"). */

import { gatherRows } from './featureBlock.js';
import type { LinearAlgebra } from './linearAlgebra.js';

export const neighbours = 10;
/** Kept a row beyond the ten that vote, so that removing some items costs no new search. */
const depth = 48;
const chunk = 512;
const smoothing = 0.1;

/** Positions of the `count` largest values of `values[from … from + length)`, largest first, ties by position. */
const largest = (
  values: Float32Array,
  from: number,
  length: number,
  count: number,
  isAllowed: (position: number) => boolean,
): number[] => {
  const best: number[] = [];
  let floor = -Infinity;
  for (let j = 0; j < length; j++) {
    const value = values[from + j]!;
    if (value <= floor || !isAllowed(j)) continue;
    let at = best.length;
    while (at > 0 && values[from + best[at - 1]!]! < value) at--;
    best.splice(at, 0, j);
    if (best.length > count) best.pop();
    if (best.length === count) floor = values[from + best[count - 1]!]!;
  }
  return best;
};

export class NeighbourVote {
  readonly #unit: Float32Array;
  readonly #width: number;
  readonly #trained: Int32Array;
  readonly #groups: Int32Array;
  /** Columns and cosines a row, nearest first; all outside the row's group. */
  readonly #near: readonly { readonly columns: Int32Array; readonly cosines: Float32Array }[];

  private constructor(
    unit: Float32Array,
    width: number,
    trained: Int32Array,
    groups: Int32Array,
    near: readonly { readonly columns: Int32Array; readonly cosines: Float32Array }[],
  ) {
    this.#unit = unit;
    this.#width = width;
    this.#trained = trained;
    this.#groups = groups;
    this.#near = near;
  }

  /** @param unit raw rows of norm 1, float32[n, width].  @param groups group number of each row. */
  static async of(
    algebra: LinearAlgebra,
    unit: Float32Array,
    width: number,
    trained: Int32Array,
    groups: Int32Array,
  ): Promise<NeighbourVote> {
    const n = groups.length;
    const t = trained.length;
    const columns = gatherRows(unit, width, trained);
    const near: { columns: Int32Array; cosines: Float32Array }[] = [];
    for (let start = 0; start < n; start += chunk) {
      const rows = Math.min(chunk, n - start);
      const part = unit.subarray(start * width, (start + rows) * width);
      const cosines = await algebra.matmul(part, columns, { m: rows, k: width, n: t, transposeB: true });
      for (let i = 0; i < rows; i++) {
        const group = groups[start + i]!;
        const best = largest(cosines, i * t, t, depth, (j) => groups[trained[j]!]! !== group);
        near.push({
          columns: Int32Array.from(best),
          cosines: Float32Array.from(best, (j) => cosines[i * t + j]!),
        });
      }
    }
    return new NeighbourVote(unit, width, trained, groups, near);
  }

  /**
   * float32[n, classes]: log((n_eff·ΣwY + .1)/(n_eff + .1·classes)), w ∝ exp((cos − max)/τ), n_eff = 1/Σw².
   * @param labels class of each column; −1 = removed.
   */
  scores(labels: Int32Array, classes: number, tau: number): Float32Array {
    const out = new Float32Array(this.#near.length * classes);
    const votes = new Float64Array(classes);
    this.#near.forEach((_, row) => {
      const { columns, cosines } = this.#voters(row, labels);
      votes.fill(0);
      let total = 0;
      let squares = 0;
      for (let j = 0; j < columns.length; j++) {
        const weight = Math.exp((cosines[j]! - cosines[0]!) / tau);
        total += weight;
        squares += weight * weight;
        const label = labels[columns[j]!]!;
        votes[label] = votes[label]! + weight;
      }
      const effective = columns.length === 0 ? 0 : (total * total) / squares;
      for (let c = 0; c < classes; c++) {
        const share = total === 0 ? 0 : votes[c]! / total;
        out[row * classes + c] = Math.log((effective * share + smoothing) / (effective + smoothing * classes));
      }
    });
    return out;
  }

  #voters(row: number, labels: Int32Array): { columns: number[]; cosines: number[] } {
    const near = this.#near[row]!;
    const columns: number[] = [];
    const cosines: number[] = [];
    for (let j = 0; j < near.columns.length && columns.length < neighbours; j++) {
      if (labels[near.columns[j]!]! < 0) continue;
      columns.push(near.columns[j]!);
      cosines.push(near.cosines[j]!);
    }
    if (columns.length === neighbours || near.columns.length < depth) return { columns, cosines };
    return this.#searchAgain(row, labels);
  }

  /** Nearly all near ones were removed: looks through all trained items. */
  #searchAgain(row: number, labels: Int32Array): { columns: number[]; cosines: number[] } {
    const width = this.#width;
    const all = new Float32Array(this.#trained.length);
    this.#trained.forEach((other, j) => {
      let sum = 0;
      for (let k = 0; k < width; k++) sum += this.#unit[row * width + k]! * this.#unit[other * width + k]!;
      all[j] = sum;
    });
    const group = this.#groups[row]!;
    const columns = largest(
      all,
      0,
      all.length,
      neighbours,
      (j) => labels[j]! >= 0 && this.#groups[this.#trained[j]!]! !== group,
    );
    return { columns, cosines: columns.map((j) => all[j]!) };
  }
}
