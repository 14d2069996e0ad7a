import { WinnowError } from '../base/errors.js';
import { nearestName } from '../core/dataset/className.js';
import { withFolders } from '../core/dataset/folderName.js';
import type { Item, ItemId } from '../core/dataset/item.js';
import type { Entry, EntryBody, EntryRef, SeenItem } from '../core/journal/entry.js';
import { lastStep } from '../core/journal/undoStack.js';
import type { ItemState } from '../core/journal/state.js';
import type { DatasetSnapshot, OpenDataset } from './openDataset.js';

export type DecisionAction =
  | { readonly kind: 'relabel'; readonly to: string; readonly allowNewClass: boolean }
  | { readonly kind: 'keep' }
  | { readonly kind: 'set-aside' }
  | { readonly kind: 'trash'; readonly as: 'ours' | 'foreign' }
  | { readonly kind: 'restore' }
  /** Of one item's copies, the one at this path stays. */
  | { readonly kind: 'dedupe'; readonly keep: string };

interface Seen {
  readonly item: Item;
  readonly state: ItemState;
}

/**
 * Writes one decision on one or more items into the journal; it is on the disk when this resolves.
 * @param step the first entry of the step that this one belongs to; absent = a step of its own.
 * @returns the entry. Throws `unknown-label` naming the nearest label, `unknown-item`, `nothing-to-do`, `journal-*`, `read-only`.
 */
export const decide = async (
  dataset: OpenDataset,
  ids: readonly ItemId[],
  action: DecisionAction,
  by: string,
  step?: EntryRef,
): Promise<readonly Entry[]> => {
  const snapshot = await dataset.snapshot();
  const items = new Map(snapshot.scan.items.map((item) => [item.id, item]));
  const seen = [...new Set(ids)].map((id): Seen => {
    const item = items.get(id);
    const state = snapshot.state.items.get(id);
    if (!item || !state) {
      throw new WinnowError('unknown-item', `No image ${id.slice(0, 12)}… lies in ${dataset.name} (any more).`);
    }
    return { item, state };
  });
  if (seen.length === 0) throw new WinnowError('nothing-to-do', 'No image was named; nothing was changed.');
  const body = bodyOf(snapshot, seen, action);
  if (body.kind === 'relabel') await nameFolder(dataset, snapshot, body.to);
  const isOfStep = step !== undefined && (body.kind === 'relabel' || body.kind === 'keep');
  const entry = await dataset.store.journal.append(isOfStep ? { ...body, step } : body, by);
  await dataset.reread();
  return [entry];
};

/** A new class whose name can be no folder on every system gets one of another name, in winnow.json. */
const nameFolder = async ({ name, store }: OpenDataset, snapshot: DatasetSnapshot, label: string): Promise<void> => {
  if (snapshot.spec.label.by !== 'folder' || snapshot.state.vocab.includes(label)) return;
  const spec = await store.spec.read();
  const classes = withFolders(spec.classes, [label], snapshot.state.vocab);
  if (classes === spec.classes) return;
  if (!store.isWritable) {
    const said = JSON.stringify(label);
    throw new WinnowError('read-only', `${name} is read-only, so ${said} gets no folder there. Nothing was changed.`);
  }
  if (store.journal.problem) throw store.journal.problem;
  await store.spec.write({ ...spec, classes });
};

const asSeen = (seen: readonly Seen[]): SeenItem[] => seen.map(({ item }) => ({ id: item.id, paths: item.paths }));

const bodyOf = (snapshot: DatasetSnapshot, seen: readonly Seen[], action: DecisionAction): EntryBody => {
  switch (action.kind) {
    case 'relabel': {
      const to = knownLabel(action.to, snapshot.state.vocab, action.allowNewClass);
      // Saying again what the label says already is a confirmation.
      const isSame = seen.every(({ state }) => state.label === to && state.status === 'in');
      return isSame ? { kind: 'keep', items: asSeen(seen) } : { kind: 'relabel', items: asSeen(seen), to };
    }
    case 'keep': {
      const unlabelled = seen.find(({ state }) => state.label === null);
      if (unlabelled) {
        throw new WinnowError(
          'usage',
          `${unlabelled.item.paths[0] ?? ''} has no label to keep; relabel it instead. Nothing was changed.`,
        );
      }
      return { kind: 'keep', items: asSeen(seen) };
    }
    case 'set-aside':
      return {
        kind: 'set-aside',
        items: changing(seen, ({ state }) => state.status !== 'set-aside', 'is set aside already'),
      };
    case 'trash':
      return {
        kind: 'trash',
        items: changing(
          seen,
          ({ state }) => state.status !== 'trashed' || state.trashedAs !== action.as,
          'is in the trash already',
        ),
        as: action.as,
      };
    case 'restore':
      return {
        kind: 'restore',
        items: changing(
          seen,
          ({ state }) => state.status !== 'in' || state.superseded !== null,
          'is neither trashed nor set aside, and no decision on it was superseded',
        ),
      };
    case 'dedupe':
      return dedupeOf(seen, action.keep);
  }
};

const changing = (seen: readonly Seen[], changes: (one: Seen) => boolean, otherwise: string): SeenItem[] => {
  const some = seen.filter(changes);
  if (some.length > 0) return asSeen(some);
  throw new WinnowError('nothing-to-do', `${seen[0]?.item.paths[0] ?? ''} ${otherwise}; nothing was changed.`);
};

