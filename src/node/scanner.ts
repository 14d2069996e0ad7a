import type { Stats } from 'node:fs';
import { lstat, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import picomatch from 'picomatch';
import { byCodePoint } from '../base/compare.js';
import { WinnowError } from '../base/errors.js';
import { inFlight } from '../base/inFlight.js';
import { columnOf, csvColumn, parseCsv } from '../core/dataset/csvTable.js';
import type { BadFile, ImageFacts, ItemId, Scan } from '../core/dataset/item.js';
import { itemsOf, type HashedFile } from '../core/dataset/items.js';
import { hasSplitFolders, labellingOf, type CsvColumns } from '../core/dataset/labelling.js';
import { isLfsPointer, isUsuallyIgnored, looksLikeImage } from '../core/dataset/magic.js';
import { nameOf, rootPrefix } from '../core/dataset/paths.js';
import { shapeNotes } from '../core/dataset/shapeNotes.js';
import { tablesOf, type DatasetSpec } from '../core/dataset/spec.js';
import type { Move } from '../core/journal/entry.js';
import { MoveHistory } from '../core/journal/moveHistory.js';
import type { Placed, Scanner } from '../ports/dataset.js';
import { hashFile } from './fileHash.js';
import { FileIndex, type BadContent } from './fileIndex.js';
import { listFiles, type ListedFiles } from './folderListing.js';
import { listTrash } from './trash.js';

const hashesInFlight = 4;
const looksInFlight = 32;

/** What reading a file has shown. */
type Looked =
  | { readonly path: string; readonly kind: 'image'; readonly id: ItemId }
  | { readonly path: string; readonly kind: 'ignored' | 'gone' }
  | { readonly path: string; readonly kind: 'bad'; readonly bad: BadContent };

export class FolderScanner implements Scanner {
  readonly #dir: string;
  readonly #index: FileIndex;

  /** @param dir the dataset folder, absolute.  @param indexFile in the cache folder. */
  constructor(dir: string, indexFile: string) {
    this.#dir = dir;
    this.#index = new FileIndex(indexFile);
  }

  factsOf(id: ItemId): ImageFacts | null {
    return this.#index.factsOf(id);
  }
  bytesOf(path: string): number | null {
    return this.#index.sizeOf(path);
  }
  badOf(id: ItemId): BadContent | null {
    return this.#index.badOf(id);
  }

  async remember(
    facts: ReadonlyMap<ItemId, ImageFacts>,
    bad: ReadonlyMap<ItemId, BadContent>,
    placed: ReadonlyMap<string, Placed> = new Map(),
  ): Promise<void> {
    await this.#index.load();
    this.#index.remember(facts, bad);
    const seenAt = Date.now();
    await inFlight(
      [...placed],
      async ([file, { id, at }]) => {
        const now = await this.#stat(file);
        if (now && !(now instanceof Error) && now.ctimeMs <= at) this.#index.set(file, now, id, seenAt);
      },
      { limit: looksInFlight },
    );
    await this.#index.save();
  }

  async scan(spec: DatasetSpec, moves: readonly Move[], signal?: AbortSignal): Promise<Scan> {
    await this.#index.load();
    const prefix = rootPrefix(spec.root);
    const listed = await listFiles(this.#dir, prefix, excluder(spec), signal).catch((error: unknown) => {
      // A dataset that is still to be gathered has no folder for its images yet.
      if (!WinnowError.is(error, 'not-found') || !spec.classes.some(({ terms }) => terms.length > 0)) throw error;
      return nothing;
    });
    const tables = tablesOf(spec);
    const candidates = listed.files.filter((file) => !tables.has(file));
    const trashed = (await listTrash(this.#dir)).map((file) => file.path);
    const looked = await this.#look(candidates, signal);
    const trash = (await this.#look(trashed, signal)).flatMap((file) => (file.kind === 'image' ? [file] : []));
    this.#index.keepOnly(new Set([...listed.files, ...trashed]));
    await this.#index.save();

    const bad: BadFile[] = listed.unreadable.map((file) => ({ ...file, reason: 'unreadable' }));
    let images: HashedFile[] = [];
    const ignored = [...listed.passedOver, ...listed.files.filter((file) => tables.has(file))];
    for (const file of looked) {
      if (file.kind === 'ignored') ignored.push(file.path);
      else if (file.kind === 'bad') bad.push({ path: file.path, ...file.bad });
      else if (file.kind === 'image') {
        const known = this.#index.badOf(file.id);
        if (known) bad.push({ path: file.path, ...known });
        else images.push(file);
      }
    }
    const columns = await this.#columns(spec);
    const isSplit = hasSplitFolders(
      spec,
      [...images, ...bad].map((file) => file.path),
    );
    const labelling = labellingOf(spec, isSplit, columns);
    // A LICENSE beside the class folders is nobody's broken photo.
    const isBeside = (file: HashedFile): boolean =>
      spec.label.by === 'folder' && this.#index.isPlain(file.id) && labelling.labelOf(file.path) === null;
    ignored.push(...images.filter(isBeside).map((file) => file.path));
    images = images.filter((file) => !isBeside(file));
    const items = itemsOf(images, trash, new MoveHistory(moves), labelling);
    const labels = new Set([
      ...images.flatMap((file) => labelling.labelOf(file.path) ?? []),
      ...spec.classes.map(({ name }) => name.normalize('NFC')),
    ]);
    bad.sort((a, b) => byCodePoint(a.path, b.path));
    return {
      items,
      bad,
      ignored: ignored.sort(byCodePoint),
      files: images.length,
      vocab: [...labels].sort(byCodePoint),
      notes: [...listed.notes, ...shapeNotes(spec, items, bad, labelling)],
      trash: trash.map(({ path: place, id }) => ({ path: place, id })),
      labelRows: columns.label,
    };
  }

  async #look(files: readonly string[], signal: AbortSignal | undefined): Promise<Looked[]> {
    const stats = await inFlight(files, (file) => this.#stat(file), { limit: looksInFlight });
    const unknown: number[] = [];
    const found = files.map((file, index): Looked => {
      const now = stats[index];
      if (!now || now instanceof Error) return now ? unreadable(file, now) : { path: file, kind: 'gone' };
      if (!now.isFile()) return { path: file, kind: 'ignored' };
      if (now.size === 0) return empty(file);
      const id = this.#index.idOf(file, now);
      if (id === null) unknown.push(index);
      return id === null ? { path: file, kind: 'gone' } : this.#judged(file, id);
    });
    await inFlight(
      unknown,
      async (index) => {
        found[index] = await this.#read(files[index] as string, stats[index] as Stats, signal);
      },
      { limit: hashesInFlight, signal },
    );
    return found;
  }

  /** Null for a file that has gone since it was listed. */
  async #stat(file: string): Promise<Stats | Error | null> {
    const absolute = path.join(this.#dir, file);
    try {
      const own = await lstat(absolute);
      return own.isSymbolicLink() ? await stat(absolute) : own;
    } catch (error) {
      const isNameBroken = file.includes('\ufffd');
      if (error instanceof Error && (isNameBroken || !('code' in error) || error.code !== 'ENOENT')) return error;
      return null;
    }
  }

  async #read(file: string, now: Stats, signal: AbortSignal | undefined): Promise<Looked> {
    const hashedAt = Date.now();
    try {
      const { id, head } = await hashFile(path.join(this.#dir, file), signal);
      this.#index.set(file, now, id, hashedAt);
      if (!looksLikeImage(head)) this.#index.setPlain(id);
      if (isLfsPointer(head)) this.#index.remember(new Map(), new Map([[id, lfsPointer]]));
      return this.#judged(file, id);
    } catch (error) {
      WinnowError.throwIfAborted(signal, 'scan');
      return unreadable(file, error);
    }
  }

  #judged(file: string, id: ItemId): Looked {
    return isUsuallyIgnored(nameOf(file)) && this.#index.isPlain(id)
      ? { path: file, kind: 'ignored' }
      : { path: file, kind: 'image', id };
  }

  async #columns(spec: DatasetSpec): Promise<CsvColumns> {
    const { label, split, groupBy } = spec;
    return {
      label: label.by === 'csv' ? await this.#column('label', label.file, label.path, label.label) : null,
      split: split.by === 'csv' ? await this.#column('split', split.file, split.path, split.column) : null,
      group: groupBy?.by === 'csv' ? await this.#column('groupBy', groupBy.file, groupBy.path, groupBy.column) : null,
    };
  }

  async #column(rule: string, file: string, key: string, value: string): Promise<ReadonlyMap<string, string>> {
    const text = await readFile(path.join(this.#dir, file), 'utf8').catch((error: unknown) => {
      throw new WinnowError(
        'bad-spec',
        `winnow.json: "${rule}.file" names ${file}, which cannot be read. Check the name; nothing was changed.`,
        { cause: error },
      );
    });
    const table = parseCsv(text);
    for (const name of [key, value]) {
      if (columnOf(table, name) >= 0) continue;
      throw new WinnowError(
        'bad-spec',
        `winnow.json: "${rule}" names the column "${name}", but ${file} has ${table.header.map((cell) => `"${cell}"`).join(', ')}. Nothing was changed.`,
      );
    }
    return csvColumn(table, key, value);
  }
}

const excluder = (spec: DatasetSpec): ((path: string) => boolean) =>
  spec.exclude.length === 0 ? () => false : picomatch([...spec.exclude], { dot: true });

const nothing: ListedFiles = { files: [], passedOver: [], unreadable: [], notes: [] };

const empty = (file: string): Looked => ({
  path: file,
  kind: isUsuallyIgnored(nameOf(file)) ? 'ignored' : 'bad',
  bad: { reason: 'empty', message: 'The file is empty (0 bytes): a download or copy that was cut short.' },
});

const unreadable = (file: string, error: unknown): Looked => ({
  path: file,
  kind: 'bad',
  bad: {
    reason: 'unreadable',
    message: `The file cannot be read (${error instanceof Error ? error.message : String(error)}). Check its name and permissions.`,
  },
});

const lfsPointer: BadContent = {
  reason: 'lfs-pointer',
  message: 'A Git-LFS pointer instead of the picture. Run "git lfs pull" in the repository.',
};
