/** How far each photo lies from those of its own label, and which lie nearest to it (JUDGE § 2, outlier). */

import { seededRandom } from '../../base/random.js';
import { kMeans } from '../training/kMeans.js';
import type { LinearAlgebra } from '../training/linearAlgebra.js';

/** oddness.json of a run; one row a row of items.json. */
export interface Oddness {
  readonly version: 1;
  /** Nearest rows outside the own group, nearest first, at most 10, and their Euclidean distances. */
  readonly nearest: readonly (readonly number[])[];
  readonly distances: readonly (readonly number[])[];
  /** Per cent of the photos of the own label that lie nearer to their likes; null = no label, or nothing to compare with. */
  readonly strangeness: readonly (number | null)[];
  /** Beyond the upper fence of its class. */
  readonly isOutlier: readonly boolean[];
  /** Conformal percentile within the own photos (`InDomain`); null = too few photos to say. */
  readonly inDomain: readonly number[] | null;
  /** Group of similar photos, by the embeddings alone; absent in runs of an older Winnow. */
  readonly clusterOf?: readonly number[];
}

export interface OddnessTask {
  /** float32[n, width], rows of norm 1: the raw embedding, not standardised. */
  readonly units: Float32Array;
  readonly width: number;
  /** −1 = none. */
  readonly labels: Int32Array;
  readonly groups: Int32Array;
  readonly seed: number;
}

const neighbours = 10;
const rowsAtOnce = 256;
/** Above this many rows distances are estimated on a random projection: a tenth of the work, a few per cent of error. */
const exactRows = 10_000;
const projectedWidth = 256;
/** Interquartile ranges above the upper quartile of a class; a class of fewer has no quartiles to speak of. */
const fence = 1.5;
const leastClass = 8;

export const oddnessOf = async (
  algebra: LinearAlgebra,
  task: OddnessTask,
  onRows?: (done: number) => void,
): Promise<Omit<Oddness, 'inDomain'>> => {
  const { labels, groups } = task;
  const n = labels.length;
  const { units, width } = n > exactRows ? await projected(algebra, task) : task;
  const nearest: number[][] = [];
  const distances: number[][] = [];
  const ownDistance = new Float64Array(n).fill(NaN);
  for (let from = 0; from < n; from += rowsAtOnce) {
    const m = Math.min(rowsAtOnce, n - from);
    const shape = { m, k: width, n, transposeB: true } as const;
    const cosines = await algebra.matmul(units.subarray(from * width, (from + m) * width), units, shape);
    for (let i = 0; i < m; i++) {
      const row = from + i;
      const all = new Nearest(neighbours);
      const own = new Nearest(neighbours);
      for (let other = 0, at = i * n; other < n; other++, at++) {
        const cosine = cosines[at]!;
        if (cosine <= all.least && cosine <= own.least) continue;
        if (groups[other] === groups[row]) continue;
        if (cosine > all.least) all.add(cosine, other);
        if (labels[row]! >= 0 && labels[other] === labels[row] && cosine > own.least) own.add(cosine, other);
      }
      nearest.push(all.rows());
      distances.push(all.distances().map(rounded));
      const ownDistances = own.distances();
      if (ownDistances.length > 0) ownDistance[row] = ownDistances.reduce((a, b) => a + b, 0) / ownDistances.length;
    }
    onRows?.(from + m);
  }
  const { clusterOf } = await kMeans(algebra, { units, width, clusters: clusterCount(n), seed: task.seed });
  return {
    version: 1,
    nearest,
    distances,
    ...withinClasses(ownDistance, labels),
    clusterOf: Array.from(clusterOf),
  };
};

/** About 40 photos a group: enough to say something of one, few enough to be of one kind. */
const clusterCount = (n: number): number => Math.max(2, Math.min(50, Math.round(n / 40)));

const withinClasses = (
  distance: Float64Array,
  labels: Int32Array,
): { strangeness: (number | null)[]; isOutlier: boolean[] } => {
  const strangeness = new Array<number | null>(labels.length).fill(null);
  const isOutlier = new Array<boolean>(labels.length).fill(false);
  const classes = new Map<number, number[]>();
  labels.forEach((label, row) => {
    if (label < 0 || Number.isNaN(distance[row]!)) return;
    const rows = classes.get(label);
    if (rows) rows.push(row);
    else classes.set(label, [row]);
  });
  for (const rows of classes.values()) {
    rows.sort((a, b) => distance[a]! - distance[b]! || a - b);
    const quartile = (share: number): number => distance[rows[Math.round(share * (rows.length - 1))]!]!;
    const edge = quartile(0.75) + fence * (quartile(0.75) - quartile(0.25));
    rows.forEach((row, place) => {
      strangeness[row] = Math.round((1000 * (place + 0.5)) / rows.length) / 10;
      isOutlier[row] = rows.length >= leastClass && distance[row]! > edge;
    });
  }
  return { strangeness, isOutlier };
};

/** The largest few of a stream of cosines, largest first. */
class Nearest {
  readonly #size: number;
  readonly #cosines: number[] = [];
  readonly #rows: number[] = [];
  /** What a cosine must exceed to enter. */
  least = -Infinity;

  constructor(size: number) {
    this.#size = size;
  }

  add(cosine: number, row: number): void {
    let at = this.#cosines.length;
    while (at > 0 && this.#cosines[at - 1]! < cosine) at--;
    this.#cosines.splice(at, 0, cosine);
    this.#rows.splice(at, 0, row);
    if (this.#cosines.length > this.#size) {
      this.#cosines.pop();
      this.#rows.pop();
    }
    if (this.#cosines.length === this.#size) this.least = this.#cosines[this.#size - 1]!;
  }

  rows(): number[] {
    return this.#rows;
  }

  distances(): number[] {
    return this.#cosines.map((cosine) => Math.sqrt(Math.max(0, 2 - 2 * cosine)));
  }
}

/** Rows times a seeded random matrix, of norm 1 again (Johnson and Lindenstrauss 1984). */
const projected = async (
  algebra: LinearAlgebra,
  { units, width, labels, seed }: OddnessTask,
): Promise<{ units: Float32Array; width: number }> => {
  const random = seededRandom(seed);
  // The sum of four uniform numbers is normal enough for a projection.
  const matrix = Float32Array.from(
    { length: width * projectedWidth },
    () => random.next() + random.next() + random.next() + random.next() - 2,
  );
  const n = labels.length;
  const rows = new Float32Array(n * projectedWidth);
  for (let from = 0; from < n; from += 4096) {
    const m = Math.min(4096, n - from);
    const part = units.subarray(from * width, (from + m) * width);
    rows.set(await algebra.matmul(part, matrix, { m, k: width, n: projectedWidth }), from * projectedWidth);
  }
  for (let at = 0; at < rows.length; at += projectedWidth) {
    const row = rows.subarray(at, at + projectedWidth);
    const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0)) || 1;
    for (let j = 0; j < projectedWidth; j++) row[j]! /= norm;
  }
  return { units: rows, width: projectedWidth };
};

const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;
