/** How far each photo lies from those of its own label, and which lie nearest to it (JUDGE § 2, outlier). */

import { kMeans } from '../training/kMeans.js';
import type { LinearAlgebra } from '../training/linearAlgebra.js';
import { euclidean, neighbourDepth, type Neighbours, type SearchRows } from '../training/neighbours.js';

/** oddness.json of a run; one row a row of items.json. */
export interface Oddness {
  readonly version: 1;
  /** Nearest labelled rows outside the own group, nearest first, at most 10, and their Euclidean distances. */
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
  /** What `near` was found on: the raw embedding, not standardised. */
  readonly search: SearchRows;
  /** The labelled rows being the candidates. */
  readonly near: Neighbours;
  /** −1 = none. */
  readonly labels: Int32Array;
  readonly seed: number;
}

const shown = 10;
/** Interquartile ranges above the upper quartile of a class; a class of fewer has no quartiles to speak of. */
const fence = 1.5;
const leastClass = 8;

export const oddnessOf = async (
  algebra: LinearAlgebra,
  { search, near, labels, seed }: OddnessTask,
): Promise<Omit<Oddness, 'inDomain'>> => {
  const n = labels.length;
  const nearest: number[][] = [];
  const distances: number[][] = [];
  for (let row = 0; row < n; row++) {
    const first = row * neighbourDepth;
    const rows = Array.from(near.rows.subarray(first, first + shown)).filter((other) => other >= 0);
    nearest.push(rows);
    distances.push(rows.map((_, at) => rounded(euclidean(near.cosines[first + at]!))));
  }
  const clustering = { units: search.rows, width: search.width, clusters: clusterCount(n), seed };
  const { clusterOf } = await kMeans(algebra, clustering);
  return {
    version: 1,
    nearest,
    distances,
    ...withinClasses(near.ownDistance, labels),
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

const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;
