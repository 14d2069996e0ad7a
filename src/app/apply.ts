import { WinnowError } from '../base/errors.js';
import type { ItemId } from '../core/dataset/item.js';
import { hasSplitFolders, labellingOf, noColumns } from '../core/dataset/labelling.js';
import { isInTrash } from '../core/dataset/paths.js';
import { applyPlan } from '../core/journal/applyPlan.js';
import type { Move } from '../core/journal/entry.js';
import type { DatasetSnapshot, OpenDataset } from './openDataset.js';
import { carryOut, isRowChange, noteMoved, removeEmptied, rewriteLabels } from './moveFiles.js';
import { labelPair, recoverLocked, takeBack } from './recoverApply.js';

/** The JSON of `apply`. A changed row of a CSV file shows as a move of the file to itself. */
export interface ApplyReport {
  readonly moved: readonly { readonly from: string; readonly to: string }[];
  readonly dryRun: boolean;
}

const plans = new WeakMap<DatasetSnapshot, readonly Move[]>();

/** What apply would do now; made once a snapshot. */
export const pendingMoves = (snapshot: DatasetSnapshot): readonly Move[] => {
  let plan = plans.get(snapshot);
  if (!plan) {
    plan = applyPlan(snapshot);
    plans.set(snapshot, plan);
  }
  return plan;
};

/**
 * Makes the folders say what was decided: the only step that moves a user's files. All of it or nothing; a crash in
 * between is finished at the next opening. @param options.only the one item whose files are moved; all others wait.
 * Throws `read-only`, `busy`, `journal-*`, and what the disk refuses.
 */
export const applyDecisions = async (
  dataset: OpenDataset,
  options: { readonly dryRun: boolean; readonly by?: string; readonly only?: ItemId },
): Promise<ApplyReport> => {
  const { store } = dataset;
  const by = options.by ?? 'user';
  if (options.dryRun) return report(pendingMoves(await dataset.refresh()), true);
  refuseReadOnly(dataset, 'its files cannot be moved');
  const plan = await store.locks.withOperation('apply', async () => {
    await recoverLocked(store);
    const snapshot = await dataset.refresh();
    if (store.journal.problem) throw store.journal.problem;
    const moves = pendingMoves(snapshot).filter(({ id }) => options.only === undefined || id === options.only);
    if (moves.length > 0) {
      await store.journal.append({ kind: 'apply-begin', plan: moves }, by);
      await carryOutAll(dataset, snapshot, moves, by);
      await store.journal.append({ kind: 'apply-end', outcome: 'done' }, by);
    }
    return moves;
  });
  if (plan.length > 0) await dataset.refresh();
  return report(plan, false);
};

const report = (moves: readonly Move[], dryRun: boolean): ApplyReport => ({
  moved: moves.map(({ from, to }) => ({ from, to })),
  dryRun,
});

const refuseReadOnly = (dataset: OpenDataset, what: string): void => {
  if (dataset.store.isWritable) return;
  throw new WinnowError(
    'read-only',
    `${dataset.name} is read-only, so ${what}. Your decisions are kept; copy the folder to a place that can be written, or change its permissions.`,
  );
};

const carryOutAll = async (
  dataset: OpenDataset,
  snapshot: DatasetSnapshot,
  moves: readonly Move[],
  by: string,
): Promise<void> => {
  const { store } = dataset;
  const done: Move[] = [];
  try {
    for (const move of moves.filter((one) => !isRowChange(one))) {
      await carryOut(store, move, by);
      done.push(move);
    }
    const rows = moves.filter(isRowChange);
    await rewriteLabels(store, snapshot.spec, rows, labelsOf(snapshot));
    for (const move of rows) await noteMoved(store, move, by);
    await removeEmptied(store, moves);
  } catch (error) {
    // When even this fails (a full disk), the next opening finishes the plan.
    await takeBack(store, done);
    await store.journal.append({ kind: 'apply-end', outcome: 'rolled-back' }, by);
    await dataset.refresh();
    throw error;
  }
};

/** What the rules of the spec say of each file now. */
const labelsOf = ({ spec, scan }: DatasetSnapshot): ReadonlyMap<string, string> => {
  const live = scan.items.filter((item) => !isInTrash(item.at)).flatMap((item) => item.paths);
  const labelling = labellingOf(spec, hasSplitFolders(spec, live), { ...noColumns, label: scan.labelRows ?? null });
  return new Map(live.flatMap((path) => labelPair(path, labelling.labelOf(path))));
};

/** Deletes what lies in the trash for good. The person has confirmed it. */
export const purgeTrash = async (
  dataset: OpenDataset,
  by = 'user',
): Promise<{ readonly purged: readonly { readonly id: ItemId; readonly bytes: number }[] }> => {
  const { store } = dataset;
  refuseReadOnly(dataset, 'its trash cannot be emptied');
  const purged = await store.locks.withOperation('purge', async () => {
    await recoverLocked(store);
    if (store.journal.problem) throw store.journal.problem;
    const snapshot = await dataset.refresh();
    // A decision taken back leaves a file in the trash until the next apply: that one is not rubbish.
    const wanted = new Set(pendingMoves(snapshot).map((move) => move.from));
    const files = (await store.mover.listTrash()).filter((file) => !wanted.has(file.path));
    if (files.length === 0) return [];
    await store.journal.append({ kind: 'purge', ids: [...new Set(files.map((file) => file.id))] }, by);
    for (const file of files) await store.mover.purge(file.path);
    return files.map(({ id, bytes }) => ({ id, bytes }));
  });
  await dataset.refresh();
  return { purged };
};
export { historyOf } from './history.js';
