/** What a class holds while images come in: whether one more is new to it. Pure; the caller keeps the order. */

import type { ImageFacts, ItemId } from '../dataset/item.js';
import { bitsOf, halves } from '../image/nearPairs.js';

/** METHODS: at most this many bits apart two photos are one; up to `lookAlikeBits` somebody should look at both. */
export const nearDuplicateBits = 6;
export const lookAlikeBits = 10;

type Fingerprint = Pick<ImageFacts, 'phash' | 'isLowInformation'>;

export type Comparison =
  | { readonly kind: 'new'; readonly lookAlike: string | null }
  | { readonly kind: 'exact-duplicate' | 'near-duplicate'; readonly of: string };

export class Shelf {
  readonly #paths = new Map<ItemId, string>();
  readonly #prints: { readonly high: number; readonly low: number; readonly path: string }[] = [];

  /** @param facts null = known by its bytes only. */
  add(id: ItemId, path: string, facts: Fingerprint | null): void {
    if (!this.#paths.has(id)) this.#paths.set(id, path);
    if (!facts || facts.isLowInformation) return;
    const [high, low] = halves(facts.phash);
    this.#prints.push({ high, low, path });
  }

  compare(id: ItemId, facts: Fingerprint): Comparison {
    const same = this.#paths.get(id);
    if (same !== undefined) return { kind: 'exact-duplicate', of: same };
    if (facts.isLowInformation) return { kind: 'new', lookAlike: null };
    let nearest: { readonly path: string; readonly bits: number } | null = null;
    const [h, l] = halves(facts.phash);
    for (const { high, low, path } of this.#prints) {
      const bits = bitsOf(high ^ h) + bitsOf(low ^ l);
      if (bits < (nearest?.bits ?? lookAlikeBits + 1)) nearest = { path, bits };
    }
    if (nearest && nearest.bits <= nearDuplicateBits) return { kind: 'near-duplicate', of: nearest.path };
    return { kind: 'new', lookAlike: nearest?.path ?? null };
  }
}
