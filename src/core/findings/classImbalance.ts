/** Classes that have far fewer photos than the others: their recall is the first to suffer. */

import type { Finding } from './finding.js';

/** Of the largest class. */
const rareShare = 0.25;

/** One finding a rare class, without items. @param counts photos a class; classes without any are somebody's plan, not a finding. */
export const classImbalance = (counts: ReadonlyMap<string, number>): Finding[] => {
  const largest = [...counts].reduce<readonly [string, number]>(
    (best, one) => (one[1] > best[1] ? one : best),
    ['', 0],
  );
  return [...counts]
    .filter(([, count]) => count > 0 && count < rareShare * largest[1])
    .map(([label, count]) => ({
      kind: 'class-imbalance',
      score: 0.5 * (1 - count / (rareShare * largest[1])),
      items: [],
      label,
      suggestion: null,
      why: `${label} has ${count} photos, ${largest[0]} has ${largest[1]}: a rare class is often missed. Gather more of it before you trust its figures.`,
    }));
};
