/** Many answers in a few lines: per class how many, how sure, and how different from the next class. */

import { byCodePoint } from '../../base/compare.js';
import { medianInterval, type MedianInterval } from '../metrics/medianInterval.js';
import type { FailedPrediction, Prediction } from './prediction.js';

export interface ClassSummary {
  readonly label: string;
  readonly photos: number;
  readonly sure: number;
  readonly unsure: number;
  readonly unseen: number;
  /** Of the percentiles of `difference`, 0–100; null where there is none. */
  readonly difference: MedianInterval | null;
}

/** Most photos first. Failed answers are in no class. */
export const folderSummary = (answers: readonly (Prediction | FailedPrediction)[]): readonly ClassSummary[] => {
  const byClass = new Map<string, Prediction[]>();
  for (const answer of answers) {
    if ('error' in answer) continue;
    const some = byClass.get(answer.prediction);
    if (some) some.push(answer);
    else byClass.set(answer.prediction, [answer]);
  }
  return [...byClass]
    .map(([label, some]) => {
      const count = (certainty: Prediction['certainty']): number =>
        some.filter((answer) => answer.certainty === certainty).length;
      return {
        label,
        photos: some.length,
        sure: count('sure'),
        unsure: count('unsure'),
        unseen: count('unseen'),
        difference: medianInterval(some.flatMap(({ difference }) => difference?.percentile ?? [])),
      };
    })
    .sort((a, b) => b.photos - a.photos || byCodePoint(a.label, b.label));
};
