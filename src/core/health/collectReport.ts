/** What to collect and to label next: the JSON of `collect`. */

import type { ItemId } from '../dataset/item.js';
import type { ClassCurve } from './learningCurve.js';

export interface ConfusedPair {
  readonly actual: string;
  readonly predicted: string;
  readonly count: number;
  /** What the first class is searched by in winnow.json, or its name; more of these photos tell the two apart. */
  readonly terms: readonly string[];
}

export interface NextToLabel {
  readonly id: ItemId;
  readonly path: string;
  /** What the model takes it for, judged without having seen a label of it. */
  readonly prediction: string | null;
  readonly probability: number | null;
}

export interface CollectReport {
  readonly run: string;
  /** Photos that the curves stand on; at most 1,000. */
  readonly photos: number;
  /** Steepest first; the twelve classes known worst where there are more. */
  readonly curves: readonly ClassCurve[];
  readonly pairs: readonly ConfusedPair[];
  /** Unlabelled photos in the dataset, and those to label first. */
  readonly unlabelled: number;
  readonly next: readonly NextToLabel[];
}

const points = (share: number): string => (Math.round(1000 * share) / 10).toLocaleString('en');

/** Advice only where the figures bear it (JUDGE § 3). */
export const collectSentences = ({ curves }: Pick<CollectReport, 'curves'>): string[] => {
  if (curves.length === 0)
    return [
      'There are too few photos of each class to say what more of them would bring: a dozen at least are needed.',
    ];
  const advised = curves.filter(({ isAdvised }) => isAdvised);
  if (advised.length === 0) return ['More photos of any class help about equally.'];
  return advised.map(
    ({ label, photos, interval }) =>
      `Twice as many photos of ${label} (now ${photos.toLocaleString('en')}) might bring ${points(interval.low)} to ${points(interval.high)} points over all classes, as far as the photos so far tell.`,
  );
};
