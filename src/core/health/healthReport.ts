/** How a dataset is: the JSON of `health`, and what the health page shows. Shares are 0–1. */

import type { FindingKind } from '../findings/finding.js';
import type { EntryRef } from '../journal/entry.js';
import type { Calibration } from '../metrics/calibrationBins.js';
import type { GroupedShare, Interval } from '../metrics/groupedBootstrap.js';
import type { CleaningReport } from './cleaning.js';
import type { LeftOutReport } from './leftOut.js';

export interface HealthClass {
  readonly label: string;
  /** Photos that have the label now. */
  readonly photos: number;
  /** Null before a train, and where there is nothing to divide by. */
  readonly precision: number | null;
  readonly recall: number | null;
  /** 95 %, of `recall`. */
  readonly recallInterval: Interval | null;
}

/** What look-alikes on two sides would have done to the figures. */
export interface LookAlikeHealth {
  /** Pairs of photos that look alike. */
  readonly pairs: number;
  /** Of those, the pairs that the same split would have put on two sides, had it not kept them together. */
  readonly straddling: number;
  /** Judged without the photo and its look-alikes; null before a train. */
  readonly accuracyTogether: number | null;
  /** Judged without the photo alone: what a split that does not know of look-alikes promises. */
  readonly accuracyAlone: number | null;
  /** 95 % of alone − together. */
  readonly difference: Interval | null;
}

/** Either the figures, or a sentence that says what is missing. */
export type LeftOutHealth =
  { readonly known: LeftOutReport; readonly missing: null } | { readonly known: null; readonly missing: string };

export interface HealthReport {
  readonly name: string;
  /** Null before the first train. */
  readonly run: string | null;
  readonly labelsAt: EntryRef | null;
  /** In the dataset, neither trashed nor set aside; and those of them with a label. */
  readonly images: number;
  readonly labelled: number;
  /** Kinds that hit something, in the order of the list of findings. */
  readonly findings: readonly { readonly kind: FindingKind; readonly count: number }[];
  /** Sentences about what most photos are like, and about what beside the subject tells the classes apart. */
  readonly properties: readonly string[];
  readonly shortcuts: readonly string[];
  readonly classes: readonly HealthClass[];
  /** The predictor's, each photo judged without having been seen, against the labels of now. */
  readonly accuracy: GroupedShare | null;
  readonly calibration: Calibration | null;
  readonly lookAlikes: LookAlikeHealth;
  readonly sites: LeftOutHealth;
  readonly products: LeftOutHealth;
  readonly cleaning: CleaningReport;
}
