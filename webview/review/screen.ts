/** What the review's model needs of its surroundings, and what it keeps there. */

import type { ItemId } from '../../src/core/dataset/item.js';
import type { ReviewFilter } from '../../src/protocol/review.js';
import type { KeptSelection } from './selection.js';

/** What the model asks of the grid. */
export interface Screen {
  lastVisible(): number;
  firstVisible(): number;
  /** Moves the roving focus; `take` = and the keyboard with it. */
  focus(index: number, take: boolean): void;
  scrollTo(index: number): void;
  redraw(): void;
}

/** Kept by the editor while the page is gone. What is listed is kept by the host: it may be changed there meanwhile. */
export interface Place {
  /** The list that the place is in, and its title when it has one. */
  readonly filter: ReviewFilter;
  readonly only: string | null;
  /** First tile on the screen and its index then. */
  readonly anchor: { readonly id: ItemId; readonly index: number } | null;
  readonly focus: number;
  readonly selected: KeptSelection;
}

export type Dialog = 'picker' | 'trash' | 'peek' | 'evidence' | 'keys' | 'view' | 'confirm';
