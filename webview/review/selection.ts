/** Which photos are selected: by id, so that nothing else slips in when rows move. */

import type { ItemId } from '../../src/core/dataset/item.js';
import type { Pick } from '../shared/imageGrid.js';
import type { Rows } from './rows.js';

/** The ids [from, to) of the list as it is now. */
export type PullIds = (
  from: number,
  to: number,
) => Promise<{ readonly version: number; readonly ids: readonly ItemId[] }>;

/** As many as one decision may name. */
export const maxSelected = 100_000;

export class Selection {
  readonly #rows: Rows;
  readonly #pull: PullIds;
  readonly #ids = new Set<ItemId>();
  #anchor: number | null = null;
  #picking = 0;

  constructor(rows: Rows, pull: PullIds) {
    this.#rows = rows;
    this.#pull = pull;
  }

  get size(): number {
    return this.#ids.size;
  }

  /** A range is being fetched: what is selected now is not what the person means. */
  get isPicking(): boolean {
    return this.#picking > 0;
  }

  has(id: ItemId): boolean {
    return this.#ids.has(id);
  }

  clear(): void {
    this.#ids.clear();
    this.#anchor = null;
  }

  /** In the order in which they were picked. */
  ids(): readonly ItemId[] {
    return [...this.#ids];
  }

  /** A range runs from the last tile picked otherwise. Answers with why not, or null. */
  async pick(index: number, how: Pick): Promise<string | null> {
    if (how === 'only') {
      this.#ids.clear();
      this.#anchor = index;
      return null;
    }
    if (how === 'toggle') {
      const id = this.#rows.at(index)?.id;
      if (id !== undefined && !this.#ids.delete(id)) this.#ids.add(id);
      this.#anchor = index;
      return null;
    }
    this.#anchor ??= index;
    return this.#range(Math.min(this.#anchor, index), Math.max(this.#anchor, index) + 1);
  }

  /** Everything that passes the filter. Answers with why not, or null. */
  async all(total: number): Promise<string | null> {
    this.#anchor = 0;
    return this.#range(0, total);
  }

  async #range(from: number, to: number): Promise<string | null> {
    if (to - from > maxSelected)
      return `A selection holds at most ${maxSelected.toLocaleString('en')} photos: filter first.`;
    const anchor = this.#anchor;
    const pulled = this.#pulled(from, to);
    let ids = pulled;
    if (!ids) {
      this.#picking++;
      try {
        const answer = await this.#pull(from, to);
        if (answer.version !== this.#rows.version) return 'The list has changed meanwhile: select again.';
        ids = answer.ids;
      } finally {
        this.#picking--;
      }
    }
    if (anchor !== this.#anchor) return null;
    this.#ids.clear();
    for (const id of ids) this.#ids.add(id);
    return null;
  }

  /** Null when some row is not here, or is of an older list. */
  #pulled(from: number, to: number): readonly ItemId[] | null {
    const ids: ItemId[] = [];
    for (let at = from; at < to; at++) {
      const tile = this.#rows.isFresh(at) ? this.#rows.at(at) : undefined;
      if (!tile) return null;
      ids.push(tile.id);
    }
    return ids;
  }
}
