/** The blind audit: what is asked, what was answered, and the three numbers that come from it alone (JUDGE § 3). */

import { byCodePoint } from '../../base/compare.js';
import { seededRandom } from '../../base/random.js';
import type { ItemId } from '../dataset/item.js';
import { refOf, type Entry, type EntryRef } from '../journal/entry.js';
import { clopperPearson } from '../metrics/clopperPearson.js';
import { pairedBootstrap, type Pair } from '../metrics/pairedBootstrap.js';

export interface AuditAnswer {
  /** Null = the person could not tell. */
  readonly label: string | null;
  readonly ref: EntryRef;
}

/** Answers in force by item, the latest given last: of each item the last `audit` entry that no undo took back. */
export const auditAnswers = (entries: readonly Entry[]): ReadonlyMap<ItemId, AuditAnswer> => {
  const takenBack = new Set<EntryRef>();
  for (const entry of entries) {
    if (entry.kind === 'undo') for (const ref of entry.refs) takenBack.add(ref);
    else if (entry.kind === 'redo') for (const ref of entry.refs) takenBack.delete(ref);
  }
  const answers = new Map<ItemId, AuditAnswer>();
  for (const entry of entries) {
    const ref = refOf(entry);
    if (entry.kind !== 'audit' || takenBack.has(ref)) continue;
    answers.delete(entry.id);
    answers.set(entry.id, { label: entry.label, ref });
  }
  return answers;
};

export interface AuditProgress {
  /** Items of the sample that can be asked or have been. */
  readonly asked: number;
  readonly answered: number;
  /** Items of the sample that are trashed, set aside or gone, and were not answered before. */
  readonly gone: number;
  /** Unanswered, in the order to ask. */
  readonly next: readonly ItemId[];
}

/**
 * @param isIn whether an item lies in the dataset and is neither trashed nor set aside.
 * @param groupOf its group: near twins are asked far apart, so that one does not answer for the other.
 */
export const auditProgress = (
  sample: readonly ItemId[],
  answers: ReadonlyMap<ItemId, AuditAnswer>,
  isIn: (id: ItemId) => boolean,
  groupOf: (id: ItemId) => ItemId,
): AuditProgress => {
  // Ids are hashes of bytes, so an order made of them and a seed tells nothing about label or judge.
  const order = seededRandom(42).shuffled([...sample].sort(byCodePoint));
  const next = apart(
    order.filter((id) => !answers.has(id) && isIn(id)),
    groupOf,
  );
  const answered = order.filter((id) => answers.has(id)).length;
  return { asked: next.length + answered, answered, gone: order.length - next.length - answered, next };
};

/** One of each group, then the second of each, and so on. */
const apart = (ids: readonly ItemId[], groupOf: (id: ItemId) => ItemId): ItemId[] => {
  const rounds: ItemId[][] = [];
  const seen = new Map<ItemId, number>();
  for (const id of ids) {
    const round = seen.get(groupOf(id)) ?? 0;
    seen.set(groupOf(id), round + 1);
    (rounds[round] ??= []).push(id);
  }
  return rounds.flat();
};

/** A count with its Clopper–Pearson 95 % interval, as shares. */
export interface Share {
  readonly count: number;
  readonly of: number;
  readonly low: number;
  readonly high: number;
}

const share = (count: number, of: number): Share => ({ count, of, ...clopperPearson(count, of) });

/** What the audit knows of an answered item; labels by name. */
export interface AuditedItem {
  readonly id: ItemId;
  readonly group: ItemId;
  /** Null = cannot tell. */
  readonly answer: string | null;
  /** The label before any decision, and the one now; null = none, or the item is out. */
  readonly labelBefore: string | null;
  readonly labelNow: string | null;
  /** Held-out predictions of the model on the labels before and on those now; null = not judged. */
  readonly predictionBefore: string | null;
  readonly predictionNow: string | null;
}

/** Items of the whole dataset. */
export interface AuditCounts {
  /** With a label before any decision. */
  readonly labelled: number;
  /** With a label now, neither trashed nor set aside. */
  readonly labelledNow: number;
  /** Relabelled or trashed since. */
  readonly mended: number;
}

