import type { ItemId, Split } from '../dataset/item.js';
import type { FindingKind } from '../findings/finding.js';

/** What filtering and sorting need to know of an item. */
export interface QueueItem {
  readonly id: ItemId;
  /** At least one. */
  readonly paths: readonly string[];
  readonly label: string | null;
  readonly predicted: string | null;
  readonly split: Split | null;
  readonly kinds: readonly FindingKind[];
  /** Why, in words; one a kind, in the same order. */
  readonly reasons: readonly string[];
  /** The provider and the site that it came from, where they are known. */
  readonly sources: readonly string[];
  /** The first photo of the look-alikes that it belongs to; null = it stands alone. */
  readonly family: ItemId | null;
  readonly decision: 'keep' | 'relabel' | null;
  /** A decision on it no longer holds, because its file was moved by another hand. */
  readonly isSuperseded: boolean;
  readonly status: 'in' | 'set-aside' | 'trashed';
  /** Judge's loss, nats; null = not judged. Items whose label is missing come first. */
  readonly lossNats: number | null;
}
