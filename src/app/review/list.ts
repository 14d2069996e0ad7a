/** The order of a review's list: what is on the screen never moves by itself. */

import type { ItemId } from '../../core/dataset/item.js';
import { groupsOf } from '../../core/review/groups.js';
import { reorderBelow, sortQueue } from '../../core/review/queue.js';
import type { QueueItem } from '../../core/review/queueItem.js';
import { noFilter, type ReviewFilter, type TileGroup } from '../../protocol/review.js';
import type { ReviewTable } from './table.js';

/** Photos listed alone, in an order of their own. */
export interface OnlyThese {
  readonly title: string;
  readonly placeOf: ReadonlyMap<ItemId, number>;
}

export const onlyThese = ({ title, ids }: { readonly title: string; readonly ids: readonly ItemId[] }): OnlyThese => ({
  title,
  placeOf: new Map(ids.map((id, place) => [id, place])),
});

export class ReviewList {
  filter: ReviewFilter = noFilter;
  /** Null = the whole dataset. */
  only: OnlyThese | null = null;
  #order: readonly ItemId[] = [];
  #groupOf: (item: QueueItem) => TileGroup | null = () => null;
  #version = 0;
  #movedUp = 0;

  get order(): readonly ItemId[] {
    return this.#order;
  }

  /** One more with each change of the order or of what it shows. */
  get version(): number {
    return this.#version;
  }

  /** How many photos below the screen would come before it if it were sorted again. */
  get movedUp(): number {
    return this.#movedUp;
  }

  /** The group that a photo stands in, in the table last taken over. */
  groupOf(item: QueueItem): TileGroup | null {
    return this.#groupOf(item);
  }

  /** Groups are of the table as it is, whatever the order. */
  take(table: ReviewTable): void {
    this.#groupOf = groupsOf(table.queue, this.filter);
  }

  /** Sorts all anew, by the filter in force. */
  sort(table: ReviewTable): void {
    this.#order = this.#sorted(table);
    this.#movedUp = 0;
    this.#version++;
  }

  /** Takes over what has changed: rows up to `lastVisible` stay where they are, those below are put in order. */
  settle(table: ReviewTable, lastVisible: number): void {
    const { order, movedUp } = reorderBelow(
      this.#order,
      this.#sorted(table),
      new Set(table.byId.keys()),
      (id) => table.byId.get(id)?.decision !== null || table.byId.get(id)?.status !== 'in',
      this.#order.length === 0 ? -1 : lastVisible,
    );
    this.#order = order;
    this.#movedUp = movedUp;
    this.#version++;
  }

  #sorted({ queue }: ReviewTable): readonly ItemId[] {
    const placeOf = this.only?.placeOf;
    if (!placeOf) return sortQueue(queue, this.filter);
    const some = sortQueue(
      queue.filter(({ id }) => placeOf.has(id)),
      this.filter,
    );
    return [...some].sort((a, b) => placeOf.get(a)! - placeOf.get(b)!);
  }
}
