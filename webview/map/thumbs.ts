/** Thumbnails of the points that were told about lately. */

import type { ItemId } from '../../src/core/dataset/item.js';

const kept = 500;

export class Thumbs {
  readonly #pull: (id: ItemId) => Promise<string | null>;
  readonly #uris = new Map<ItemId, string | null>();
  #isAsking = false;

  constructor(pull: (id: ItemId) => Promise<string | null>) {
    this.#pull = pull;
  }

  of(id: ItemId): string | null {
    return this.#uris.get(id) ?? null;
  }

  /**
   * One request at a time; the last point wins. @throws what the wire throws.
   * @param wanted the point to tell about by then. @param came one has arrived.
   */
  async ask(wanted: () => ItemId | undefined, came: () => void): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      for (let id = wanted(); id !== undefined && !this.#uris.has(id); id = wanted()) {
        const uri = await this.#pull(id);
        const [oldest] = this.#uris.keys();
        if (this.#uris.size >= kept && oldest !== undefined) this.#uris.delete(oldest);
        this.#uris.set(id, uri);
        came();
      }
    } finally {
      this.#isAsking = false;
    }
  }
}
