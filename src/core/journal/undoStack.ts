import { decisionKinds, refOf, type Entry, type EntryBody, type EntryRef } from './entry.js';

export type DecisionEntry = Extract<Entry, { kind: (typeof decisionKinds)[number] }>;

export const isDecision = (entry: Entry): entry is DecisionEntry =>
  (decisionKinds as readonly EntryBody['kind'][]).includes(entry.kind);

export interface UndoStack {
  readonly undone: ReadonlySet<EntryRef>;
  /** Decisions in force, journal order: undo takes the last. */
  readonly undoable: readonly EntryRef[];
  /** Undone since the last decision, newest undo last: redo takes the last. */
  readonly redoable: readonly EntryRef[];
}

/** Which decisions hold after all undo and redo entries. */
export const undoStackOf = (entries: readonly Entry[]): UndoStack => {
  const decisions = new Set<EntryRef>();
  const undone = new Set<EntryRef>();
  let redoable: EntryRef[] = [];
  for (const entry of entries) {
    if (isDecision(entry)) {
      decisions.add(refOf(entry));
      redoable = [];
    } else if (entry.kind === 'undo') {
      for (const ref of entry.refs) {
        if (!decisions.has(ref) || undone.has(ref)) continue;
        undone.add(ref);
        redoable.push(ref);
      }
    } else if (entry.kind === 'redo') {
      for (const ref of entry.refs) undone.delete(ref);
      redoable = redoable.filter((ref) => undone.has(ref));
    }
  }
  return { undone, undoable: [...decisions].filter((ref) => !undone.has(ref)), redoable };
};

/** The refs at the end of `refs` that belong to the step of the last one, newest first; empty when there are none. */
export const lastStep = (refs: readonly EntryRef[], entries: readonly Entry[]): readonly EntryRef[] => {
  const last = refs.at(-1);
  if (last === undefined) return [];
  const steps = new Map(entries.flatMap((entry) => ('step' in entry ? [[refOf(entry), entry.step] as const] : [])));
  const stepOf = (ref: EntryRef): EntryRef => steps.get(ref) ?? ref;
  const from = refs.findLastIndex((ref) => stepOf(ref) !== stepOf(last)) + 1;
  return refs.slice(from).toReversed();
};
