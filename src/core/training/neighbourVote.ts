/** Votes of the nearest trained photos outside an item's own group (JUDGE § 1, "Neighbour vote"). */

import { rawUnitRows, widthOf, type FeatureBlock } from './featureBlock.js';
import { neighbourDepth, type Neighbours } from './neighbours.js';

export const neighbours = 10;
const smoothing = 0.1;
const rowsAtOnce = 1024;

interface Voters {
  /** Rows, nearest first. */
  readonly rows: readonly number[];
  readonly cosines: readonly number[];
}

export class NeighbourVote {
  readonly #block: FeatureBlock;
  readonly #trained: Int32Array;
  readonly #groups: Int32Array;
  readonly #near: Neighbours;

  /** @param near of the block's rows, the trained ones being the candidates. */
  constructor(block: FeatureBlock, trained: Int32Array, groups: Int32Array, near: Neighbours) {
    this.#block = block;
    this.#trained = trained;
    this.#groups = groups;
    this.#near = near;
  }

  /**
   * float32[n, classes]: log((n_eff·ΣwY + .1)/(n_eff + .1·classes)), w ∝ exp((cos − max)/τ), n_eff = 1/Σw².
   * @param labels class of each row; −1 = removed.
   */
  scores(labels: Int32Array, classes: number, tau: number): Float32Array {
    const n = this.#groups.length;
    const out = new Float32Array(n * classes);
    const votes = new Float64Array(classes);
    for (let row = 0; row < n; row++) {
      const { rows, cosines } = this.#voters(row, labels);
      votes.fill(0);
      let total = 0;
      let squares = 0;
      for (let j = 0; j < rows.length; j++) {
        const weight = Math.exp((cosines[j]! - cosines[0]!) / tau);
        total += weight;
        squares += weight * weight;
        const label = labels[rows[j]!]!;
        votes[label] = votes[label]! + weight;
      }
      const effective = rows.length === 0 ? 0 : (total * total) / squares;
      for (let c = 0; c < classes; c++) {
        const share = total === 0 ? 0 : votes[c]! / total;
        out[row * classes + c] = Math.log((effective * share + smoothing) / (effective + smoothing * classes));
      }
    }
    return out;
  }

  #voters(row: number, labels: Int32Array): Voters {
    const near = this.#near;
    const rows: number[] = [];
    const cosines: number[] = [];
    const end = (row + 1) * neighbourDepth;
    let at = row * neighbourDepth;
    for (; at < end && near.rows[at]! >= 0 && rows.length < neighbours; at++) {
      const other = near.rows[at]!;
      if (labels[other]! < 0) continue;
      rows.push(other);
      cosines.push(near.cosines[at]!);
    }
    const isAll = at < end && near.rows[at]! < 0;
    return rows.length === neighbours || isAll ? { rows, cosines } : this.#searchAgain(row, labels);
  }

  /** Nearly all near ones were removed: looks through all trained items, as they are. */
  #searchAgain(row: number, labels: Int32Array): Voters {
    const { rows, parts } = this.#block;
    const width = widthOf(this.#block);
    const unit = (some: ArrayLike<number>): Float32Array => rawUnitRows({ rows: rows.read(some), parts });
    const own = unit([row]);
    const open = this.#trained.filter((other) => labels[other]! >= 0 && this.#groups[other] !== this.#groups[row]);
    const found: { other: number; cosine: number }[] = [];
    for (let from = 0; from < open.length; from += rowsAtOnce) {
      const some = open.subarray(from, from + rowsAtOnce);
      const units = unit(some);
      some.forEach((other, i) => {
        let cosine = 0;
        for (let k = 0; k < width; k++) cosine += own[k]! * units[i * width + k]!;
        found.push({ other, cosine });
      });
      found.sort((a, b) => b.cosine - a.cosine || a.other - b.other).splice(neighbours);
    }
    return { rows: found.map(({ other }) => other), cosines: found.map(({ cosine }) => cosine) };
  }
}
