/** Spherical k-means: groups of rows that point the same way (Dhillon and Modha 2001), seeded as k-means++. */

import { seededRandom } from '../../base/random.js';
import type { LinearAlgebra } from './linearAlgebra.js';

export interface Clustering {
  /** Cluster of each row, 0 … clusters − 1; none is empty. */
  readonly clusterOf: Int32Array;
  readonly clusters: number;
}

export interface KMeansTask {
  /** float32[n, width], rows of norm 1. */
  readonly units: Float32Array;
  readonly width: number;
  readonly clusters: number;
  readonly seed: number;
  readonly iterations?: number;
}

const rowsAtOnce = 4096;

/** Fewer clusters than asked for where rows are few or equal. */
export const kMeans = async (algebra: LinearAlgebra, task: KMeansTask): Promise<Clustering> => {
  const { units, width, iterations = 20 } = task;
  const n = units.length / width;
  const k = Math.min(task.clusters, n);
  if (k === 0) return { clusterOf: new Int32Array(0), clusters: 0 };
  let centres = startingCentres(task, n, k);
  let clusterOf: Int32Array = new Int32Array(n);
  for (let turn = 0; turn < iterations; turn++) {
    const next = await nearestCentre(algebra, units, width, centres, k);
    const isSettled = turn > 0 && next.every((cluster, row) => cluster === clusterOf[row]);
    clusterOf = next;
    if (isSettled) break;
    centres = meansOf(units, width, clusterOf, centres, k);
  }
  return compacted(clusterOf);
};

/** Each next centre is a row drawn with a chance ∝ its squared distance to the nearest centre so far. */
const startingCentres = ({ units, width, seed }: KMeansTask, n: number, k: number): Float32Array => {
  const random = seededRandom(seed);
  const centres = new Float32Array(k * width);
  const distance = new Float64Array(n).fill(Infinity);
  let chosen = random.below(n);
  for (let c = 0; c < k; c++) {
    const centre = units.subarray(chosen * width, (chosen + 1) * width);
    centres.set(centre, c * width);
    let total = 0;
    for (let row = 0; row < n; row++) {
      let cosine = 0;
      for (let j = 0, at = row * width; j < width; j++, at++) cosine += units[at]! * centre[j]!;
      distance[row] = Math.min(distance[row]!, Math.max(0, 2 - 2 * cosine));
      total += distance[row]!;
    }
    let left = random.next() * total;
    chosen = n - 1;
    for (let row = 0; row < n; row++) {
      left -= distance[row]!;
      if (left <= 0) {
        chosen = row;
        break;
      }
    }
  }
  return centres;
};

const nearestCentre = async (
  algebra: LinearAlgebra,
  units: Float32Array,
  width: number,
  centres: Float32Array,
  k: number,
): Promise<Int32Array> => {
  const n = units.length / width;
  const out = new Int32Array(n);
  for (let from = 0; from < n; from += rowsAtOnce) {
    const m = Math.min(rowsAtOnce, n - from);
    const part = units.subarray(from * width, (from + m) * width);
    const cosines = await algebra.matmul(part, centres, { m, k: width, n: k, transposeB: true });
    for (let i = 0; i < m; i++) {
      let best = 0;
      for (let c = 1; c < k; c++) if (cosines[i * k + c]! > cosines[i * k + best]!) best = c;
      out[from + i] = best;
    }
  }
  return out;
};

/** Directions of the sums; a cluster that lost all its rows keeps its place. */
const meansOf = (
  units: Float32Array,
  width: number,
  clusterOf: Int32Array,
  before: Float32Array,
  k: number,
): Float32Array => {
  const sums = new Float32Array(k * width);
  for (let row = 0; row < clusterOf.length; row++) {
    const cluster = clusterOf[row]! * width;
    for (let j = 0, at = row * width; j < width; j++, at++) sums[cluster + j] = sums[cluster + j]! + units[at]!;
  }
  for (let c = 0; c < k; c++) {
    let squares = 0;
    for (let j = c * width; j < (c + 1) * width; j++) squares += sums[j]! * sums[j]!;
    const norm = Math.sqrt(squares);
    for (let j = c * width; j < (c + 1) * width; j++) sums[j] = norm > 0 ? sums[j]! / norm : before[j]!;
  }
  return sums;
};

const compacted = (clusterOf: Int32Array): Clustering => {
  const numbers = new Map<number, number>();
  const out = clusterOf.map((cluster) => {
    const known = numbers.get(cluster) ?? numbers.size;
    numbers.set(cluster, known);
    return known;
  });
  return { clusterOf: out, clusters: numbers.size };
};
