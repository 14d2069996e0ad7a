/** What people decided, one entry a decision. Append-only; undo is an entry too. */

import type { ItemId, Split } from '../dataset/item.js';
import type { Gathered } from '../gather/candidate.js';

/** `writer:n`, the name of an entry. */
export type EntryRef = `${string}:${number}`;

/** An item as the person saw it when deciding: with the paths it had then (the decision holds only while its file lies there). */
export interface SeenItem {
  readonly id: ItemId;
  readonly paths: readonly string[];
}

export interface Move {
  readonly id: ItemId;
  /** Relative to the dataset folder, with `/`. */
  readonly from: string;
  readonly to: string;
  /** Where labels come from a CSV file the picture stays (`from` = `to`) and its row changes. */
  readonly row?: { readonly from: string | null; readonly to: string };
}

/** Decisions that one key press made together name the first of them; it names none. They are undone and done again together. */
interface OfStep {
  readonly step?: EntryRef;
}

export type EntryBody =
  | ({ readonly kind: 'relabel'; readonly items: readonly SeenItem[]; readonly to: string } & OfStep)
  | ({ readonly kind: 'keep'; readonly items: readonly SeenItem[] } & OfStep)
  | { readonly kind: 'set-aside'; readonly items: readonly SeenItem[] }
  | { readonly kind: 'trash'; readonly items: readonly SeenItem[]; readonly as: 'ours' | 'foreign' }
  /** Ends a trash or set-aside, or re-applies a superseded decision. */
  | { readonly kind: 'restore'; readonly items: readonly SeenItem[] }
  /** The one decision about files: of the item's copies, `keep` stays. */
  | { readonly kind: 'dedupe'; readonly items: readonly SeenItem[]; readonly keep: string }
  | { readonly kind: 'undo'; readonly refs: readonly EntryRef[] }
  /** Takes undo entries back; `refs` name the decisions that hold again. */
  | { readonly kind: 'redo'; readonly refs: readonly EntryRef[] }
  /** Frozen sides; later entries only add newcomers. */
  | { readonly kind: 'split'; readonly sides: Readonly<Record<Split, readonly ItemId[]>> }
  | { readonly kind: 'audit-sample'; readonly ids: readonly ItemId[] }
  /** A blind answer about one item of the sample, null = cannot tell: no decision, never trained on. The last one not undone holds. */
  | { readonly kind: 'audit'; readonly id: ItemId; readonly label: string | null }
  | { readonly kind: 'apply-begin'; readonly plan: readonly Move[] }
  | { readonly kind: 'moved'; readonly move: Move }
  | { readonly kind: 'apply-end'; readonly outcome: 'done' | 'rolled-back' }
  /** Images that were gathered or imported, with where they come from; one entry may hold several. */
  | { readonly kind: 'gathered'; readonly images: readonly Gathered[] }
  | { readonly kind: 'purge'; readonly ids: readonly ItemId[] };

export type EntryKind = EntryBody['kind'];

/** The kinds that `history` shows without `--all` and that `undo` takes back. */
export const decisionKinds = [
  'relabel',
  'keep',
  'set-aside',
  'trash',
  'restore',
  'dedupe',
] as const satisfies readonly EntryKind[];
export type DecisionKind = (typeof decisionKinds)[number];

export interface EntryStamp {
  readonly v: 1;
  readonly writer: string;
  /** Highest n seen in any writer's file, plus one. */
  readonly n: number;
  /** ISO 8601, for people; never orders. */
  readonly at: string;
  /** 'user', 'cli', 'auto' … */
  readonly by: string;
}

/** Entries are ordered by (n, writer). */
export type Entry = EntryStamp & EntryBody;

export const refOf = (entry: Pick<EntryStamp, 'writer' | 'n'>): EntryRef => `${entry.writer}:${entry.n}`;
