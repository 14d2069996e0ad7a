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

/** 'activation': what each place of the last block adds to a linear head's score, exactly. 'occlusion': what covering a place costs the whole predictor. */
export type LookMethod = 'activation' | 'occlusion';

export interface LookJob {
  readonly run: string;
  readonly runDir: string;
  readonly cacheDir: string;
  /** `id` is the sha-256 of the file's bytes. */
  readonly of: { readonly id: ItemId; readonly file: string };
  /** The class whose probability is asked about. */
  readonly label: string;
  readonly method: LookMethod;
  /** A side of the grid of places; for occlusion. */
  readonly cells: number;
  /** Labels of the run's photos as of now, as in SimilarJob, with the names that the numbers stand for. */
  readonly labels: readonly number[];
  readonly vocab: readonly string[];
}

/** Shares of the picture's width and height. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Look {
  readonly method: LookMethod;
  readonly label: string;
  readonly rows: number;
  readonly columns: number;
  /** [rows, columns], −1 to 1: 1 = what speaks most for the label; below 0 speaks against it. */
  readonly values: readonly number[];
  /** What the network sees of the picture. */
  readonly region: Place;
  /** Of the label, with nothing covered; for a photo of the dataset by a fit that has not seen it. */
  readonly probability: number;
  /** The place that counts most. */
  readonly strongest: Place;
  /** Probability of the label with that place covered; null for an activation. */
  readonly without: number | null;
  /** Whether the photo is one of the run's, so that the fit left it and its look-alikes out. */
  readonly isHeldOut: boolean;
  /** Why there is no exact activation; null = there is one. */
  readonly whyNoActivation: string | null;
}
