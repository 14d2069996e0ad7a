/** What the journal says about the items of a scan: the shape that `replay` (replay.ts) computes. */

import type { ItemId, Split } from '../dataset/item.js';
import type { EntryRef } from './entry.js';

export interface ItemState {
  readonly id: ItemId;
  /** The label now; null = none, or copies disagree and nobody has decided. */
  readonly label: string | null;
  /** Set-aside and trashed items are not trained on and not ranked. */
  readonly status: 'in' | 'set-aside' | 'trashed';
  readonly trashedAs: 'ours' | 'foreign' | null;
  /** Whether a person has looked at it: null = undecided. */
  readonly decision: 'keep' | 'relabel' | null;
  /** The entry that gives `label`, `status` or `decision`; null = none. */
  readonly decidedBy: EntryRef | null;
  /** A decision that no longer holds because the file lies elsewhere now; `restore` re-applies it. */
  readonly superseded: EntryRef | null;
  /** Of several copies the path that stays, when a dedupe decided so. */
  readonly keptPath: string | null;
}

export interface DatasetState {
  /** One state an item of the scan. */
  readonly items: ReadonlyMap<ItemId, ItemState>;
  /** Class names in force: the scan's vocab and every label in `items`, code-point order. */
  readonly vocab: readonly string[];
  readonly sides: ReadonlyMap<ItemId, Split>;
  readonly auditSample: readonly ItemId[] | null;
  /** Decisions in force in journal order, and those undone (newest last): what undo and redo take next. */
  readonly undoable: readonly EntryRef[];
  readonly redoable: readonly EntryRef[];
  /** The last entry that changed labels or status, so that a ranking can say what it stands on. */
  readonly labelsAt: EntryRef | null;
  /** An apply that began and did not end (a crash): the plan must be finished or rolled back first. */
  readonly unfinishedApply: EntryRef | null;
}
