/** Carries out the moves of a plan, each written down as it is done. Used by apply and by the recovery after a crash. */

import { WinnowError } from '../base/errors.js';
import { columnOf, csvKey, parseCsv, withValues } from '../core/dataset/csvTable.js';
import { belowRoot, folderOf, isInTrash, rootPrefix } from '../core/dataset/paths.js';
import type { DatasetSpec } from '../core/dataset/spec.js';
import type { Move } from '../core/journal/entry.js';
import type { DatasetStore } from '../ports/dataset.js';

/** Where labels go that a regular expression cannot express. */
const labelFile = 'labels.csv';

export const isRowChange = (move: Move): boolean => move.row !== undefined;

/** Moves one file, says why beside it when it goes to the trash, and writes `moved`. */
export const carryOut = async (store: DatasetStore, move: Move, by: string): Promise<void> => {
  await store.mover.move(move);
  await noteMoved(store, move, by);
};

export const noteMoved = async (store: DatasetStore, move: Move, by: string): Promise<void> => {
  if (isInTrash(move.to)) {
    await store.mover.explain(move.to, { id: move.id, from: move.from, at: new Date().toISOString(), by });
  }
  await store.journal.append({ kind: 'moved', move }, by);
};

/** Folders that the moves have emptied: an empty class folder is a class without images to other programs. */
export const removeEmptied = async (store: DatasetStore, moves: readonly Move[]): Promise<void> => {
  const folders = new Set(
    moves.filter((move) => !isRowChange(move) && !isInTrash(move.from)).map((move) => folderOf(move.from)),
  );
  for (const folder of folders) if (folder !== '') await store.mover.removeEmptyFolder(folder);
};

/**
 * Writes the labels of all row changes in one atomic step. Doing it again changes nothing.
 * A dataset labelled by a regular expression gets a CSV file with every label, and its spec points there from now on.
 * @param labels of all files now, by path, for the first such file.
 */
export const rewriteLabels = async (
  store: DatasetStore,
  spec: DatasetSpec,
  changes: readonly Move[],
  labels: ReadonlyMap<string, string>,
): Promise<void> => {
  const prefix = rootPrefix(spec.root);
  const keyOf = (path: string): string => csvKey(belowRoot(prefix, path) ?? path);
  const values = new Map(changes.flatMap(({ to, row }) => (row ? [[keyOf(to), row.to] as const] : [])));
  if (values.size === 0) return;
  if (spec.label.by === 'csv') {
    const { file, path: keyColumn, label } = spec.label;
    const text = await store.mover.readText(file);
    const table = parseCsv(text ?? '');
    if (text === null || columnOf(table, keyColumn) < 0 || columnOf(table, label) < 0) {
      throw new WinnowError(
        'bad-spec',
        `winnow.json: "label.file" names ${file}, which is not the table it should be.`,
      );
    }
    await store.mover.writeText(file, withValues(table, keyColumn, label, values));
    return;
  }
  const all = new Map([...labels].map(([path, label]) => [keyOf(path), label]));
  for (const [path, label] of values) all.set(path, label);
  const file = await freeLabelFile(store);
  await store.mover.writeText(file, withValues(parseCsv('path,label\n'), 'path', 'label', all));
  await store.spec.write({ ...spec, label: { by: 'csv', file, path: 'path', label: 'label' } });
};

const freeLabelFile = async (store: DatasetStore): Promise<string> => {
  for (let i = 1; ; i++) {
    const file = i === 1 ? labelFile : labelFile.replace('.', `-${i}.`);
    if (!(await store.mover.exists(file))) return file;
  }
};
