/** Which unlabelled photos to label first: typical ones of what is not covered yet (TypiClust; Hacohen, Dekel, Weinshall, ICML 2022). */

import { gatherRows } from './featureBlock.js';
import { kMeans } from './kMeans.js';
import type { LinearAlgebra } from './linearAlgebra.js';

export interface PickTask {
  /** float32[n, width], rows of norm 1. */
  readonly units: Float32Array;
  readonly width: number;
  readonly isLabelled: readonly boolean[];
  /** Look-alikes: one of a group is enough. */
  readonly groups: Int32Array;
  readonly count: number;
  readonly seed: number;
}

const mostClusters = 200;
const neighbours = 20;

/** Rows without a label, most useful first; clusters without a label come first, the largest of them first. */
export const pickTypical = async (algebra: LinearAlgebra, task: PickTask): Promise<number[]> => {
  const { units, width, isLabelled, groups } = task;
  const labelled = isLabelled.filter(Boolean).length;
  const wanted = Math.min(mostClusters, labelled + task.count, Math.max(1, Math.floor(isLabelled.length / 2)));
  const { clusterOf, clusters } = await kMeans(algebra, { units, width, clusters: wanted, seed: task.seed });
  const members = Array.from({ length: clusters }, () => ({ known: 0, open: [] as number[] }));
  clusterOf.forEach((cluster, row) => {
    if (isLabelled[row]) members[cluster]!.known++;
    else members[cluster]!.open.push(row);
  });
  const order = members
    .filter(({ open }) => open.length > 0)
    .sort((a, b) => a.known - b.known || b.open.length - a.open.length || a.open[0]! - b.open[0]!);
  const queues: number[][] = [];
  for (const { open } of order.slice(0, task.count)) queues.push(await mostTypical(algebra, units, width, open));
  const picked: number[] = [];
  const taken = new Set<number>();
  for (let round = 0; picked.length < task.count && queues.some((queue) => queue.length > round); round++) {
    for (const queue of queues) {
      const row = queue[round];
      if (row === undefined || taken.has(groups[row]!) || picked.length === task.count) continue;
      taken.add(groups[row]!);
      picked.push(row);
    }
  }
  return picked;
};

/** Rows by their mean distance to their nearest few in the cluster, the least first. Very large clusters by a thinned part. */
const mostTypical = async (
  algebra: LinearAlgebra,
  units: Float32Array,
  width: number,
  rows: readonly number[],
): Promise<number[]> => {
  const step = Math.ceil(rows.length / 1000);
  const some = rows.filter((_, i) => i % step === 0);
  const m = some.length;
  if (m < 3) return [...some];
  const own = gatherRows(units, width, some);
  const cosines = await algebra.matmul(own, own, { m, k: width, n: m, transposeB: true });
  const distance = some.map((_, i) => {
    const row = Array.from(cosines.subarray(i * m, (i + 1) * m)).sort((a, b) => b - a);
    const near = row.slice(1, 1 + Math.min(neighbours, m - 1));
    return near.reduce((sum, cosine) => sum + Math.sqrt(Math.max(0, 2 - 2 * cosine)), 0) / near.length;
  });
  return some
    .map((row, i) => ({ row, distance: distance[i]! }))
    .sort((a, b) => a.distance - b.distance || a.row - b.row)
    .map(({ row }) => row);
};
