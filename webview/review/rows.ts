/** The rows that were pulled so far; old ones stay on show until newer ones arrive. */

import type { ItemId } from '../../src/core/dataset/item.js';
import type { ReviewTile } from '../../src/protocol/review.js';

export type PullRows = (
  version: number,
  from: number,
  to: number,
) => Promise<{ readonly version: number; readonly from: number; readonly tiles: readonly ReviewTile[] }>;

interface Row {
  readonly tile: ReviewTile;
  /** The list's version when the row was pulled. */
  readonly version: number;
}

const chunkRows = 60;
const maxInFlight = 3;
/** Pulled rows kept in memory: some 20 screens either way. */
const maxRows = 6_000;

export class Rows {
  readonly #pull: PullRows;
  readonly #changed: () => void;
  readonly #failed: (error: unknown) => void;
  readonly #rows = new Map<number, Row>();
  readonly #thumbs = new Map<ItemId, string>();
  readonly #inFlight = new Set<number>();
  #wanted = { from: 0, to: 0 };
  /** A wish that failed: not asked again until the list or the wish changes, or drawing would ask for ever. */
  #refused: { readonly from: number; readonly to: number } | null = null;
  #version = -1;
  #total = 0;

  constructor(pull: PullRows, changed: () => void, failed: (error: unknown) => void) {
    this.#pull = pull;
    this.#changed = changed;
    this.#failed = failed;
  }

  get version(): number {
    return this.#version;
  }

  /** The list is now of this version and length; `forget` drops what is on show too (another filter). */
  reset(version: number, total: number, forget: boolean): void {
    this.#version = version;
    this.#total = total;
    this.#refused = null;
    if (forget) this.#rows.clear();
    for (const index of this.#rows.keys()) if (index >= total) this.#rows.delete(index);
  }

  at(index: number): ReviewTile | undefined {
    const tile = this.#rows.get(index)?.tile;
    if (!tile) return undefined;
    const uri = this.#thumbs.get(tile.id);
    return uri === undefined || tile.thumb !== null ? tile : { ...tile, thumb: uri };
  }

  /** Index of a pulled row; −1 when it was not pulled. */
  indexOf(id: ItemId): number {
    for (const [index, row] of this.#rows) if (row.tile.id === id) return index;
    return -1;
  }

  /** The pulled tiles of these ids, with where they lie. */
  find(ids: ReadonlySet<ItemId>): readonly { readonly index: number; readonly tile: ReviewTile }[] {
    return [...this.#rows].flatMap(([index, { tile }]) => (ids.has(tile.id) ? [{ index, tile }] : []));
  }

  /** Rows [from, to) are to be shown: pulls what is missing or old, a few chunks at a time, the latest wish first. */
  want(from: number, to: number): void {
    this.#wanted = { from, to: Math.min(to, this.#total) };
    if (this.#refused?.from === from && this.#refused.to === this.#wanted.to) return;
    this.#pullNext();
  }

  /** Ends when rows [from, to) have been pulled, whatever their version. @throws what the wire throws. */
  async ensure(from: number, to: number): Promise<void> {
    const end = Math.min(to, this.#total);
    for (let index = Math.max(0, from); index < end; index++) {
      if (!this.#rows.has(index)) await this.#pullChunk(Math.floor(index / chunkRows));
    }
  }

  /** What an action changed; the rows themselves are asked for again, as the ranking was re-fitted. */
  replace(tiles: readonly ReviewTile[]): void {
    const byId = new Map(tiles.map((tile) => [tile.id, tile]));
    for (const [index, row] of this.#rows) {
      const tile = byId.get(row.tile.id);
      if (tile) this.#rows.set(index, { ...row, tile });
    }
  }

  addThumbs(uris: readonly { readonly id: ItemId; readonly uri: string }[]): void {
    for (const { id, uri } of uris) this.#thumbs.set(id, uri);
    this.#changed();
  }

  /** Pulled as the list is now. */
  isFresh(index: number): boolean {
    return (this.#rows.get(index)?.version ?? -1) >= this.#version;
  }

  #pullNext(): void {
    for (let index = this.#wanted.from; index < this.#wanted.to; index++) {
      if (this.#inFlight.size >= maxInFlight) return;
      const chunk = Math.floor(index / chunkRows);
      if (this.isFresh(index) || this.#inFlight.has(chunk)) continue;
      this.#pullChunk(chunk).then(
        () => this.#pullNext(),
        (error: unknown) => {
          this.#refused = this.#wanted;
          this.#failed(error);
        },
      );
    }
  }

  async #pullChunk(chunk: number): Promise<void> {
    this.#inFlight.add(chunk);
    try {
      const version = this.#version;
      const to = Math.min(this.#total, (chunk + 1) * chunkRows);
      const answer = await this.#pull(version, chunk * chunkRows, to);
      // An empty or short answer to a current question would be asked for ever: it counts as the end of the list.
      if (answer.version === this.#version && answer.from + answer.tiles.length < to) {
        this.#total = answer.from + answer.tiles.length;
      }
      answer.tiles.forEach((tile, i) => this.#rows.set(answer.from + i, { tile, version: answer.version }));
      this.#trim();
      this.#changed();
    } finally {
      this.#inFlight.delete(chunk);
    }
  }

  /** Drops the rows that are farthest from the screen. */
  #trim(): void {
    if (this.#rows.size <= maxRows) return;
    const middle = (this.#wanted.from + this.#wanted.to) / 2;
    for (const index of this.#rows.keys()) if (Math.abs(index - middle) > maxRows / 3) this.#rows.delete(index);
  }
}
