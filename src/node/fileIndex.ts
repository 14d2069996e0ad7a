import type { Stats } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import type { BadFile, ImageFacts, ItemId } from '../core/dataset/item.js';
import { writeOwnFile } from './ownFiles.js';

export type BadContent = Pick<BadFile, 'reason' | 'message'>;

/** What tells one state of a file from another. */
type Trace = readonly [size: number, mtimeMs: number, ctimeMs: number, ino: number];

const indexVersion = 3;

interface Stored {
  /** One more than what the last Winnow wrote when `ImageFacts` or the way to it changes: all is looked at again. */
  readonly version: typeof indexVersion;
  readonly files: Readonly<Record<string, readonly [...Trace, id: ItemId]>>;
  readonly facts: Readonly<Record<ItemId, ImageFacts>>;
  readonly bad: Readonly<Record<ItemId, BadContent>>;
  /** Ids whose first bytes are no picture's. */
  readonly plain: readonly ItemId[];
}

/** Path and trace → hash, and what decoding has told by hash. Disposable: without it the next scan is merely slower. */
export class FileIndex {
  readonly #file: string;
  #files = new Map<string, readonly [...Trace, id: ItemId]>();
  readonly #facts = new Map<ItemId, ImageFacts>();
  readonly #bad = new Map<ItemId, BadContent>();
  readonly #plain = new Set<ItemId>();
  #readAt = -1;
  #isChanged = false;

  constructor(file: string) {
    this.#file = file;
  }

  factsOf(id: ItemId): ImageFacts | null {
    return this.#facts.get(id) ?? null;
  }
  /** Bytes of the file as it was last hashed. */
  sizeOf(path: string): number | null {
    return this.#files.get(path)?.[0] ?? null;
  }
  badOf(id: ItemId): BadContent | null {
    return this.#bad.get(id) ?? null;
  }
  /** Whether the content begins like no picture. */
  isPlain(id: ItemId): boolean {
    return this.#plain.has(id);
  }

  /** The hash of the file as it is now, null when it must be read. */
  idOf(path: string, now: Stats): ItemId | null {
    const known = this.#files.get(path);
    if (!known || traceOf(now).some((value, i) => value !== known[i])) return null;
    return known[4];
  }

  /** @param hashedAt when reading began: a file that was written in the same tick may change again unseen, so it is not remembered. */
  set(path: string, now: Stats, id: ItemId, hashedAt: number): void {
    // FAT keeps two seconds, most others far less than fifty milliseconds.
    const tickMs = now.mtimeMs % 1000 === 0 ? 2000 : 50;
    if (hashedAt - now.mtimeMs < tickMs) this.#files.delete(path);
    else this.#files.set(path, [...traceOf(now), id]);
    this.#isChanged = true;
  }

  setPlain(id: ItemId): void {
    this.#plain.add(id);
  }

  remember(facts: ReadonlyMap<ItemId, ImageFacts>, bad: ReadonlyMap<ItemId, BadContent>): void {
    for (const [id, value] of facts) {
      this.#facts.set(id, value);
      this.#bad.delete(id);
    }
    for (const [id, value] of bad) this.#bad.set(id, value);
    this.#isChanged ||= facts.size + bad.size > 0;
  }

  /** Forgets paths that are not there any more. */
  keepOnly(paths: ReadonlySet<string>): void {
    for (const path of this.#files.keys()) {
      if (paths.has(path)) continue;
      this.#files.delete(path);
      this.#isChanged = true;
    }
  }

  /** Takes in what another process has learnt. A file that cannot be read counts as empty. */
  async load(): Promise<void> {
    try {
      const { mtimeMs } = await stat(this.#file);
      if (mtimeMs === this.#readAt) return;
      const stored = JSON.parse(await readFile(this.#file, 'utf8')) as Partial<Stored>;
      this.#readAt = mtimeMs;
      if (stored.version !== indexVersion) return;
      for (const [path, value] of Object.entries(stored.files ?? {})) this.#files.set(path, value);
      for (const [id, value] of Object.entries(stored.facts ?? {})) this.#facts.set(id as ItemId, value);
      for (const [id, value] of Object.entries(stored.bad ?? {})) this.#bad.set(id as ItemId, value);
      for (const id of stored.plain ?? []) this.#plain.add(id);
    } catch {
      this.#readAt = -1;
    }
  }

  /** Writes it when something has changed; a cache that cannot be written is done without. */
  async save(): Promise<void> {
    if (!this.#isChanged) return;
    const stored: Stored = {
      version: indexVersion,
      files: Object.fromEntries(this.#files),
      facts: Object.fromEntries(this.#facts),
      bad: Object.fromEntries(this.#bad),
      plain: [...this.#plain],
    };
    try {
      await writeOwnFile(this.#file, JSON.stringify(stored), false);
      this.#readAt = (await stat(this.#file)).mtimeMs;
      this.#isChanged = false;
    } catch {
      // The next scan hashes again.
    }
  }
}

const traceOf = (now: Stats): Trace => [now.size, now.mtimeMs, now.ctimeMs, now.ino];
