/** What the engine is asked when somebody wants to see why: photos that are alike. Part of the engine's wire. */

import type { ItemId } from '../core/dataset/item.js';

/** Of a run's rows: photos without a label, and photos that are not in the dataset any more (or set aside). */
export const noLabel = -1;
export const notThere = -2;

export interface SimilarJob {
  readonly run: string;
  readonly runDir: string;
  readonly cacheDir: string;
  /** `id` is the sha-256 of the file's bytes; a photo that the run knows is not decoded. */
  readonly of: { readonly id: ItemId; readonly file: string };
  /** One a row of the run: a number for its label as of now, `noLabel` or `notThere`. */
  readonly labels: readonly number[];
  /** One list each; `label` null = of all photos that are there. */
  readonly wants: readonly { readonly label: number | null; readonly top: number }[];
  /** Its look-alikes would be the answer to every question about evidence. */
  readonly leavesGroupOut: boolean;
}

export interface SimilarResult {
  /** In the order of `wants`, nearest first. `distance` is Euclidean, between embeddings of norm 1: 0–2. */
  readonly lists: readonly (readonly { readonly id: ItemId; readonly distance: number }[])[];
}
