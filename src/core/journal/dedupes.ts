import type { ItemId } from '../dataset/item.js';
import { refOf, type Entry, type EntryRef, type Move } from './entry.js';
import { TrashPlaces } from './trashPlaces.js';
import { isDecision } from './undoStack.js';

/** Which of an item's copies stays, followed through the moves made since. */
export interface Dedupe {
  readonly keep: ReadonlySet<string>;
  readonly losers: ReadonlySet<string>;
}

/** The last dedupe in force of each item. A copy that came afterwards is neither kept nor lost. */
export const dedupesOf = (
  entries: readonly Entry[],
  pending: readonly Move[],
  undone: ReadonlySet<EntryRef>,
): ReadonlyMap<ItemId, Dedupe> => {
  const found = new Map<ItemId, { keep: Set<string>; losers: Set<string> }>();
  const trash = new TrashPlaces();
  const follow = (move: Move): void => {
    const { id, from, to } = move;
    trash.follow(move);
    const dedupe = found.get(id);
    if (dedupe?.keep.has(from)) {
      dedupe.keep.add(to);
      dedupe.losers.delete(to);
    } else if (dedupe?.losers.has(from)) dedupe.losers.add(to);
  };
  for (const entry of entries) {
    if (entry.kind === 'moved') follow(entry.move);
    if (!isDecision(entry) || entry.kind !== 'dedupe' || undone.has(refOf(entry))) continue;
    for (const { id, paths } of entry.items) {
      const losers = paths.filter((path) => path !== entry.keep);
      found.set(id, { keep: new Set(trash.with(id, [entry.keep])), losers: new Set(trash.with(id, losers)) });
    }
  }
  for (const move of pending) follow(move);
  return found;
};