export interface AuditAccuracy {
  readonly before: Share;
  readonly after: Share;
  /** Of after − before, shares: paired bootstrap, 95 %; it holds 0 unless the exact sign test excludes it too. */
  readonly difference: { readonly low: number; readonly high: number };
  /** 'cannot-tell' while `difference` holds 0. */
  readonly verdict: 'better' | 'worse' | 'cannot-tell';
}

export interface AuditResults {
  readonly judged: number;
  readonly cannotTell: number;
  /** Wrong labels among the answered, before any decision and now. */
  readonly wrongBefore: Share;
  readonly wrongNow: Share;
  /** About how many mistakes are left in the whole dataset; null = cannot be said. */
  readonly remaining: { readonly low: number; readonly high: number } | null;
  /** Images in the dataset now that have a label. */
  readonly images: number;
  readonly mended: number;
  /** Null = nothing to compare: no model, too few answers, or no label has changed. */
  readonly accuracy: AuditAccuracy | null;
}

/** Fewer answers than these give no accuracy: its interval would be wider than 40 points. */
export const leastForAccuracy = 20;

export const auditResults = (items: readonly AuditedItem[], counts: AuditCounts): AuditResults => {
  const judged = items.filter((item) => item.answer !== null);
  const wrong = (label: (item: AuditedItem) => string | null): Share => {
    const some = judged.filter((item) => label(item) !== null);
    return share(some.filter((item) => label(item) !== item.answer).length, some.length);
  };
  const wrongBefore = wrong((item) => item.labelBefore);
  const wrongNow = wrong((item) => item.labelNow);
  return {
    judged: judged.length,
    cannotTell: items.length - judged.length,
    wrongBefore,
    wrongNow,
    remaining: remainingMistakes(judged, wrongBefore, wrongNow, counts),
    images: counts.labelledNow,
    mended: counts.mended,
    accuracy: counts.mended === 0 ? null : accuracyOf(judged),
  };
};

/**
 * The interval × n, less what has been mended since. As soon as the audit finds a change among its own items that made
 * a label wrong, changes are no longer taken for mending: then the interval of the labels now × n.
 */
const remainingMistakes = (
  judged: readonly AuditedItem[],
  wrongBefore: Share,
  wrongNow: Share,
  { labelled, labelledNow, mended }: AuditCounts,
): AuditResults['remaining'] => {
  if (wrongBefore.of === 0 || wrongNow.of === 0) return null;
  const isContradicted = judged.some(
    ({ labelBefore, labelNow, answer }) => labelNow !== null && labelNow !== labelBefore && labelNow !== answer,
  );
  const [interval, n, less] = isContradicted ? [wrongNow, labelledNow, 0] : [wrongBefore, labelled, mended];
  // Never fewer than the audit itself still sees.
  const low = Math.max(wrongNow.count, Math.floor(interval.low * n - less));
  return { low, high: Math.max(low, Math.ceil(interval.high * n - less)) };
};

const accuracyOf = (judged: readonly AuditedItem[]): AuditAccuracy | null => {
  const pairs = judged
    .filter((item) => item.predictionBefore !== null && item.predictionNow !== null)
    .map((item): Pair => ({
      group: item.group,
      isRightBefore: item.predictionBefore === item.answer,
      isRightAfter: item.predictionNow === item.answer,
    }));
  if (pairs.length < leastForAccuracy) return null;
  const drawn = pairedBootstrap(pairs);
  const won = pairs.filter((pair) => pair.isRightAfter && !pair.isRightBefore).length;
  const lost = pairs.filter((pair) => pair.isRightBefore && !pair.isRightAfter).length;
  // A handful of items that all moved one way would convince the bootstrap alone.
  const sign = clopperPearson(won, won + lost, 0.95, false);
  const difference = {
    low: sign.low > 0.5 ? drawn.low : Math.min(0, drawn.low),
    high: sign.high < 0.5 ? drawn.high : Math.max(0, drawn.high),
  };
  return {
    before: share(pairs.filter((pair) => pair.isRightBefore).length, pairs.length),
    after: share(pairs.filter((pair) => pair.isRightAfter).length, pairs.length),
    difference,
    verdict: difference.low > 0 ? 'better' : difference.high < 0 ? 'worse' : 'cannot-tell',
  };
};
