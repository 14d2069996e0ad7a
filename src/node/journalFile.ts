import { open, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { Entry } from '../core/journal/entry.js';
import { isMissing } from './diskErrors.js';
import { decodeLine, noCrc } from './journalLine.js';

export type JournalTrouble =
  { readonly kind: 'broken'; readonly line: number } | { readonly kind: 'newer'; readonly line: number };

/** One writer's file as far as it has been read. Reads only what has been added since. */
export class JournalFile {
  readonly file: string;
  readonly writer: string;
  #entries: Entry[] = [];
  readonly #crcs = new Set<string>();
  #lastCrc = noCrc;
  #highest = 0;
  #lines = 0;
  /** Bytes up to the end of the last whole line. */
  #sound = 0;
  #size = 0;
  #mtimeMs = -1;
  #ino = -1;
  #trouble: JournalTrouble | null = null;

  constructor(file: string) {
    this.file = file;
    this.writer = path.basename(file, '.jsonl');
  }

  /** Oldest first; those before a broken line only. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }
  get lastCrc(): string {
    return this.#lastCrc;
  }
  get highest(): number {
    return this.#highest;
  }
  get trouble(): JournalTrouble | null {
    return this.#trouble;
  }
  /** Whether a line with this checksum is among those read. */
  holds(crc: string): boolean {
    return this.#crcs.has(crc);
  }
  /** Bytes after the last whole line: an entry being written now, or one that a crash has cut. */
  get torn(): { readonly from: number; readonly bytes: number } | null {
    return this.#trouble?.kind !== 'broken' && this.#size > this.#sound
      ? { from: this.#sound, bytes: this.#size - this.#sound }
      : null;
  }

  /** Reads what is new. Resolves to whether anything is. */
  async refresh(): Promise<boolean> {
    const now = await stat(this.file).catch((error: unknown) => {
      if (isMissing(error)) return null;
      throw error;
    });
    if (!now) {
      const had = this.#size > 0;
      this.#forget();
      return had;
    }
    if (now.size === this.#size && now.mtimeMs === this.#mtimeMs && now.ino === this.#ino) return false;
    const handle = await open(this.file, 'r');
    try {
      // Git replaces files; only one that has grown in place is read from where we stopped.
      const grew = now.ino === this.#ino && now.size > this.#size && this.#trouble?.kind !== 'broken';
      if (!grew || !(await this.#readFrom(handle))) {
        this.#forget();
        await this.#readFrom(handle);
      }
    } finally {
      await handle.close();
    }
    this.#mtimeMs = now.mtimeMs;
    this.#ino = now.ino;
    return true;
  }

  #forget(): void {
    this.#entries = [];
    this.#crcs.clear();
    this.#lastCrc = noCrc;
    this.#highest = 0;
    this.#lines = 0;
    this.#sound = 0;
    this.#size = 0;
    this.#mtimeMs = -1;
    this.#ino = -1;
    this.#trouble = null;
  }

  /** False when what follows does not continue what was read before: the file is another one. */
  async #readFrom(handle: FileHandle): Promise<boolean> {
    const start = this.#sound;
    const bytes = await readRest(handle, start);
    this.#size = start + bytes.length;
    let at = 0;
    while (at < bytes.length) {
      const end = bytes.indexOf(0x0a, at);
      if (end < 0) break;
      const line = decodeLine(bytes.subarray(at, end), this.writer);
      const follows = line.state !== 'bad' && line.p === this.#lastCrc;
      if (!follows) {
        if (start > 0 && at === 0) return false;
        // A bad end is a crash; something whole after or instead of it means that the middle is damaged.
        if (line.state !== 'bad' || holdsWholeLine(bytes.subarray(end + 1), this.writer)) {
          this.#trouble = { kind: 'broken', line: this.#lines + 1 };
        }
        break;
      }
      this.#lines++;
      if (line.state === 'entry') {
        this.#entries.push(line.entry);
        this.#highest = Math.max(this.#highest, line.entry.n);
      } else {
        this.#trouble ??= { kind: 'newer', line: this.#lines };
        this.#highest = Math.max(this.#highest, line.n);
      }
      this.#lastCrc = line.crc;
      this.#crcs.add(line.crc);
      at = end + 1;
    }
    this.#sound = start + at;
    return true;
  }
}

const readRest = async (handle: FileHandle, from: number): Promise<Buffer> => {
  const { size } = await handle.stat();
  const buffer = Buffer.alloc(Math.max(0, size - from));
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, from + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
};

const holdsWholeLine = (bytes: Uint8Array, writer: string): boolean => {
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(0x0a, at);
    if (end < 0) return false;
    if (decodeLine(bytes.subarray(at, end), writer).state !== 'bad') return true;
    at = end + 1;
  }
  return false;
};
