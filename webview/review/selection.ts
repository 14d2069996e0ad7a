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
/** As many as a page that sleeps keeps by id; what it keeps is written with every move. */
const maxKept = 800;

/** What a page that sleeps keeps of a selection: these, or all of a list of so many. */
export type KeptSelection = number | readonly ItemId[];

export class Selection {
  readonly #rows: Rows;
  readonly #pull: PullIds;
  readonly #changed: () => void;
  readonly #ids = new Set<ItemId>();
  #anchor: number | null = null;
  #picking = 0;

  /** @param changed the selection is another one. */
  constructor(rows: Rows, pull: PullIds, changed: () => void) {
    this.#rows = rows;
    this.#pull = pull;
    this.#changed = changed;
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
    this.#anchor = null;
    this.#set([]);
  }

  /** @param total photos in the list. */
  kept(total: number): KeptSelection {
    if (this.#ids.size > 0 && this.#ids.size === total) return total;
    return this.#ids.size <= maxKept ? this.ids() : [];
  }

  /** What was kept of a list of `total` photos, as far as it is in the list yet and nobody has selected since. */
  async restore(kept: KeptSelection, total: number): Promise<void> {
    const isNothing = typeof kept === 'number' ? kept !== total : kept.length === 0;
    if (isNothing || total > maxSelected) return;
    const { version, ids } = await this.#pull(0, total);
    if (version !== this.#rows.version || this.#ids.size > 0 || this.isPicking) return;
    const meant = typeof kept === 'number' ? null : new Set(kept);
    this.#set(meant === null ? ids : ids.filter((id) => meant.has(id)));
  }

  /** In the order in which they were picked. */
  ids(): readonly ItemId[] {
    return [...this.#ids];
  }

  /** A range runs from the last tile picked otherwise. Answers with why not, or null. */
  async pick(index: number, how: Pick): Promise<string | null> {
    if (how === 'only') {
      this.#anchor = index;
      this.#set([]);
      return null;
    }
    if (how === 'toggle') {
      this.#anchor = index;
      const id = this.#rows.at(index)?.id;
      if (id === undefined) return null;
      if (!this.#ids.delete(id)) this.#ids.add(id);
      this.#changed();
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
    this.#set(ids);
    return null;
  }

  #set(ids: readonly ItemId[]): void {
    if (ids.length === 0 && this.#ids.size === 0) return;
    this.#ids.clear();
    for (const id of ids) this.#ids.add(id);
    this.#changed();
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
