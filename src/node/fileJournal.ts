import { open, readdir, readFile, truncate } from 'node:fs/promises';
import path from 'node:path';
import { WinnowError } from '../base/errors.js';
import { byCodePoint } from '../base/compare.js';
import type { Entry, EntryBody } from '../core/journal/entry.js';
import type { Journal } from '../ports/dataset.js';
import { codeOf, diskError, isMissing } from './diskErrors.js';
import { withFileLock } from './fileLock.js';
import { JournalFile } from './journalFile.js';
import { encodeLine } from './journalLine.js';
import { makeFolder, syncFolder, writeOwnFile } from './ownFiles.js';
import { WriterState } from './writerState.js';

export interface JournalPlaces {
  readonly datasetDir: string;
  /** Where entries are written: `.winnow`, or a folder of the user's for a dataset that cannot be written. */
  readonly home: string;
  /** Other homes whose entries count too. */
  readonly alsoRead: readonly string[];
  readonly stateFolder: string;
}

/** How long an append waits for others' appends, each of which takes a disk sync. */
const patienceMs = 15_000;

/** All writers' files of one dataset as one journal. */
export class FileJournal implements Journal {
  readonly #places: JournalPlaces;
  readonly #writer: WriterState;
  readonly #files = new Map<string, JournalFile>();
  #merged: readonly Entry[] = [];
  #notes: string[] = [];
  #queue: Promise<unknown> = Promise.resolve();

  constructor(places: JournalPlaces) {
    this.#places = places;
    this.#writer = new WriterState(places.stateFolder, places.datasetDir, this.#folder);
  }

  get writer(): string {
    return this.#writer.writer;
  }

  get #folder(): string {
    return path.join(this.#places.home, 'journal');
  }

  get problem(): WinnowError | null {
    for (const { file, trouble } of this.#files.values()) {
      if (!trouble) continue;
      const place = `line ${trouble.line} of ${path.relative(this.#places.datasetDir, file)}`;
      return trouble.kind === 'newer'
        ? new WinnowError(
            'journal-newer',
            `The journal holds decisions of a newer Winnow (${place}). Nothing is lost and everything can be looked at; update Winnow to decide here.`,
          )
        : new WinnowError(
            'journal-broken',
            `The journal is damaged in the middle (${place}): what comes after it is not read, and nothing is written, so that nothing gets lost. Restore that file from git or a backup; or move it out of the folder to go on without it.`,
          );
    }
    return null;
  }

  takeNotes(): readonly string[] {
    const notes = this.#notes;
    this.#notes = [];
    return notes;
  }

