/** Which tiles are selected: by id, so that nothing else slips in when rows move. */

import type { ItemId } from '../../src/core/dataset/item.js';
import type { ReviewTile } from '../../src/protocol/review.js';
import type { Pick } from '../shared/imageGrid.js';
import type { Rows } from './rows.js';

/** More than a person can mean to decide at once. */
const maxSelected = 2_000;

export class Selection {
  readonly #rows: Rows;
  readonly #tiles = new Map<ItemId, ReviewTile>();
  #anchor: number | null = null;
  #picking = 0;

  constructor(rows: Rows) {
    this.#rows = rows;
  }

  get size(): number {
    return this.#tiles.size;
  }

  /** A range is being fetched: what is selected now is not what the person means. */
  get isPicking(): boolean {
    return this.#picking > 0;
  }

  has(id: ItemId): boolean {
    return this.#tiles.has(id);
  }

  clear(): void {
    this.#tiles.clear();
    this.#anchor = null;
  }

  /** As they are now, in the order of the list where it is known. */
  tiles(): ReviewTile[] {
    const placed = [...this.#tiles.values()].map((tile) => ({ tile, index: this.#rows.indexOf(tile.id) }));
    return placed
      .sort((a, b) => a.index - b.index)
      .map(({ tile, index }) => (index < 0 ? tile : (this.#rows.at(index) ?? tile)));
  }

  /** A range runs from the last tile picked otherwise. Answers with why not, or null. */
  async pick(index: number, how: Pick): Promise<string | null> {
    if (how === 'only') {
      this.#tiles.clear();
      this.#anchor = index;
      return null;
    }
    if (how === 'toggle') {
      const tile = this.#rows.at(index);
      if (tile && !this.#tiles.delete(tile.id)) this.#tiles.set(tile.id, tile);
      this.#anchor = index;
      return null;
    }
    this.#anchor ??= index;
    const from = Math.min(this.#anchor, index);
    const to = Math.max(this.#anchor, index) + 1;
    if (to - from > maxSelected) return `A selection holds at most ${maxSelected.toLocaleString('en')} photos.`;
    const anchor = this.#anchor;
    this.#picking++;
    try {
      await this.#rows.ensure(from, to);
    } finally {
      this.#picking--;
    }
    if (anchor !== this.#anchor) return null;
    this.#tiles.clear();
    for (let at = from; at < to; at++) {
      const tile = this.#rows.at(at);
      if (tile) this.#tiles.set(tile.id, tile);
    }
    return null;
  }
}
