import { WinnowError } from '../base/errors.js';
import type { ItemId } from '../core/dataset/item.js';
import { hasSplitFolders, labellingOf, noColumns } from '../core/dataset/labelling.js';
import { isInTrash } from '../core/dataset/paths.js';
import type { Move } from '../core/journal/entry.js';
import { movesOf, unfinishedApply, type UnfinishedApply } from '../core/journal/moveHistory.js';
import type { DatasetStore } from '../ports/dataset.js';
import { carryOut, isRowChange, noteMoved, removeEmptied, rewriteLabels } from './moveFiles.js';

const by = 'recovery';

/**
 * Finishes an apply that a crash cut short, or takes it back when something has come to lie in its way.
 * @returns a sentence about what was done, null when there was nothing. Throws `busy` while somebody applies.
 */
export const recoverApply = async (store: DatasetStore): Promise<string | null> => {
  if (!unfinishedApply(await store.journal.read())) return null;
  return store.locks.withOperation('apply', () => recoverLocked(store));
};

/** The same for a caller that holds the operation lock. */
export const recoverLocked = async (store: DatasetStore): Promise<string | null> => {
  let sentence: string | null = null;
  for (;;) {
    const apply = unfinishedApply(await store.journal.read());
    if (!apply || store.journal.problem) return sentence;
    const isFinished = await tryFinish(store, leftOf(apply));
    if (isFinished) await removeEmptied(store, apply.plan);
    // Read again: some of the plan may have been done before the way turned out to be blocked.
    else await takeBack(store, unfinishedApply(await store.journal.read())?.done ?? []);
    await store.journal.append({ kind: 'apply-end', outcome: isFinished ? 'done' : 'rolled-back' }, by);
    sentence = isFinished
      ? 'An apply that was cut short has been finished.'
      : 'An apply that was cut short has been taken back, because other files lie in its way now. Apply again.';
  }
};

const leftOf = ({ plan, done }: UnfinishedApply): Move[] => {
  const keys = new Set(done.map((move) => JSON.stringify(move)));
  return plan.filter((move) => !keys.has(JSON.stringify(move)));
};

const idAt = async (store: DatasetStore, path: string): Promise<ItemId | null> =>
  (await store.mover.exists(path)) ? store.hashOf(store.absolute(path)) : null;

/** Moves free places for one another, so a taken place counts only when no move of the plan will leave it. */
const isWayClear = async (store: DatasetStore, left: readonly Move[]): Promise<boolean> => {
  const leaving = new Set(left.map((move) => move.from));
  for (const move of left) {
    if (isRowChange(move) || leaving.has(move.to)) continue;
    const there = await idAt(store, move.to);
    if (there !== null && there !== move.id) return false;
  }
  return true;
};

const tryFinish = async (store: DatasetStore, left: readonly Move[]): Promise<boolean> => {
  if (!(await isWayClear(store, left))) return false;
  try {
    await finish(store, left);
    return true;
  } catch (error) {
    if (WinnowError.is(error, 'usage') || WinnowError.is(error, 'bad-spec')) return false;
    throw error;
  }
};

const finish = async (store: DatasetStore, left: readonly Move[]): Promise<void> => {
  const rows = left.filter(isRowChange);
  if (rows.length > 0) {
    const spec = await store.spec.read();
    const files = await store.scanner.scan(spec, movesOf(await store.journal.read()));
    const live = files.items.filter((item) => !isInTrash(item.at)).flatMap((item) => item.paths);
    const labelling = labellingOf(spec, hasSplitFolders(spec, live), { ...noColumns, label: files.labelRows ?? null });
    await rewriteLabels(store, spec, rows, new Map(live.flatMap((path) => labelPair(path, labelling.labelOf(path)))));
  }
  for (const move of left) {
    if (isRowChange(move)) {
      await noteMoved(store, move, by);
      continue;
    }
    const here = await idAt(store, move.from);
    if (here === move.id) await carryOut(store, move, by);
    else if ((await idAt(store, move.to)) === move.id) await noteMoved(store, move, by);
    // Else a person has moved or changed the file since; the folder is theirs.
  }
};

export const labelPair = (path: string, label: string | null): [string, string][] =>
  label === null ? [] : [[path, label]];

/** Puts back what was moved, latest first; what cannot go back stays where it is, and the journal says so. */
export const takeBack = async (store: DatasetStore, done: readonly Move[]): Promise<void> => {
  for (const { id, from, to, row } of done.toReversed()) {
    if (row) continue; // one file, written in one step: it is whole either way
    try {
      await carryOut(store, { id, from: to, to: from }, by);
    } catch (error) {
      if (!WinnowError.is(error, 'usage') && !WinnowError.is(error, 'not-found')) throw error;
    }
  }
};
