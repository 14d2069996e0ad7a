/** The wire of the review webview. The webview pulls: it asks `open`, then rows by range; pushes only say what changed. */

import type { FindingKind } from '../core/findings/finding.js';
import type { ItemId, Split } from '../core/dataset/item.js';
import { noFilter, type QueueFilter as ReviewFilter } from '../core/review/filter.js';
import type { ReviewHeader } from '../core/review/header.js';
import type { Look, LookMethod } from './evidence.js';
import type { Evidence } from './shownEvidence.js';
import { event, request, type Contract } from './contract.js';

export type { ReviewHeader };

export { noFilter, type ReviewFilter };

/** A filter under a name: ours, or one that a person saved. */
export interface ReviewView {
  readonly name: string;
  readonly filter: ReviewFilter;
  /** Photos that pass it now. */
  readonly count: number;
  readonly isOwn: boolean;
}

/** What a photo lies beside in the list: its look-alikes, or the others between the same two classes. */
export interface TileGroup {
  readonly key: string;
  /** Photos of the list in it. */
  readonly of: number;
  /** Of look-alikes the largest, which is the one to keep. */
  readonly isBest: boolean;
}

export interface ReviewTile {
  readonly id: ItemId;
  readonly path: string;
  /** Files that hold these bytes, at least 1. */
  readonly copies: number;
  readonly label: string | null;
  /** The predictor's (JUDGE § 4). Null for an item that no run has judged. */
  readonly prediction: string | null;
  readonly probability: number | null;
  readonly labelProbability: number | null;
  /** The judge's. */
  readonly surprise: number | null;
  readonly suggestion: string | null;
  readonly split: Split | null;
  readonly kinds: readonly FindingKind[];
  /** Why, in words; one a kind, in the same order. */
  readonly reasons: readonly string[];
  readonly decision: 'keep' | 'relabel' | null;
  readonly status: 'in' | 'set-aside' | 'trashed';
  /** Label before the relabel, to show "cat → dog". */
  readonly folderLabel: string | null;
  /** Null where the list is not arranged in groups, or it is alone. */
  readonly group: TileGroup | null;
  /** Webview URI of the 256 px thumbnail; null until the host pushes it. */
  readonly thumb: string | null;
}

export interface ReviewSnapshot {
  readonly version: number;
  readonly total: number;
  readonly datasetName: string;
  readonly run: string | null;
  readonly vocab: readonly string[];
  readonly counts: {
    readonly labels: Readonly<Record<string, number>>;
    readonly splits: Readonly<Record<Split, number>>;
    readonly kinds: Readonly<Record<FindingKind, number>>;
    /** By provider or site, '' = not known; empty where no photo was gathered. */
    readonly sources: Readonly<Record<string, number>>;
  };
  readonly filter: ReviewFilter;
  readonly views: readonly ReviewView[];
  /** Pairs and groups of look-alikes by threshold, index = bits 0–10; null while no duplicates are shown. */
  readonly alike: { readonly pairs: readonly number[]; readonly groups: readonly number[] } | null;
  /** Only these photos are listed, in an order of their own; null = all of the dataset. */
  readonly only: { readonly title: string; readonly count: number } | null;
  readonly header: ReviewHeader;
  /** 'no-run' offers Train; 'busy' shows what runs; 'stale' = files changed since the last train, offers Train again; 'error' shows `message`. */
  readonly state: 'ready' | 'no-run' | 'busy' | 'stale' | 'error';
  readonly message: string | null;
  /** Null when decisions are possible, else why not. */
  readonly readOnlyReason: string | null;
  /** How many items would move above something on the screen at the next re-sort. */
  readonly movedUp: number;
  /** Decisions that no longer hold, because their files were moved by another hand; the filter `moved` shows them. */
  readonly superseded: number;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}

export type ReviewAction =
  | { readonly kind: 'relabel'; readonly to: string }
  | { readonly kind: 'accept' }
  | { readonly kind: 'keep' }
  | { readonly kind: 'set-aside' }
  | { readonly kind: 'trash'; readonly as: 'ours' | 'foreign' }
  | { readonly kind: 'restore' };

export interface ReviewOutcome {
  readonly snapshot: ReviewSnapshot;
  /** The tiles that the action changed, as they are now. */
  readonly tiles: readonly ReviewTile[];
  /** One sentence for the live region: "Relabelled to dog. Undo: z". */
  readonly said: string;
}

export const reviewContract = {
  version: 1,
  calls: {
    /** What was listed last: a page that is born again goes on there. */
    open: request<null, ReviewSnapshot>(),
    /** Rows [from, to) of the list as of `version`; a stale version gets the rows as of now and says so. */
    rows: request<
      { readonly version: number; readonly from: number; readonly to: number },
      { readonly version: number; readonly from: number; readonly tiles: readonly ReviewTile[] }
    >(),
    /** Ids [from, to) of the list, for a selection beyond the rows that were pulled. */
    ids: request<
      { readonly from: number; readonly to: number },
      { readonly version: number; readonly ids: readonly ItemId[] }
    >(),
    setFilter: request<{ readonly filter: ReviewFilter }, ReviewSnapshot>(),
    /** `lastVisible` = index of the last tile on the screen: nothing up to there moves. */
    decide: request<
      { readonly ids: readonly ItemId[]; readonly action: ReviewAction; readonly lastVisible: number },
      ReviewOutcome
    >(),
    undo: request<{ readonly lastVisible: number }, ReviewOutcome>(),
    redo: request<{ readonly lastVisible: number }, ReviewOutcome>(),
    resort: request<null, ReviewSnapshot>(),
    /** Keeps the filter in force under a name, in the place of one of that name. */
    saveView: request<{ readonly name: string }, ReviewSnapshot>(),
    removeView: request<{ readonly name: string }, ReviewSnapshot>(),
    /** Webview URI of the 1,024 px picture, for the peek. */
    peek: request<{ readonly id: ItemId }, { readonly uri: string | null }>(),
    /** Which places of the photo speak for a label; `cells` = places a side. */
    look: request<
      { readonly id: ItemId; readonly label: string; readonly method: LookMethod; readonly cells: number },
      Look
    >(),
    /** From now on the list is this photo and those most like it, nearest first. */
    listSimilar: request<{ readonly id: ItemId }, ReviewSnapshot>(),
    /** The list is the whole dataset again. */
    listAll: request<null, ReviewSnapshot>(),
    /** Photos like it, and its copies. */
    evidence: request<{ readonly id: ItemId }, Evidence>(),
    train: request<null, null>(),
    openFile: request<{ readonly id: ItemId }, null>(),
  },
  pushes: {
    /** Something changed elsewhere: pull what is on the screen again. */
    changed: event<{ readonly snapshot: ReviewSnapshot }>(),
    thumbs: event<{ readonly uris: readonly { readonly id: ItemId; readonly uri: string }[] }>(),
    /** Show this item: scroll to it and focus it; `why` = with its evidence. */
    reveal: event<{ readonly id: ItemId; readonly index: number; readonly why: boolean }>(),
  },
} as const satisfies Contract;
export type ReviewContract = typeof reviewContract;
