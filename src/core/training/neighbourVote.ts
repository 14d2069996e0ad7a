/** Votes of the nearest trained photos outside an item's own group (JUDGE § 1, "Neighbour vote"). */

import { rawUnitRows, widthOf, type FeatureBlock } from './featureBlock.js';
import { neighbourDepth, type Neighbours } from './neighbours.js';

export const neighbours = 10;
const smoothing = 0.1;
const rowsAtOnce = 1024;

export class NeighbourVote {
  readonly #block: FeatureBlock;
  readonly #trained: Int32Array;
  readonly #groups: Int32Array;
  readonly #near: Neighbours;
  /** Who votes on the row at hand, nearest first: arrays of each row's own would be most of the work. */
  readonly #rows = new Int32Array(neighbours);
  readonly #cosines = new Float64Array(neighbours);

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
      const count = this.#findVoters(row, labels);
      const [rows, cosines] = [this.#rows, this.#cosines];
      votes.fill(0);
      let total = 0;
      let squares = 0;
      for (let j = 0; j < count; j++) {
        const weight = Math.exp((cosines[j]! - cosines[0]!) / tau);
        total += weight;
        squares += weight * weight;
        const label = labels[rows[j]!]!;
        votes[label] = votes[label]! + weight;
      }
      const effective = count === 0 ? 0 : (total * total) / squares;
      for (let c = 0; c < classes; c++) {
        const share = total === 0 ? 0 : votes[c]! / total;
        out[row * classes + c] = Math.log((effective * share + smoothing) / (effective + smoothing * classes));
      }
    }
    return out;
  }

  /** How many vote; they are in `#rows` and `#cosines` then. */
  #findVoters(row: number, labels: Int32Array): number {
    const near = this.#near;
    const end = (row + 1) * neighbourDepth;
    let count = 0;
    let at = row * neighbourDepth;
    for (; at < end && near.rows[at]! >= 0 && count < neighbours; at++) {
      const other = near.rows[at]!;
      if (labels[other]! < 0) continue;
      this.#rows[count] = other;
      this.#cosines[count++] = near.cosines[at]!;
    }
    const isAll = at < end && near.rows[at]! < 0;
    return count === neighbours || isAll ? count : this.#searchAgain(row, labels);
  }

  /** Nearly all near ones were removed: looks through all trained items, as they are. */
  #searchAgain(row: number, labels: Int32Array): number {
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
    found.forEach(({ other, cosine }, at) => ([this.#rows[at], this.#cosines[at]] = [other, cosine]));
    return found.length;
  }
}
