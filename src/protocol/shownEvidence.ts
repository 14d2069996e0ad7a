/** Why a photo was found, as the review shows it: photos like it, and its copies side by side. */

import type { ItemId, Split } from '../core/dataset/item.js';

export interface EvidencePhoto {
  readonly id: ItemId;
  readonly path: string;
  readonly label: string | null;
  /** Euclidean, between embeddings of norm 1: 0–2. */
  readonly distance: number;
  /** Webview URI of the 256 px thumbnail. */
  readonly thumb: string | null;
}

export interface EvidenceList {
  /** 'given' = of the label it has; 'other' = of what is suggested or predicted instead; 'any' = whatever the label. */
  readonly role: 'given' | 'other' | 'any';
  readonly label: string | null;
  /** Nearest first, without its own look-alikes. */
  readonly photos: readonly EvidencePhoto[];
}

/** One of several copies or look-alikes. */
export interface EvidenceTwin {
  readonly id: ItemId;
  readonly path: string;
  readonly isThis: boolean;
  readonly label: string | null;
  readonly split: Split | null;
  /** Pixels; null until the photo was decoded. */
  readonly size: { readonly width: number; readonly height: number } | null;
  readonly bytes: number | null;
  /** Where it was found, in words; null = nobody knows. */
  readonly source: string | null;
  readonly thumb: string | null;
}

/** What the fine-tuned network of the photo's fold says, which had not seen it either. */
export interface NetworkOpinion {
  readonly prediction: string;
  readonly probability: number;
  /** Null without a label that it knows. */
  readonly labelProbability: number | null;
}

export interface Evidence {
  readonly id: ItemId;
  /** Webview URI of the 1,024 px picture. */
  readonly picture: string | null;
  readonly lists: readonly EvidenceList[];
  /** Why there are no lists. */
  readonly trouble: string | null;
  /** Itself first; empty = no photo is like it. */
  readonly twins: readonly EvidenceTwin[];
  /** Null where no fine-tuning with folds has judged it. */
  readonly network: NetworkOpinion | null;
}
