/** An answer about one picture. */

import type { ItemId } from '../dataset/item.js';
import type { Certainty } from './certainty.js';
import type { Difference } from './difference.js';
import type { InDomain } from './domain.js';

export interface Neighbour {
  readonly id: ItemId;
  readonly path: string;
  readonly label: string;
  /** Euclidean distance of L2-normalised embeddings (block a), 0–2. */
  readonly distance: number;
}

export interface Prediction {
  readonly path: string;
  readonly prediction: string;
  /** By class name, sums to 1; the predictor's, calibrated. */
  readonly probabilities: Readonly<Record<string, number>>;
  /** 'held-out': the photo is in the dataset and this is the row of a fit that has not seen it (JUDGE § 3). */
  readonly basis: 'held-out' | 'new';
  readonly certainty: Certainty;
  /** Null when the run had too few photos to say, or is older than this. */
  readonly inDomain: InDomain | null;
  /** Null where there is too little to compare with, or the run's features are gone. */
  readonly difference: Difference | null;
  readonly nearest: readonly Neighbour[];
}

export interface FailedPrediction {
  readonly path: string;
  readonly error: { readonly code: string; readonly message: string };
}
