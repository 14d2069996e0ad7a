/** Something about the dataset that a person should look at, with the reason in words. */

import type { ItemId } from '../dataset/item.js';

/** In the order in which the queue shows them; later issues add kinds here and a file each. */
export const findingKinds = ['label-conflict', 'bad-image', 'exact-duplicate', 'label-issue'] as const;
export type FindingKind = (typeof findingKinds)[number];

export interface FindingItem {
  /** Null for a file that does not decode (it is no item). */
  readonly id: ItemId | null;
  readonly path: string;
}

export interface Finding {
  readonly kind: FindingKind;
  /** 0–1, high = look first. */
  readonly score: number;
  readonly items: readonly FindingItem[];
  readonly label: string | null;
  readonly suggestion: string | null;
  readonly why: string;
}
