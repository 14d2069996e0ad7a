import { byCodePoint } from '../../base/compare.js';
import { isInTrash } from '../dataset/paths.js';
import type { Item, ItemId, Scan, Split } from '../dataset/item.js';
import { dedupesOf, type Dedupe } from './dedupes.js';
import { refOf, type Entry, type EntryRef, type Move } from './entry.js';
import { movesOf, unfinishedApply } from './moveHistory.js';
import type { DatasetState, ItemState } from './state.js';
import { TrashPlaces } from './trashPlaces.js';
import { isDecision, undoStackOf, type DecisionEntry } from './undoStack.js';

/** What the decisions on one item amount to so far. */
interface Verdict {
  /** Undefined = the folder's. */
  readonly label: string | undefined;
  readonly labelBy: EntryRef | null;
  readonly decision: 'keep' | 'relabel' | null;
  readonly status: ItemState['status'];
  readonly statusBy: EntryRef | null;
  readonly trashedAs: 'ours' | 'foreign' | null;
  /** Where the file lay when this was decided, and where applies have put it since. */
  readonly where: Set<string>;
}

/**
 * Labels, status, sides and undo of every item of the scan, from all entries in (n, writer) order.
 * A decision holds while one of the item's paths is one that it was seen at or that an apply has put it at;
 * otherwise the folder wins and the decision is *superseded*. An undone decision was never made.
 */
export const replay = (entries: readonly Entry[], scan: Scan): DatasetState => {
  const { undone, undoable, redoable } = undoStackOf(entries);
  const items = new Map(scan.items.map((item) => [item.id, item]));
  const moves = movesOf(entries);
  const pending = moves.slice(entries.reduce((sum, entry) => sum + (entry.kind === 'moved' ? 1 : 0), 0));
  const dedupes = dedupesOf(entries, pending, undone);
  const verdicts = new Map<ItemId, Verdict>();
  const trash = new TrashPlaces();
  const follow = (move: Move): void => {
    const { id, from, to } = move;
    trash.follow(move);
    const where = verdicts.get(id)?.where;
    if (where?.has(from)) where.add(to);
    // An apply never overwrites, so the file had left that place by another's hand: what saw it there is superseded.
    else where?.delete(to);
  };
  const sides = new Map<ItemId, Split>();
  let auditSample: readonly ItemId[] | null = null;
  let labelsAt: EntryRef | null = null;
  const answers = new Set<EntryRef>();

  for (const entry of entries) {
    if (isDecision(entry)) {
      if (entry.kind !== 'keep' && entry.kind !== 'dedupe') labelsAt = refOf(entry);
      if (entry.kind === 'dedupe' || undone.has(refOf(entry))) continue;
      for (const { id, paths } of entry.items) {
        const item = items.get(id);
        if (item) verdicts.set(id, decided(verdicts.get(id), entry, trash.with(id, paths), item));
      }
      continue;
    }
    if (entry.kind === 'audit') answers.add(refOf(entry));
    else if (entry.kind === 'undo' || entry.kind === 'redo') {
      // Taking an audit's answer back changes no label.
      if (entry.refs.length === 0 || entry.refs.some((ref) => !answers.has(ref))) labelsAt = refOf(entry);
    } else if (entry.kind === 'moved') follow(entry.move);
    else if (entry.kind === 'audit-sample') auditSample ??= entry.ids;
    else if (entry.kind === 'split') {
      for (const side of ['train', 'valid', 'test'] as const) {
        for (const id of entry.sides[side]) if (!sides.has(id)) sides.set(id, side);
      }
    }
  }
  for (const move of pending) follow(move);

  const states = new Map(
    scan.items.map((item) => [item.id, stateOf(item, verdicts.get(item.id), dedupes.get(item.id))]),
  );
  const labels = new Set(scan.vocab);
  for (const state of states.values()) if (state.label !== null && state.status !== 'trashed') labels.add(state.label);
  return {
    items: states,
    vocab: [...labels].sort(byCodePoint),
    sides,
    auditSample,
    undoable,
    redoable,
    labelsAt,
    unfinishedApply: unfinishedApply(entries)?.ref ?? null,
  };
};

const fresh = (paths: readonly string[]): Verdict => ({
  label: undefined,
  labelBy: null,
  decision: null,
  status: 'in',
  statusBy: null,
  trashedAs: null,
  where: new Set(paths),
});

const decided = (
  before: Verdict | undefined,
  entry: Exclude<DecisionEntry, { kind: 'dedupe' }>,
  paths: readonly string[],
  item: Item,
): Verdict => {
  const held = before !== undefined && paths.some((path) => before.where.has(path));
  if (entry.kind === 'restore' && before && !held) return { ...before, where: new Set(paths) };
  // What was superseded when this was decided is not what it builds on.
  const prior = held ? { ...before, where: new Set(paths) } : fresh(paths);
  const ref = refOf(entry);
  const isIn = { status: 'in', statusBy: null, trashedAs: null } as const;
  switch (entry.kind) {
    case 'relabel': {
      const isSame = (prior.label ?? item.folderLabel) === entry.to && prior.decision !== 'relabel';
      return { ...prior, ...isIn, label: entry.to, labelBy: ref, decision: isSame ? 'keep' : 'relabel' };
    }
    case 'keep':
      return { ...prior, ...isIn, labelBy: ref, decision: 'keep' };
    case 'set-aside':
      return { ...prior, status: 'set-aside', statusBy: ref, trashedAs: null };
    case 'trash':
      return { ...prior, status: 'trashed', statusBy: ref, trashedAs: entry.as };
    case 'restore':
      return { ...prior, ...isIn };
  }
};

const stateOf = (item: Item, verdict: Verdict | undefined, dedupe: Dedupe | undefined): ItemState => {
  const keptPath = dedupe ? (item.paths.find((path) => dedupe.keep.has(path)) ?? null) : null;
  const by = verdict?.statusBy ?? verdict?.labelBy ?? null;
  const holds = verdict !== undefined && by !== null && item.paths.some((path) => verdict.where.has(path));
  if (!holds) {
    // A file in the trash that no journal knows was still thrown away by somebody.
    const isLost = verdict === undefined && item.paths.every(isInTrash);
    return {
      id: item.id,
      label: item.folderLabel,
      status: isLost ? 'trashed' : 'in',
      trashedAs: isLost ? 'ours' : null,
      decision: null,
      decidedBy: null,
      superseded: by,
      keptPath,
    };
  }
  return {
    id: item.id,
    label: verdict.label ?? item.folderLabel,
    status: verdict.status,
    trashedAs: verdict.trashedAs,
    decision: verdict.decision,
    decidedBy: by,
    superseded: null,
    keptPath,
  };
};
