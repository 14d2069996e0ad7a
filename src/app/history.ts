import type { ItemId } from '../core/dataset/item.js';
import { refOf, type Entry, type EntryKind, type EntryRef } from '../core/journal/entry.js';
import { isDecision, undoStackOf } from '../core/journal/undoStack.js';
import { itemsById } from './snapshotItems.js';
import type { DatasetSnapshot } from './openDataset.js';

export interface HistoryRow {
  readonly n: number;
  readonly writer: string;
  readonly at: string;
  readonly by: string;
  readonly kind: EntryKind;
  /** First path and the others, where they lie now; where they lay then for items that are gone. */
  readonly items: readonly { readonly id: ItemId; readonly path: string; readonly copies: readonly string[] }[];
  readonly to?: string;
  readonly keep?: string;
  readonly as?: 'ours' | 'foreign';
  readonly refs?: readonly EntryRef[];
  readonly undone: boolean;
  readonly superseded: boolean;
  /** The entry in a few words. */
  readonly said: string;
}

/** The journal for people, oldest first; decisions only unless `all`. */
export const historyOf = (snapshot: DatasetSnapshot, options: { readonly all: boolean }): readonly HistoryRow[] => {
  const { undone } = undoStackOf(snapshot.entries);
  const superseded = new Set<EntryRef>();
  for (const state of snapshot.state.items.values()) if (state.superseded) superseded.add(state.superseded);
  const items = itemsById(snapshot);
  return snapshot.entries
    .filter((entry) => options.all || isDecision(entry))
    .map((entry) => {
      const rows = ('items' in entry ? entry.items : []).map(({ id, paths }) => {
        const [path = '', ...copies] = items.get(id)?.paths ?? paths;
        return { id, path, copies };
      });
      return {
        n: entry.n,
        writer: entry.writer,
        at: entry.at,
        by: entry.by,
        kind: entry.kind,
        items: rows,
        ...('to' in entry ? { to: entry.to } : {}),
        ...('keep' in entry ? { keep: entry.keep } : {}),
        ...('as' in entry ? { as: entry.as } : {}),
        ...('refs' in entry ? { refs: entry.refs } : {}),
        undone: undone.has(refOf(entry)),
        superseded: superseded.has(refOf(entry)),
        said: said(
          entry,
          rows.map((row) => row.path),
        ),
      };
    });
};

const said = (entry: Entry, paths: readonly string[]): string => {
  const what = paths.length > 3 ? `${paths.slice(0, 2).join(', ')} and ${paths.length - 2} more` : paths.join(', ');
  switch (entry.kind) {
    case 'relabel':
      return `${what} → ${entry.to}`;
    case 'dedupe':
      return `of the copies, ${entry.keep} stays`;
    case 'keep':
    case 'set-aside':
    case 'restore':
      return what;
    case 'trash':
      return entry.as === 'foreign' ? `${what} (does not belong here)` : what;
    case 'undo':
    case 'redo':
      return entry.refs.join(', ');
    case 'split':
      return `${entry.sides.train.length} train, ${entry.sides.valid.length} valid, ${entry.sides.test.length} test`;
    case 'audit-sample':
      return `${entry.ids.length} images`;
    case 'audit':
      return entry.label === null
        ? `${entry.id.slice(0, 8)}: cannot tell`
        : `${entry.id.slice(0, 8)} is ${entry.label}`;
    case 'apply-begin':
      return `${entry.plan.length} files to move`;
    case 'moved':
      return entry.move.row
        ? `${entry.move.to}: ${entry.move.row.from ?? '(none)'} → ${entry.move.row.to}`
        : `${entry.move.from} → ${entry.move.to}`;
    case 'apply-end':
      return entry.outcome === 'done' ? 'done' : 'taken back';
    case 'gathered':
      return `${entry.images.length} images added`;
    case 'purge':
      return `${entry.ids.length} images deleted for good`;
  }
};
