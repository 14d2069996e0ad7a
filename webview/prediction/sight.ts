/** Which cards are in sight, and which of those want their thumbnails. */

import { maxIllustrated, type PredictionCard } from '../../src/protocol/prediction.js';

export class Sight {
  readonly #inSight = new Set<string>();
  readonly #asked = new Set<string>();

  sees(key: string, isInSight: boolean): void {
    if (isInSight) this.#inSight.add(key);
    else this.#inSight.delete(key);
  }

  /** Keys of answered cards in sight without a thumbnail; each is named once. */
  wanting(cards: readonly PredictionCard[]): readonly string[] {
    const keys = cards
      .filter(({ key, state, thumb }) => state === 'done' && thumb === null && this.#inSight.has(key))
      .map(({ key }) => key)
      .filter((key) => !this.#asked.has(key))
      .slice(0, maxIllustrated);
    for (const key of keys) this.#asked.add(key);
    return keys;
  }
}

/**
 * @param onSight hears the cards that have come into sight or left it, together.
 * @returns what has to be called after each drawing.
 */
export const watchCards = (
  root: HTMLElement,
  onSight: (cards: readonly { readonly key: string; readonly isInSight: boolean }[]) => void,
): (() => void) => {
  const observer = new IntersectionObserver((entries) => {
    onSight(
      entries.map(({ target, isIntersecting }) => ({
        key: (target as HTMLElement).dataset['key'] ?? '',
        isInSight: isIntersecting,
      })),
    );
  });
  return () => {
    // One that is watched already is not watched twice; one that has left the page says so, and is forgotten with it.
    for (const card of root.querySelectorAll('.card')) observer.observe(card);
  };
};
