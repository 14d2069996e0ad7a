import { WinnowError } from '../../base/errors.js';
import { refOf, type Entry, type EntryRef, type SeenItem } from '../../core/journal/entry.js';
import { applyDecisions, historyOf, purgeTrash } from '../../app/apply.js';
import { decide, redo, resolveItems, undo, type DecisionAction } from '../../app/decide.js';
import { itemsById } from '../../app/snapshotItems.js';
import type { OpenDataset } from '../../app/openDataset.js';
import { exit } from '../exitCodes.js';
import { ok, type Reply, type Session } from '../session.js';

/** `{entries:[{writer,n,kind,items:[{id,path,copies}]}]}` */
const reply = async (
  dataset: OpenDataset,
  entries: readonly Entry[],
  failed: readonly string[],
  verb: string,
): Promise<Reply> => {
  const snapshot = await dataset.snapshot();
  const items = itemsById(snapshot);
  const named = new Map(snapshot.entries.map((entry) => [refOf(entry), entry]));
  /** The items a decision is about; an undo or redo is about those of the decisions it names. */
  const seenBy = (entry: Entry): readonly SeenItem[] =>
    'refs' in entry
      ? entry.refs.flatMap((ref) => {
          const about = named.get(ref);
          return about && 'items' in about ? about.items : [];
        })
      : 'items' in entry
        ? entry.items
        : [];
  const rows = entries.map((entry) => ({
    writer: entry.writer,
    n: entry.n,
    kind: entry.kind,
    ...('refs' in entry ? { refs: entry.refs } : {}),
    items: seenBy(entry).map(({ id, paths }) => {
      const [path = '', ...copies] = items.get(id)?.paths ?? paths;
      return { id, path, copies };
    }),
  }));
  const paths = rows.flatMap((row) => row.items.flatMap((item) => [item.path, ...item.copies]));
  const lines = [
    ...(paths.length > 0 ? [`${verb} ${paths.join(', ')}.`] : entries.length > 0 ? [`${verb}.`] : []),
    ...failed.map(
      (text) =>
        `Not found in this dataset: ${text}. Name an id, the beginning of one, or a path relative to the folder.`,
    ),
  ];
  return ok(
    { entries: rows, ...(failed.length > 0 ? { failed } : {}) },
    lines.join('\n'),
    failed.length > 0 ? exit.partial : exit.ok,
  );
};

export const decideCommand = async (
  session: Session,
  dir: string,
  texts: readonly string[],
  action: DecisionAction,
  verb: string,
): Promise<Reply> => {
  const dataset = await session.open(dir);
  const { ids, failed } = resolveItems(await dataset.snapshot(session.signal), texts);
  const entries = ids.length > 0 ? await decide(dataset, ids, action, 'cli') : [];
  return reply(dataset, entries, failed, verb);
};

export const undoCommand = async (
  session: Session,
  dir: string,
  ref: string | undefined,
  to: string | undefined,
): Promise<Reply> => {
  const dataset = await session.open(dir);
  const choice = to !== undefined ? { to: refFrom(to) } : ref !== undefined ? { ref: refFrom(ref) } : {};
  return reply(dataset, await undo(dataset, choice, 'cli'), [], 'Undone');
};

export const redoCommand = async (session: Session, dir: string): Promise<Reply> => {
  const dataset = await session.open(dir);
  return reply(dataset, await redo(dataset, 'cli'), [], 'Done again');
};

const refFrom = (text: string): EntryRef => {
  if (!/^[^:]+:\d+$/.test(text)) {
    throw new WinnowError(
      'usage',
      `"${text}" names no entry. Entries are named WRITER:N, as winnow history prints them.`,
    );
  }
  return text as EntryRef;
};

export const historyCommand = async (session: Session, dir: string, all: boolean): Promise<Reply> => {
  const dataset = await session.open(dir);
  const entries = historyOf(await dataset.snapshot(session.signal), { all });
  const text = entries
    .map((entry) => {
      const note = entry.undone ? ' (undone)' : entry.superseded ? ' (superseded)' : '';
      return `${entry.writer}:${String(entry.n)}  ${entry.at}  ${entry.kind}  ${entry.said}${note}`;
    })
    .join('\n');
  return ok({ entries }, text === '' ? 'Nothing has been decided yet.' : text);
};

export const applyCommand = async (session: Session, dir: string, dryRun: boolean): Promise<Reply> => {
  const dataset = await session.open(dir);
  const report = await applyDecisions(dataset, { dryRun });
  const lines = report.moved.map(({ from, to }) => `${from} → ${to}`);
  const sum = report.moved.length === 1 ? '1 file' : `${String(report.moved.length)} files`;
  lines.push(
    dryRun ? `${sum} would move.` : `${sum} moved. Undo takes decisions back; the next apply moves the files back.`,
  );
  return ok(report, lines.join('\n'));
};

export const purgeCommand = async (session: Session, dir: string, yes: boolean): Promise<Reply> => {
  if (!yes) {
    throw new WinnowError(
      'usage',
      'Purge deletes the trash for good; this cannot be undone. Say --yes if you mean it.',
    );
  }
  const dataset = await session.open(dir);
  const report = await purgeTrash(dataset);
  return ok(report, `${String(report.purged.length)} files deleted for good.`);
};
