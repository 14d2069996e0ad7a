/** Something about the dataset that a person should look at, with the reason in words. */

import type { ItemId } from '../dataset/item.js';

/** In the order in which they are offered; `firstKinds` head every list, the others go by score. */
export const findingKinds = [
  'label-conflict',
  'bad-image',
  'exact-duplicate',
  'label-issue',
  'leak',
  'near-duplicate',
  'outlier',
  'out-of-domain',
  'ambiguous',
  'low-information',
  'dark',
  'light',
  'blurry',
  'grayscale',
  'tiny',
  'odd-aspect',
  'odd-size',
  'underperforming-group',
  'class-imbalance',
  'shortcut',
] as const;
export const firstKinds = 3;
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
