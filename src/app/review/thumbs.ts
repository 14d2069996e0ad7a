/** The thumbnails of a review: each is asked for once. */

import { Emitter } from '../../base/emitter.js';
import { Scope, type Disposable } from '../../base/scope.js';
import type { ItemId } from '../../core/dataset/item.js';
import type { Log } from '../../ports/log.js';
import type { MakeThumbs } from '../makeThumbs.js';

const thumbPx = 256;

export class Thumbs implements Disposable {
  readonly #scope = new Scope();
  readonly #made = this.#scope.add(new Emitter<readonly { id: ItemId; uri: string }[]>());
  readonly onDidMake = this.#made.event;
  readonly #make: MakeThumbs;
  readonly #log: Log;
  readonly #uris = new Map<ItemId, string>();
  readonly #asked = new Set<ItemId>();

  constructor(make: MakeThumbs, log: Log) {
    this.#make = make;
    this.#log = log;
  }

  /** Null while it is not made. */
  of(id: ItemId): string | null {
    return this.#uris.get(id) ?? null;
  }

  /** Those that failed are asked for again with the next wish. */
  want(ids: readonly ItemId[]): void {
    const missing = ids.filter((id) => !this.#uris.has(id) && !this.#asked.has(id));
    if (missing.length === 0) return;
    for (const id of missing) this.#asked.add(id);
    this.#make(missing, thumbPx).then(
      (made) => {
        for (const [id, uri] of made) this.#uris.set(id, uri);
        if (!this.#scope.isDisposed) this.#made.fire([...made].map(([id, uri]) => ({ id, uri })));
      },
      (error: unknown) => {
        for (const id of missing) this.#asked.delete(id);
        this.#log.error('thumbnails failed', error);
      },
    );
  }

  dispose(): void {
    this.#scope.dispose();
  }
}
