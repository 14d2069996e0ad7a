/** A few of the training photos that travel with an exported page: what an answer resembles, and how different it is (JUDGE § 4). */

import { differenceAmong, leadOf, type Difference } from './difference.js';
import { stratified } from './domain.js';
import { distanceToRow, fromBase64, int8Rows, toBase64 } from './int8Rows.js';

/** Plain JSON. */
export interface NearPhotos {
  readonly version: 1;
  /** Length of an embedding. */
  readonly width: number;
  /** base64 of int8[photos, width], with the scale of each row. */
  readonly references: string;
  readonly scales: readonly number[];
  /** Class of each, an index into the model's classes. */
  readonly labels: readonly number[];
  /** By class, ascending: the leads of one's own photos, each measured without its group. */
  readonly leads: readonly (readonly number[])[];
}

export interface NearTask {
  /** float32[n, width], rows of norm 1. */
  readonly units: Float32Array;
  readonly width: number;
  /** Rows that may travel. */
  readonly rows: Int32Array;
  /** Class and group of each of the n rows. */
  readonly labels: Int32Array;
  readonly groups: Int32Array;
  readonly classes: number;
  readonly seed: number;
}

export interface FittedNear {
  readonly near: NearPhotos;
  /** Rows of the photos that travel, in their order there. */
  readonly chosen: readonly number[];
}

/** Per class what five neighbours need, when one is the picture's own twin. */
const wantedOfClass = 6;
const [fewest, most] = [240, 600];
/** Own photos of a class whose leads are kept: enough for a percentile within ± 3. */
const mostLeads = 200;
const shown = 5;

/** Null when there is nothing to compare with. */
export const fitNear = ({ units, width, rows, labels, groups, classes, seed }: NearTask): FittedNear | null => {
  const count = Math.min(rows.length, Math.max(fewest, Math.min(most, wantedOfClass * classes)));
  if (count === 0) return null;
  const chosen = stratified(rows, labels, count, seed);
  const references = int8Rows(units, width, chosen);
  const own = chosen.map((row) => labels[row]!);
  const leads = Array.from({ length: classes }, (_, label) => {
    const some = [...rows].filter((row) => labels[row] === label);
    return stratified(Int32Array.from(some), labels, Math.min(mostLeads, some.length), seed)
      .flatMap((row) => {
        const unit = units.subarray(row * width, (row + 1) * width);
        const distances = own.map((_label, at) => distanceToRow(references, at, unit));
        return leadOf(distances, own, (at) => groups[chosen[at]!] === groups[row], classes, label)?.margin ?? [];
      })
      .map((lead) => Math.round(lead * 1e6) / 1e6)
      .sort((a, b) => a - b);
  });
  const { scales, values } = references;
  return { near: { version: 1, width, references: toBase64(values), scales, labels: own, leads }, chosen };
};

export interface NearPhoto {
  /** Place among the photos that travel. */
  readonly at: number;
  readonly label: string;
  /** Euclidean distance of embeddings of norm 1, 0–2. */
  readonly distance: number;
}
export interface Near {
  /** Nearest first, five at most. */
  readonly nearest: readonly NearPhoto[];
  readonly difference: Difference | null;
}

/** @param vocab the model's classes.  @returns judges an embedding of norm 1 that is taken for class `own`. */
export const nearJudge = (near: NearPhotos, vocab: readonly string[]): ((unit: Float32Array, own: number) => Near) => {
  const references = { width: near.width, values: fromBase64(near.references), scales: near.scales };
  return (unit, own) => {
    const distances = near.labels.map((_, at) => distanceToRow(references, at, unit));
    const nearest = [...distances.keys()]
      .sort((a, b) => distances[a]! - distances[b]! || a - b)
      .slice(0, shown)
      .map((at) => ({ at, label: vocab[near.labels[at]!] ?? '', distance: distances[at]! }));
    const lead = leadOf(distances, near.labels, () => false, vocab.length, own);
    return { nearest, difference: differenceAmong(near.leads[own] ?? [], lead, vocab, own) };
  };
};
