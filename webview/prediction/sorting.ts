/** The order of the table's rows. */

import type { PredictionCard } from '../../src/protocol/prediction.js';

export const columns = ['picture', 'prediction', 'probability', 'certainty', 'difference'] as const;
export type Column = (typeof columns)[number];

export interface Sort {
  readonly by: Column;
  readonly isDescending: boolean;
}

const certainties = ['unseen', 'unsure', 'sure'] as const;

/** Null = nothing to sort by: such rows come last either way. */
const valueOf = (card: PredictionCard, by: Column): string | number | null => {
  if (by === 'picture') return card.name;
  if (card.state !== 'done') return null;
  switch (by) {
    case 'prediction':
      return card.prediction;
    case 'probability':
      return card.probabilities[0]?.probability ?? null;
    case 'certainty':
      return card.certainty === null ? null : certainties.indexOf(card.certainty);
    case 'difference':
      return card.difference?.percentile ?? null;
  }
};

const byName = new Intl.Collator('en', { numeric: true });

/** Equal rows keep their order. */
export const sortedRows = (cards: readonly PredictionCard[], sort: Sort | null): readonly PredictionCard[] => {
  if (!sort) return cards;
  const { by, isDescending } = sort;
  return [...cards].sort((a, b) => {
    const [x, y] = [valueOf(a, by), valueOf(b, by)];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    const order = typeof x === 'string' && typeof y === 'string' ? byName.compare(x, y) : Number(x) - Number(y);
    return isDescending ? -order : order;
  });
};
