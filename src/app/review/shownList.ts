/** What a review lists, kept for a page that comes back: the filter with its order, and photos that are listed alone. */

import { isRecord } from '../../base/record.js';
import type { ItemId } from '../../core/dataset/item.js';
import { isQueueFilter } from '../../core/review/filter.js';
import type { ReviewFilter } from '../../protocol/review.js';

export interface ShownList {
  readonly filter: ReviewFilter;
  /** Only these, in this order; null = the whole dataset. */
  readonly only: { readonly title: string; readonly ids: readonly ItemId[] } | null;
}

/** Where it lies while nobody looks. */
export interface ListMemory {
  /** Null = nothing was kept, or another version kept it. */
  read(): ShownList | null;
  /** Never throws: what cannot be kept is shown all the same. */
  write(list: ShownList): void;
}

/** Forgets it with the session. */
export const noList: ListMemory = { read: () => null, write: () => undefined };

/** More photos alone are not kept: such a list is as large as the editor's own state. */
export const mostKept = 5_000;

/** What may be kept of a list. */
export const keepable = ({ filter, only }: ShownList): ShownList => ({
  filter,
  only: only !== null && only.ids.length <= mostKept ? only : null,
});

export const isShownList = (value: unknown): value is ShownList =>
  isRecord(value) && isQueueFilter(value['filter']) && (value['only'] === null || isOnly(value['only']));

const isOnly = (value: unknown): boolean =>
  isRecord(value) &&
  typeof value['title'] === 'string' &&
  Array.isArray(value['ids']) &&
  value['ids'].every((id) => typeof id === 'string');
