import type { Item, ItemId, Scan } from '../dataset/item.js';
import { foldersOf, hasSplitFolders, labellingOf, noColumns, type Labelling } from '../dataset/labelling.js';
import { collisionKey, freePath, isInTrash, joined, nameOf, trashFolder } from '../dataset/paths.js';
import { folderOfClass, type DatasetSpec } from '../dataset/spec.js';
import { dedupesOf } from './dedupes.js';
import type { Entry, Move } from './entry.js';
import { MoveHistory, movesOf } from './moveHistory.js';
import type { DatasetState } from './state.js';
import { undoStackOf } from './undoStack.js';

/** What a plan is made from: an open dataset's snapshot. */
export interface Planned {
  readonly spec: DatasetSpec;
  readonly scan: Scan;
  readonly state: DatasetState;
  readonly entries: readonly Entry[];
}

/**
 * The moves that make the folder say what the journal says, in an order in which each finds its place free:
 * what is thrown away goes to the trash, what is taken back returns to where it was, everything else into the folder
 * of its label. Names never collide, whatever the file system thinks of case and composition. Pure; moves nothing.
 */
export const applyPlan = (planned: Planned): Move[] => new Planner(planned).plan();

class Planner {
  readonly #planned: Planned;
  readonly #labelling: Labelling;
  readonly #history: MoveHistory;
  readonly #taken = new Set<string>();
  readonly #trash = new Map<ItemId, string[]>();
  /** The folder on the disk by its name in NFC. */
  readonly #folders = new Map<string, string>();
  readonly #moves: Move[] = [];

  constructor(planned: Planned) {
    this.#planned = planned;
    const { scan, spec } = planned;
    const files = [...scan.items.filter((item) => !isInTrash(item.at)).flatMap((item) => item.paths)];
    const candidates = [...files, ...scan.bad.map((bad) => bad.path)];
    this.#labelling = labellingOf(spec, hasSplitFolders(spec, candidates), {
      ...noColumns,
      label: scan.labelRows ?? null,
    });
    this.#history = new MoveHistory(movesOf(planned.entries));
    for (const path of [...candidates, ...scan.ignored]) this.#taken.add(collisionKey(path));
    for (const { path, id } of scan.trash ?? []) {
      this.#taken.add(collisionKey(path));
      this.#trash.set(id, [...(this.#trash.get(id) ?? []), path]);
    }
    if (spec.label.by === 'folder') {
      for (const path of files) {
        const folder = foldersOf(this.#labelling, path).folders[spec.label.level - 1];
        if (folder !== undefined && !this.#folders.has(folder.normalize('NFC'))) {
          this.#folders.set(folder.normalize('NFC'), folder);
        }
      }
    }
  }

  plan(): Move[] {
    const { scan, state, entries } = this.#planned;
    const dedupes = dedupesOf(entries, [], undoStackOf(entries).undone);
    const staying: { item: Item; live: string[]; returning: string[] }[] = [];
    for (const item of scan.items) {
      const now = state.items.get(item.id);
      if (!now) continue;
      const live = isInTrash(item.at) ? [] : item.paths;
      const trashed = this.#trash.get(item.id) ?? [];
      if (now.status === 'trashed') {
        for (const path of live) this.#throwAway(item.id, path);
        continue;
      }
      const dedupe = dedupes.get(item.id);
      const isKeptHere = dedupe !== undefined && [...live, ...trashed].some((path) => dedupe.keep.has(path));
      const isLoser = (path: string): boolean => isKeptHere && dedupe.losers.has(path);
      for (const path of live.filter(isLoser)) this.#throwAway(item.id, path);
      staying.push({
        item,
        live: live.filter((path) => !isLoser(path)),
        returning: trashed.filter((path) => !isLoser(path)),
      });
    }
    for (const { item, live, returning } of staying) {
      const label = state.items.get(item.id)?.label ?? null;
      for (const path of live) this.#settle(item.id, path, label);
      for (const path of returning) this.#bringBack(item.id, path, label);
    }
    return this.#moves;
  }

  #throwAway(id: ItemId, path: string): void {
    this.#move(id, path, `${trashFolder}/${id}.trashed`);
  }

  #bringBack(id: ItemId, path: string, label: string | null): void {
    const place = this.#history.back(id, path).find((move) => !isInTrash(move.from))?.from;
    if (place === undefined) return; // nobody knows where it was; it stays safe in the trash
    const isFolderRule = this.#planned.spec.label.by === 'folder';
    const right = isFolderRule ? this.#placeFor(id, path, place, label) : place;
    const to = this.#move(id, path, right);
    if (!isFolderRule && label !== null) this.#relabelRow(id, to, label);
  }

  #settle(id: ItemId, path: string, label: string | null): void {
    if (label === null || this.#labelling.labelOf(path) === label) return;
    if (this.#planned.spec.label.by === 'folder') this.#move(id, path, this.#placeFor(id, path, path, label));
    else this.#relabelRow(id, path, label);
  }

  #relabelRow(id: ItemId, path: string, label: string): void {
    const from = this.#labelling.labelOf(path);
    if (from !== label) this.#moves.push({ id, from: path, to: path, row: { from, to: label } });
  }

  /** Where the file was the last time it lay under this label; else the same place in the folder of the label. */
  #placeFor(id: ItemId, path: string, place: string, label: string | null): string {
    if (label === null || this.#labelling.labelOf(place) === label) return place;
    const earlier = this.#history
      .back(id, path)
      .map((move) => move.from)
      .find((from) => !isInTrash(from) && this.#labelling.labelOf(from) === label);
    if (earlier !== undefined) return earlier;
    const { spec } = this.#planned;
    const level = spec.label.by === 'folder' ? spec.label.level : 1;
    const wanted = folderOfClass(spec.classes, label);
    const folder = this.#folders.get(wanted.normalize('NFC')) ?? wanted;
    const { split, folders } = foldersOf(this.#labelling, place);
    const below = Array.from({ length: Math.max(folders.length, level) }, (_, i) =>
      i === level - 1 ? folder : (folders[i] ?? folder),
    );
    return joined(this.#labelling.prefix, split ?? '', ...below, nameOf(place));
  }

  #move(id: ItemId, from: string, wanted: string): string {
    const to = freePath(wanted, (key) => this.#taken.has(key));
    this.#taken.delete(collisionKey(from));
    this.#taken.add(collisionKey(to));
    this.#moves.push({ id, from, to });
    return to;
  }
}
