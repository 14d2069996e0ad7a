/** What the findings that need no model look at: a photo of the dataset, with what decoding it has told. */

import type { ImageFacts, ItemId, Split } from '../dataset/item.js';

export interface Photo {
  readonly id: ItemId;
  /** First of its paths. */
  readonly path: string;
  readonly label: string | null;
  /** Frozen or given; null = not drawn yet. */
  readonly side: Split | null;
  /** Kept or relabelled by a person: findings about this photo alone do not come back. */
  readonly isDecided: boolean;
  /** Null until it was decoded. */
  readonly facts: ImageFacts | null;
}

export const pixelsOf = ({ facts }: Photo): number => (facts ? facts.width * facts.height : 0);
