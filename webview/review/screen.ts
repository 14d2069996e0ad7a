/** What the review's model needs of its surroundings, and what it keeps there. */

import type { ItemId } from '../../src/core/dataset/item.js';
import type { ReviewFilter } from '../../src/protocol/review.js';

/** What the model asks of the grid. */
export interface Screen {
  lastVisible(): number;
  firstVisible(): number;
  /** Moves the roving focus; `take` = and the keyboard with it. */
  focus(index: number, take: boolean): void;
  scrollTo(index: number): void;
  redraw(): void;
}

/** Kept by the editor while the page is gone. */
export interface Place {
  readonly filter: ReviewFilter;
  /** First tile on the screen and its index then. */
  readonly anchor: { readonly id: ItemId; readonly index: number } | null;
  readonly focus: number;
}

export type Dialog = 'picker' | 'trash' | 'peek' | 'evidence' | 'keys' | 'view' | 'confirm';
