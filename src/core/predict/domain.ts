/** Whether a photo is of the kind that the model was made from: conformal on distance and the ridge's largest score (docs/adr/0006). */

import { seededRandom } from '../../base/random.js';
import { WinnowError } from '../../base/errors.js';
import { consecutive, rowsAtOnce } from '../training/featureBlock.js';
import type { LinearAlgebra } from '../training/linearAlgebra.js';
import { distanceToRow, fromBase64, int8Rows, toBase64, type Int8Rows } from './int8Rows.js';

/** What is kept of the training photos; plain JSON, it travels in runs and exports. */
export interface Domain {
  readonly version: 1;
  /** Length of an embedding. */
  readonly width: number;
  /** base64 of int8[references, width]; times its row's scale it is a photo's embedding of norm 1, nearly. */
  readonly references: string;
  readonly scales: readonly number[];
  /** Of the calibration photos, each ascending: mean distance to the 3 nearest references; 1 − largest ridge score; sum of both ranks. */
  readonly distances: readonly number[];
  readonly strangeness: readonly number[];
  readonly scores: readonly number[];
}

export interface InDomain {
  /** Share of one's own photos that are at least as strange, 0–100; below 5 = out of domain. */
  readonly percentile: number;
  readonly isOutOfDomain: boolean;
}

export interface DomainTask {
  /** float32[count, width], norm 1: the embeddings of some of the n rows. All at once would be the embeddings' memory again. */
  readonly unitsOf: (rows: Int32Array) => Float32Array;
  readonly width: number;
  /** Rows that the model was fitted on. */
  readonly trained: Int32Array;
  /** Class and group of each of the n rows. */
  readonly labels: Int32Array;
  readonly groups: Int32Array;
  /** Largest raw ridge score of each row, by a fit without its group. */
  readonly familiarity: Float32Array;
  readonly seed: number;
}

export interface FittedDomain {
  readonly domain: Domain;
  /** One a row of the task, held-out. */
  readonly percentiles: Float32Array;
}

/** More tell strangers no better, and each is 1.7 kB of an export. */
const mostReferences = 300;
const mostCalibration = 2000;
/** With fewer nothing could ever be refused at 5 %. */
const leastCalibration = 20;
const refusedBelow = 5;
const nearest = 3;

/** Null when there are too few photos to say. References are drawn by class in proportion; a photo calibrates against those outside its group. */
export const fitDomain = async (algebra: LinearAlgebra, task: DomainTask): Promise<FittedDomain | null> => {
  const { width, trained, familiarity, seed } = task;
  if (trained.length < leastCalibration) return null;
  const count = Math.min(mostReferences, trained.length);
  const chosen = Int32Array.from(stratified(trained, task.labels, count, seed));
  const references = int8Rows(task.unitsOf(chosen), width, chosen.keys());
  const calibration = seededRandom(seed)
    .shuffled([...trained])
    .slice(0, mostCalibration);
  const distance = await distancesTo(algebra, references, chosen, task);
  const ascending = (values: readonly number[]): number[] => values.map(rounded).sort((a, b) => a - b);
  const distances = ascending(calibration.map((row) => distance[row]!));
  const strangeness = ascending(calibration.map((row) => 1 - familiarity[row]!));
  const scoreOf = (row: number): number => rank(distances, distance[row]!) + rank(strangeness, 1 - familiarity[row]!);
  const domain: Domain = {
    version: 1,
    width,
    references: toBase64(references.values),
    scales: references.scales,
    distances,
    strangeness,
    scores: ascending(calibration.map(scoreOf)),
  };
  const calibrates = new Set(calibration);
  const percentiles = Float32Array.from(task.groups, (_, row) =>
    calibrates.has(row) ? ownPercentile(domain, scoreOf(row)) : percentileOf(domain, scoreOf(row)),
  );
  return { domain, percentiles };
};