const dedupeOf = (seen: readonly Seen[], keep: string): EntryBody => {
  const [one, ...others] = seen;
  if (!one || others.length > 0) {
    throw new WinnowError('usage', 'Choosing which copy stays is a decision on one image; name one.');
  }
  const { paths } = one.item;
  const kept = paths.find((path) => path.normalize('NFC') === pathText(keep));
  if (kept === undefined) {
    throw new WinnowError('usage', `${keep} is no copy of this image. Its copies: ${paths.join(', ')}.`);
  }
  if (paths.length < 2) throw new WinnowError('nothing-to-do', `${kept} has no other copy; nothing was changed.`);
  return { kind: 'dedupe', items: asSeen(seen), keep: kept };
};

/** The label as it is written in the dataset, or the new one. */
const knownLabel = (text: string, vocab: readonly string[], allowNewClass: boolean): string => {
  const label = text.normalize('NFC');
  if (vocab.includes(label)) return label;
  if (!allowNewClass) {
    const nearest = nearestName(label, vocab);
    throw new WinnowError(
      'unknown-label',
      nearest === null
        ? `There is no class "${label}" yet. To make it, ask for a new class; nothing was changed.`
        : `There is no class "${label}"; the nearest is "${nearest}". To make a new class, ask for one; nothing was changed.`,
      { detail: { nearest } },
    );
  }
  if (label.trim() === '') throw new WinnowError('usage', 'A class needs a name. Nothing was changed.');
  return label;
};

/**
 * Takes decisions back: the last step, one by name, or all after `to`. Newest first in `refs`.
 * Throws `nothing-to-do` when there is none in force.
 */
export const undo = async (
  dataset: OpenDataset,
  choice: { readonly ref?: EntryRef; readonly to?: EntryRef },
  by: string,
): Promise<readonly Entry[]> => {
  const { state, entries } = await dataset.reread();
  const known = new Set(entries.map((entry): EntryRef => `${entry.writer}:${entry.n}`));
  for (const ref of [choice.ref, choice.to]) {
    if (ref !== undefined && !known.has(ref)) {
      throw new WinnowError('usage', `The journal has no entry ${ref}; history lists them. Nothing was changed.`);
    }
  }
  const refs = choice.ref
    ? state.undoable.filter((ref) => ref === choice.ref)
    : lastOf(state.undoable, entries, choice.to);
  if (refs.length === 0) {
    throw new WinnowError(
      'nothing-to-do',
      choice.ref
        ? `${choice.ref} is no decision in force (undone already, or no decision); nothing was changed.`
        : choice.to
          ? `No decision after ${choice.to} is in force; nothing was changed.`
          : 'There is no decision to undo.',
    );
  }
  const entry = await dataset.store.journal.append({ kind: 'undo', refs }, by);
  await dataset.reread();
  return [entry];
};

const lastOf = (
  undoable: readonly EntryRef[],
  entries: readonly Entry[],
  to: EntryRef | undefined,
): readonly EntryRef[] => {
  if (to === undefined) return lastStep(undoable, entries);
  const place = new Map(entries.map((entry, index) => [`${entry.writer}:${entry.n}`, index]));
  const after = place.get(to) ?? entries.length;
  return undoable.filter((ref) => (place.get(ref) ?? 0) > after).toReversed();
};

/** Makes the step that was undone last hold again. Throws `nothing-to-do` when none was undone since the last decision. */
export const redo = async (dataset: OpenDataset, by: string): Promise<readonly Entry[]> => {
  const { state, entries } = await dataset.reread();
  const refs = lastStep(state.redoable, entries);
  if (refs.length === 0) throw new WinnowError('nothing-to-do', 'There is nothing to do again.');
  const entry = await dataset.store.journal.append({ kind: 'redo', refs }, by);
  await dataset.reread();
  return [entry];
};

const pathText = (text: string): string => text.replaceAll('\\', '/').replace(/^\.\//, '').normalize('NFC');

/**
 * Items by what a person typed: an id, its beginning (at least 4 digits), or a path relative to the dataset folder.
 * @returns ids in the order of the texts, each once; `failed` holds the texts that name nothing. Throws `ambiguous-item`.
 */
export const resolveItems = (
  snapshot: DatasetSnapshot,
  texts: readonly string[],
): { readonly ids: readonly ItemId[]; readonly failed: readonly string[] } => {
  const byPath = new Map(
    snapshot.scan.items.flatMap((item) => item.paths.map((path) => [path.normalize('NFC'), item.id])),
  );
  const ids = new Set<ItemId>();
  const failed: string[] = [];
  for (const text of texts) {
    const id = byPath.get(text.normalize('NFC')) ?? byPath.get(pathText(text)) ?? byPrefix(snapshot, text);
    if (id === null) failed.push(text);
    else ids.add(id);
  }
  return { ids: [...ids], failed };
};

const byPrefix = (snapshot: DatasetSnapshot, text: string): ItemId | null => {
  const prefix = text.toLowerCase();
  if (!/^[0-9a-f]{4,64}$/.test(prefix)) return null;
  const found = snapshot.scan.items.filter((item) => item.id.startsWith(prefix));
  if (found.length > 1) {
    const paths = found.slice(0, 3).map((item) => `${item.id.slice(0, prefix.length + 4)} (${item.paths[0] ?? ''})`);
    throw new WinnowError(
      'ambiguous-item',
      `${text} is the beginning of ${found.length} ids: ${paths.join(', ')}${found.length > 3 ? ' …' : ''}. Give more digits; nothing was changed.`,
    );
  }
  return found[0]?.id ?? null;
};
