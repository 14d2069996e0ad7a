import { byCodePoint } from '../../base/compare.js';
import type { MoveHistory } from '../journal/moveHistory.js';
import type { Item, ItemId, Split } from './item.js';
import type { Labelling } from './labelling.js';
import { isInTrash } from './paths.js';

/** A file whose bytes are known. */
export interface HashedFile {
  /** Relative to the dataset folder. */
  readonly path: string;
  readonly id: ItemId;
}

/**
 * Items in the order of their first path: copies grouped, label, split and group of the place that first held them,
 * seen through the moves of applies. A file in the trash stands for the place it was taken from.
 */
export const itemsOf = (
  files: readonly HashedFile[],
  trash: readonly HashedFile[],
  history: MoveHistory,
  labelling: Labelling,
): Item[] => {
  const places = new Map<ItemId, { live: string[]; trash: string[] }>();
  const add = (kind: 'live' | 'trash', file: HashedFile): void => {
    const known = places.get(file.id) ?? { live: [], trash: [] };
    known[kind].push(file.path);
    places.set(file.id, known);
  };
  for (const file of files) add('live', file);
  for (const file of trash) add('trash', file);
  const items = [...places].map(([id, { live, trash: trashed }]): Item => {
    const held = live.length > 0 ? live.sort(byCodePoint) : trashed.sort(byCodePoint);
    const origins = held.map((path) => originOf(id, path, history, labelling));
    const labels = new Set(origins.flatMap(({ label }) => label ?? []));
    const shown = live.length > 0 ? live : [...new Set(held.map((path) => takenFrom(id, path, history)))];
    return {
      id,
      paths: shown.sort(byCodePoint),
      at: held[0] as string,
      folderLabel: labels.size === 1 ? ([...labels][0] as string) : null,
      givenSplit: strictest(origins.map(({ path }) => labelling.splitOf(path))),
      groupValue: origins.map(({ path }) => labelling.groupOf(path)).find((value) => value !== null) ?? null,
    };
  });
  return items.sort((a, b) => byCodePoint(a.paths[0] ?? '', b.paths[0] ?? '') || byCodePoint(a.id, b.id));
};

/** A photo that lies on two sides is only ever tested on. */
const strictest = (splits: readonly (Split | null)[]): Split | null =>
  (['test', 'valid', 'train'] as const).find((side) => splits.includes(side)) ?? null;

const takenFrom = (id: ItemId, path: string, history: MoveHistory): string =>
  history.back(id, path).find((move) => !isInTrash(move.from))?.from ?? path;

/** The first place that held the file, and the label it had there before any decision. */
const originOf = (
  id: ItemId,
  path: string,
  history: MoveHistory,
  labelling: Labelling,
): { readonly path: string; readonly label: string | null } => {
  let origin = path;
  // Rows of the label file as they were before the applies that changed them.
  const before = new Map<string, string | null>();
  const labelAt = (at: string): string | null => {
    const known = before.get(at);
    return known === undefined ? labelling.labelOf(at) : known;
  };
  for (const move of history.back(id, path)) {
    if (move.row && labelAt(move.to) === move.row.to) before.set(move.to, move.row.from);
    if (!isInTrash(move.from)) origin = move.from;
  }
  return { path: origin, label: isInTrash(origin) ? null : labelAt(origin) };
};