/** float64[n]: mean distance of each row to the nearest references outside its group. */
const distancesTo = async (
  algebra: LinearAlgebra,
  { values, scales, width }: Int8Rows,
  chosen: Int32Array,
  { unitsOf, groups }: DomainTask,
): Promise<Float64Array> => {
  const count = chosen.length;
  const references = Float32Array.from(values, (value, at) => value * scales[Math.floor(at / width)]!);
  const squares = new Float64Array(count);
  for (let at = 0; at < references.length; at++) squares[Math.floor(at / width)]! += references[at]! ** 2;
  const out = new Float64Array(groups.length);
  const apart = new Float64Array(count);
  for (let from = 0; from < groups.length; from += rowsAtOnce) {
    const m = Math.min(rowsAtOnce, groups.length - from);
    const units = unitsOf(consecutive(from, from + m));
    const products = await algebra.matmul(units, references, { m, k: width, n: count, transposeB: true });
    for (let i = 0; i < m; i++) {
      let others = 0;
      for (let j = 0; j < count; j++) {
        if (groups[chosen[j]!] === groups[from + i]) continue;
        apart[others++] = Math.sqrt(Math.max(0, 1 + squares[j]! - 2 * products[i * count + j]!));
      }
      out[from + i] = meanOfNearest(apart.subarray(0, others));
    }
  }
  return out;
};

export const inDomain = (percentile: number): InDomain => ({
  percentile,
  isOutOfDomain: percentile < refusedBelow,
});

/** Takes an embedding of norm 1 and the largest raw ridge score. */
export type DomainJudge = (unit: Float32Array, familiarity: number) => InDomain;

/** Judges new photos. */
export const domainJudge = (domain: Domain): DomainJudge => {
  const references = { width: domain.width, values: fromBase64(domain.references), scales: domain.scales };
  return (unit, familiarity) => {
    const distance = meanOfNearest(domain.scales.map((_, at) => distanceToRow(references, at, unit)));
    const score = rank(domain.distances, distance) + rank(domain.strangeness, 1 - familiarity);
    return inDomain(percentileOf(domain, score));
  };
};

/** Of Euclidean distances to references; 2 (the most there is) where there are none. */
const meanOfNearest = (distances: ArrayLike<number>): number => {
  const few: number[] = [];
  for (let at = 0; at < distances.length; at++) {
    const distance = distances[at]!;
    if (few.length === nearest) {
      if (distance >= few[nearest - 1]!) continue;
      few.pop();
    }
    let place = few.length;
    while (place > 0 && few[place - 1]! > distance) place--;
    few.splice(place, 0, distance);
  }
  return few.length === 0 ? 2 : few.reduce((sum, distance) => sum + distance, 0) / few.length;
};

/** How many of the ascending values are below `value`. */
const below = (values: readonly number[], value: number): number => {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** Stored numbers keep six places; what is compared with them is rounded alike, or equals would not be. */
const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;
const rank = (values: readonly number[], value: number): number => below(values, rounded(value)) / values.length;

/** Conformal p-value in per cent. */
const percentileOf = ({ scores }: Domain, score: number): number =>
  (100 * (1 + scores.length - below(scores, rounded(score)))) / (scores.length + 1);

/** The same for one of the calibration photos: it stands among the scores already, and counted against itself it could never be the strangest. */
const ownPercentile = ({ scores }: Domain, score: number): number =>
  (100 * (scores.length - below(scores, rounded(score)))) / scores.length;

/** `count` of the rows, each class by its share, largest remainders first. */
export const stratified = (rows: Int32Array, labels: Int32Array, count: number, seed: number): number[] => {
  const byClass = new Map<number, number[]>();
  for (const row of seededRandom(seed).shuffled([...rows])) {
    const own = byClass.get(labels[row]!);
    if (own) own.push(row);
    else byClass.set(labels[row]!, [row]);
  }
  const shares = [...byClass.values()].map((own) => ({ own, share: (count * own.length) / rows.length }));
  const given = shares.map(({ share }) => Math.floor(share));
  const left = count - given.reduce((sum, n) => sum + n, 0);
  const order = [...shares.keys()].sort((a, b) => (shares[b]!.share % 1) - (shares[a]!.share % 1) || a - b);
  for (const at of order.slice(0, left)) given[at]!++;
  return shares.flatMap(({ own }, at) => own.slice(0, given[at]));
};

/** @throws WinnowError 'bad-shape' for what this version cannot read. */
export const checkedDomain = (value: unknown): Domain => {
  const { version, scores, scales } = value as { readonly [name in keyof Domain]?: unknown };
  if (version === 1 && Array.isArray(scores) && Array.isArray(scales)) return value as Domain;
  throw new WinnowError(
    'bad-shape',
    'The run knows its own photos in a way that this Winnow cannot read. Train again.',
  );
};
