/** What a review sums up: the sentence for a decision, the reviews so far, what changed, and the counts of the filters. */

import { byCodePoint } from '../../base/compare.js';
import type { ItemId, Split } from '../../core/dataset/item.js';
import { findingKinds, type FindingKind } from '../../core/findings/finding.js';
import { decisionKinds, refOf } from '../../core/journal/entry.js';
import { passing } from '../../core/review/filter.js';
import { reviewHeader, type Reviewed } from '../../core/review/progress.js';
import type { QueueItem } from '../../core/review/queueItem.js';
import { presetViews, type SavedView } from '../../core/review/views.js';
import type { ReviewAction, ReviewSnapshot, ReviewView } from '../../protocol/review.js';
import { pendingMoves } from '../apply.js';
import { auditedRemaining } from '../audit.js';
import type { DatasetSnapshot, OpenDataset } from '../openDataset.js';
import type { ReviewList } from './list.js';
import type { ReviewTable } from './table.js';
import type { View } from './view.js';

export const said = (action: Exclude<ReviewAction, { kind: 'accept' }>, count: number): string => {
  const photos = count === 1 ? '' : ` ${String(count)} photos`;
  switch (action.kind) {
    case 'relabel':
      return `Relabelled${photos} to ${action.to}. Undo: z`;
    case 'keep':
      return `Kept${photos}. Undo: z`;
    case 'set-aside':
      return `Set${photos} aside. Undo: z`;
    case 'trash':
      return `Marked${photos} for the trash. Undo: z`;
    case 'restore':
      return `Restored${photos}. Undo: z`;
  }
};

/** What a decision over a selection did not touch. */
export const leftOut = (count: number, one: string, many: string): string =>
  count === 0 ? '' : ` ${String(count)} ${count === 1 ? one : many} and ${count === 1 ? 'is' : 'are'} as before.`;

/** Reviews in force, oldest first; an item counts where it was decided last. */
export const reviewsOf = (snapshot: DatasetSnapshot): Reviewed[] => {
  const inForce = new Set(snapshot.state.undoable);
  const reviews = new Map<ItemId, Reviewed>();
  for (const entry of snapshot.entries) {
    if (!(decisionKinds as readonly string[]).includes(entry.kind) || !inForce.has(refOf(entry))) continue;
    if (entry.kind !== 'relabel' && entry.kind !== 'keep' && entry.kind !== 'trash') continue;
    for (const { id } of entry.items) {
      reviews.delete(id);
      reviews.set(id, { wasWrong: entry.kind !== 'keep' });
    }
  }
  return [...reviews.values()];
};

export const changedBetween = (before: ReviewTable, after: ReviewTable): ItemId[] =>
  after.queue
    .filter((row) => {
      const was = before.byId.get(row.id);
      return !was || was.label !== row.label || was.decision !== row.decision || was.status !== row.status;
    })
    .map((row) => row.id);

export const countsOf = (table: ReviewTable): ReviewSnapshot['counts'] => {
  const labels: Record<string, number> = {};
  const splits: Record<Split, number> = { train: 0, valid: 0, test: 0 };
  const sources = new Map<string, number>();
  const kinds = Object.fromEntries(findingKinds.map((kind) => [kind, 0])) as Record<FindingKind, number>;
  for (const row of table.queue) {
    if (row.status !== 'in') continue;
    if (row.label !== null) labels[row.label] = (labels[row.label] ?? 0) + 1;
    if (row.split !== null) splits[row.split]++;
    for (const source of row.sources.length === 0 ? [''] : row.sources)
      sources.set(source, (sources.get(source) ?? 0) + 1);
  }
  // Files that do not decode and classes are nothing that the grid could show.
  for (const { kind, items } of table.findings) if (items.some(({ id }) => id !== null)) kinds[kind]++;
  return { labels, splits, kinds, sources: isGathered(sources) ? Object.fromEntries(mostOf(sources)) : {} };
};

const isGathered = (sources: ReadonlyMap<string, number>): boolean =>
  [...sources.keys()].some((source) => source !== '');

/** More than these nobody reads through; the others are found by text. */
const maxSources = 60;
const mostOf = (sources: ReadonlyMap<string, number>): [string, number][] =>
  [...sources].sort((a, b) => b[1] - a[1] || byCodePoint(a[0], b[0])).slice(0, maxSources);

/** Our views and those that a person saved, with how many photos each shows. */
export const viewsNow = (queue: readonly QueueItem[], saved: readonly SavedView[]): ReviewView[] => {
  const counted = ({ name, filter }: SavedView, isOwn: boolean): ReviewView => {
    const passes = passing(filter);
    return { name, filter, isOwn, count: queue.reduce((sum, item) => sum + Number(passes(item)), 0) };
  };
  return [...presetViews(queue).map((view) => counted(view, false)), ...saved.map((view) => counted(view, true))];
};

/** All that a page shows beside the photos. @param busy what runs now, in words; null = nothing. */
export const snapshotOf = (
  dataset: OpenDataset,
  view: View,
  list: ReviewList,
  saved: readonly SavedView[],
  busy: string | null,
): ReviewSnapshot => {
  const { snapshot, ranking, table } = view;
  const undecided = new Set(
    table.queue.filter((row) => row.status === 'in' && row.decision === null).map((row) => row.id),
  );
  return {
    version: list.version,
    total: list.order.length,
    datasetName: dataset.name,
    run: view.run,
    vocab: snapshot.state.vocab,
    counts: countsOf(table),
    filter: list.filter,
    only: list.only && { title: list.only.title, count: list.only.placeOf.size },
    views: viewsNow(table.queue, saved),
    alike: view.alike,
    header: reviewHeader(
      reviewsOf(snapshot),
      ranking ? ranking.items.filter((row) => undecided.has(row.id)).map((row) => row.wrongProbability) : null,
      { total: table.queue.filter((row) => row.status === 'in').length, pending: pendingMoves(snapshot).length },
      auditedRemaining(snapshot),
    ),
    ...stateOf(view, busy),
    readOnlyReason: dataset.readOnlyReason,
    movedUp: list.movedUp,
    superseded: table.queue.filter(({ isSuperseded }) => isSuperseded).length,
    canUndo: snapshot.state.undoable.length > 0,
    canRedo: snapshot.state.redoable.length > 0,
  };
};

const stateOf = (view: View, busy: string | null): Pick<ReviewSnapshot, 'state' | 'message'> => {
  if (busy !== null) return { state: 'busy', message: busy };
  if (view.failure !== null) return { state: 'error', message: view.failure };
  if (view.run === null) return { state: 'no-run', message: null };
  if (view.table.unjudged > 0) {
    const photos = view.table.unjudged === 1 ? '1 photo has' : `${String(view.table.unjudged)} photos have`;
    return { state: 'stale', message: `${photos} come since the last training.` };
  }
  return { state: 'ready', message: null };
};
