/** What the page knows, brought to a later revision. */

import type { PredictionChange, PredictionState } from '../../src/protocol/prediction.js';

/** Cards that did not change stay the same objects. Null = the page missed something: the change does not lead on from it. */
export const merged = (state: PredictionState, change: PredictionChange): PredictionState | null => {
  const { from, added, changed, total, ...overview } = change;
  if (from !== state.revision) return null;
  return { ...overview, cards: mergedCards(state.cards, added, changed, total) };
};

const mergedCards = (
  cards: PredictionState['cards'],
  added: PredictionChange['added'],
  changed: PredictionChange['changed'],
  total: number,
): PredictionState['cards'] => {
  // Most often only the summary or the model is another one; then nothing about the rows is to be worked out anew.
  if (added.length === 0 && changed.length === 0 && total === cards.length) return cards;
  const anew = new Map(changed.map((card) => [card.key, card]));
  return [...added, ...cards.slice(0, Math.max(0, total - added.length)).map((card) => anew.get(card.key) ?? card)];
};
