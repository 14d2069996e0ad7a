import type { ItemId } from '../dataset/item.js';
import type { Entry, EntryRef, Move } from './entry.js';
import { refOf } from './entry.js';

/** Where files were before the moves of all applies. */
export class MoveHistory {
  readonly #moves: readonly Move[];
  readonly #byTarget = new Map<string, number[]>();

  /** @param moves oldest first. */
  constructor(moves: readonly Move[]) {
    this.#moves = moves;
    moves.forEach(({ id, to }, index) => {
      const key = `${id} ${to}`;
      const known = this.#byTarget.get(key);
      if (known) known.push(index);
      else this.#byTarget.set(key, [index]);
    });
  }

  /** The moves that brought the item's file to `path`, latest first; empty when no apply did. */
  back(id: ItemId, path: string): Move[] {
    const chain: Move[] = [];
    let place = path;
    for (let limit = this.#moves.length; ;) {
      const index = this.#byTarget.get(`${id} ${place}`)?.findLast((candidate) => candidate < limit);
      const move = index === undefined ? undefined : this.#moves[index];
      if (index === undefined || !move) return chain;
      chain.push(move);
      place = move.from;
      limit = index;
    }
  }
}

export interface UnfinishedApply {
  readonly ref: EntryRef;
  readonly plan: readonly Move[];
  /** Of the plan: what the journal says has happened. */
  readonly done: readonly Move[];
}

const keyOf = (move: Move): string => JSON.stringify([move.id, move.from, move.to, move.row?.to]);

/** The oldest apply that began and did not end, null when all ended. A writer's end closes its own apply first. */
export const unfinishedApply = (entries: readonly Entry[]): UnfinishedApply | null => {
  const open = new Map<string, { ref: EntryRef; plan: readonly Move[]; done: Move[]; keys: Set<string> }>();
  for (const entry of entries) {
    if (entry.kind === 'apply-begin') {
      open.set(entry.writer, { ref: refOf(entry), plan: entry.plan, done: [], keys: new Set(entry.plan.map(keyOf)) });
    } else if (entry.kind === 'moved') {
      for (const apply of open.values()) if (apply.keys.has(keyOf(entry.move))) apply.done.push(entry.move);
    } else if (entry.kind === 'apply-end') {
      if (!open.delete(entry.writer)) {
        const last = [...open.keys()].at(-1);
        if (last !== undefined) open.delete(last);
      }
    }
  }
  const first = open.values().next();
  return first.done ? null : { ref: first.value.ref, plan: first.value.plan, done: first.value.done };
};

/** All moves that happened, oldest first, and then those that an apply cut short by a crash may have made without saying so. */
export const movesOf = (entries: readonly Entry[]): Move[] => {
  const moves = entries.flatMap((entry) => (entry.kind === 'moved' ? [entry.move] : []));
  const unfinished = unfinishedApply(entries);
  if (!unfinished) return moves;
  const done = new Set(unfinished.done.map(keyOf));
  return [...moves, ...unfinished.plan.filter((move) => !done.has(keyOf(move)))];
};