  read(): Promise<readonly Entry[]> {
    return this.#alone(async () => {
      await this.#refresh();
      const torn = [...this.#files.values()].some((file) => file.torn && this.#isOurs(file));
      if (torn) await this.#mend();
      return this.#merged;
    });
  }

  append(body: EntryBody, by: string): Promise<Entry> {
    return this.#alone(() => this.#locked(() => this.#appendLocked(body, by)));
  }

  async #appendLocked(body: EntryBody, by: string): Promise<Entry> {
    await this.#refresh();
    await this.#cutTornTails();
    const { problem } = this;
    if (problem) throw problem;
    await this.#writer.load();
    await this.#writer.ensureContinues((crc) => this.#own()?.holds(crc) ?? false);
    const known = this.#own();
    const file = known ?? new JournalFile(path.join(this.#folder, `${this.writer}.jsonl`));
    const n = 1 + Math.max(0, ...[...this.#files.values()].map(({ highest }) => highest));
    const stamp = { v: 1, n, at: new Date().toISOString(), by } as const;
    const line = encodeLine(stamp, body, file.lastCrc);
    await writeLine(file.file, line.text);
    if (!known) await syncFolder(this.#folder);
    await this.#writer.wrote(line.crc);
    this.#files.set(file.file, file);
    await file.refresh();
    const entry: Entry = { ...stamp, writer: this.writer, ...body };
    this.#merged = [...this.#merged, entry]; // its n is the highest of all
    return entry;
  }

  #own(): JournalFile | undefined {
    return this.#files.get(path.join(this.#folder, `${this.writer}.jsonl`));
  }

  #isOurs(file: JournalFile): boolean {
    return path.dirname(file.file) === this.#folder;
  }

  /** Finds files and reads what is new in each. */
  async #refresh(): Promise<void> {
    const found = new Set<string>();
    for (const home of [this.#places.home, ...this.#places.alsoRead]) {
      const folder = path.join(home, 'journal');
      const names = await readdir(folder).catch((error: unknown) => {
        if (isMissing(error)) return [];
        throw error;
      });
      for (const name of names) if (name.endsWith('.jsonl')) found.add(path.join(folder, name));
    }
    let isChanged = false;
    for (const known of [...this.#files.keys()]) {
      if (found.has(known)) continue;
      this.#files.delete(known);
      isChanged = true;
    }
    for (const name of found) {
      const file = this.#files.get(name) ?? new JournalFile(name);
      this.#files.set(name, file);
      if (await file.refresh()) isChanged = true;
    }
    if (isChanged) this.#merged = merged([...this.#files.values()]);
  }

  /** What a crash has cut off: under the lock nobody is writing, so it is no entry in the making. */
  async #mend(): Promise<void> {
    try {
      await this.#locked(async () => {
        await this.#refresh();
        await this.#cutTornTails();
      });
    } catch (error) {
      if (WinnowError.is(error, 'busy')) return; // somebody is writing: the next read or append sees to it
      if (!WinnowError.is(error, 'read-only')) throw error;
      this.#notes.push('The end of the journal is damaged and cannot be mended here (no permission to write).');
    }
  }

  async #cutTornTails(): Promise<void> {
    for (const file of this.#files.values()) {
      const { torn } = file;
      if (!torn || !this.#isOurs(file)) continue;
      const bytes = (await readFile(file.file)).subarray(torn.from);
      const name = `${file.writer}-${torn.from}-${Date.now()}.torn`;
      await writeOwnFile(path.join(this.#places.home, 'lost+found', name), bytes);
      await truncate(file.file, torn.from);
      await syncFile(file.file);
      await file.refresh();
      this.#notes.push(
        `The journal ended in ${torn.bytes} bytes of an entry that was never finished (a crash or power cut). They were set aside in .winnow/lost+found/${name}; every acknowledged decision is there.`,
      );
    }
    this.#merged = merged([...this.#files.values()], this.#merged);
  }

  #locked<T>(work: () => Promise<T>): Promise<T> {
    return withFileLock(
      {
        file: path.join(this.#places.home, 'journal.lock'),
        patienceMs,
        busyMessage: (holder) =>
          `The journal is being written by another process (${holder?.pid ?? 'unknown'}) and does not become free. Nothing was changed; try again.`,
      },
      async () => {
        await makeJournalFolder(this.#places.home, this.#folder);
        return work();
      },
    );
  }

  /** Within this process one after another; the lock file is for the others. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#queue.then(work);
    this.#queue = next.catch(() => undefined);
    return next;
  }
}

const merged = (files: readonly JournalFile[], before?: readonly Entry[]): readonly Entry[] => {
  const count = files.reduce((sum, file) => sum + file.entries.length, 0);
  if (before?.length === count) return before;
  const all = files.flatMap((file) => file.entries);
  return all.sort((a, b) => a.n - b.n || byCodePoint(a.writer, b.writer));
};

/** Whole and on the disk, or not there at all. */
const writeLine = async (file: string, text: string): Promise<void> => {
  try {
    const handle = await open(file, 'a');
    try {
      const { size } = await handle.stat();
      try {
        await handle.writeFile(text);
        await handle.datasync();
      } catch (error) {
        // Unacknowledged must not come back later as if it had been said.
        await handle.truncate(size).catch(() => undefined);
        throw error;
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw diskError(error, 'The decision could not be saved');
  }
};

const syncFile = async (file: string): Promise<void> => {
  const handle = await open(file, 'r+');
  try {
    await handle.datasync();
  } finally {
    await handle.close();
  }
};

const gitIgnore = 'runs/\nfine-tunes/\ntrash/\ntmp/\ngather/\nlost+found/\n*.lock\n*.heir\n*.tmp\n';
const gitAttributes = '*.jsonl -text\n';

const makeJournalFolder = async (home: string, folder: string): Promise<void> => {
  try {
    await makeFolder(folder);
    for (const [name, content] of [
      ['.gitignore', gitIgnore],
      ['.gitattributes', gitAttributes],
    ] as const) {
      const handle = await open(path.join(home, name), 'wx').catch((error: unknown) => {
        if (codeOf(error) === 'EEXIST') return null;
        throw error;
      });
      try {
        await handle?.writeFile(content);
      } finally {
        await handle?.close();
      }
    }
  } catch (error) {
    throw diskError(error, 'The journal could not be made');
  }
};
