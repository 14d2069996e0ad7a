/** Photos that are like nothing of their class, like nothing at all, or like two classes at once: what a run tells. */

import type { ItemId } from '../dataset/item.js';
import { percent } from '../metrics/percent.js';
import type { Finding } from './finding.js';
import type { Ranking } from './ranking.js';

/** What `Oddness` tells of one photo. */
export interface OddPhoto {
  readonly id: ItemId;
  readonly path: string;
  readonly label: string | null;
  readonly strangeness: number | null;
  readonly isOutlier: boolean;
  /** Conformal percentile within the own photos; null = not known. */
  readonly inDomain: number | null;
}

/** One own photo in a hundred is this strange, whatever the dataset: fewer would hide what is foreign. */
const foreignBelow = 1;
/** Difference of the two largest probabilities; what they must have together for the photo to be a matter of two classes. */
const closeMargin = 0.1;
const ofTwoClasses = 0.7;

/** @param photos undecided ones. */
export const oddPhotos = (photos: readonly OddPhoto[]): Finding[] =>
  photos.flatMap(({ id, path, label, strangeness, isOutlier, inDomain }): Finding[] => {
    const common = { items: [{ id, path }], label, suggestion: null };
    const found: Finding[] = [];
    if (isOutlier && strangeness !== null) {
      found.push({
        ...common,
        kind: 'outlier',
        score: 0.8 * (strangeness / 100),
        why: `Far from every other photo labelled ${label ?? 'so'}: stranger than ${String(Math.floor(strangeness))} of 100 of them. It is often something else altogether.`,
      });
    }
    if (inDomain !== null && inDomain < foreignBelow) {
      found.push({
        ...common,
        kind: 'out-of-domain',
        score: 0.7,
        why: 'Never seen anything like it: fewer than 1 in 100 of your own photos are as strange to the model. Keep it if such pictures belong here.',
      });
    }
    return found;
  });

/** Photos between two classes, whose label is one of them. @param isOpen undecided. */
export const ambiguousPhotos = (
  ranking: Ranking,
  pathOf: (id: ItemId) => string,
  isOpen: (id: ItemId) => boolean,
): Finding[] =>
  ranking.items
    .filter((row) => !row.isLabelIssue && isOpen(row.id))
    .filter((row) => row.label === row.prediction || row.label === row.second)
    .filter(({ probability, secondProbability }) => probability + secondProbability >= ofTwoClasses)
    .filter(({ probability, secondProbability }) => probability - secondProbability < closeMargin)
    .map((row) => {
      const name = (at: number): string => ranking.vocab[at] ?? '';
      return {
        kind: 'ambiguous',
        score: 0.3 * (1 - (row.probability - row.secondProbability) / closeMargin),
        items: [{ id: row.id, path: pathOf(row.id) }],
        label: name(row.label),
        suggestion: null,
        why: `As much ${name(row.prediction)} as ${name(row.second)} (${percent(row.probability)} and ${percent(row.secondProbability)}). If you cannot tell either, set it aside.`,
      };
    });
