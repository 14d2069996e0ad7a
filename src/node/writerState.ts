import { createHash, randomBytes } from 'node:crypto';
import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { writeOwnFile } from './ownFiles.js';

/** Which writer this clone is; kept outside the clone, so that no copy, clone or commit ever carries it along. */
export class WriterState {
  readonly #stateFolder: string;
  readonly #journalFolder: string;
  readonly #datasetDir: string;
  #file: string | undefined;
  #writer = newWriter();
  #tail: string | null = null;
  #isKnown = false;

  constructor(stateFolder: string, datasetDir: string, journalFolder: string) {
    this.#stateFolder = stateFolder;
    this.#datasetDir = datasetDir;
    this.#journalFolder = journalFolder;
  }

  get writer(): string {
    return this.#writer;
  }

  /** Reads who we are; another window of the same clone may have changed it. Call under the lock, after the journal folder exists. */
  async load(): Promise<void> {
    this.#file ??= path.join(this.#stateFolder, 'writers', `${await this.#cloneKey()}.json`);
    try {
      const value = JSON.parse(await readFile(this.#file, 'utf8')) as { writer?: unknown; tail?: unknown };
      if (typeof value.writer === 'string' && /^[a-z0-9]{8,}$/.test(value.writer)) {
        this.#writer = value.writer;
        this.#tail = typeof value.tail === 'string' ? value.tail : null;
        this.#isKnown = true;
      }
    } catch {
      // Never written, or damaged: then this clone is a new writer.
    }
  }

  /**
   * Takes a new name when our file no longer holds what we wrote last: git has switched to another branch, and two
   * branches that both continue one file would conflict when they are merged.
   * @param holds whether the file has a line with this checksum.
   */
  async ensureContinues(holds: (crc: string) => boolean): Promise<void> {
    if (this.#isKnown && (this.#tail === null || holds(this.#tail))) return;
    if (this.#isKnown) this.#writer = newWriter();
    this.#tail = null;
    this.#isKnown = true;
    await this.#save();
  }

  /** After an append. Not synced: when it is lost this clone merely goes on under a new name. */
  async wrote(crc: string): Promise<void> {
    this.#tail = crc;
    await this.#save();
  }

  async #save(): Promise<void> {
    if (this.#file === undefined) return;
    const content = JSON.stringify({ writer: this.#writer, tail: this.#tail, dataset: this.#datasetDir });
    await writeOwnFile(this.#file, content, false).catch(() => undefined);
  }

  /** The same path after a fresh `git clone` is another clone: its journal folder is another inode. */
  async #cloneKey(): Promise<string> {
    const real = await realpath(this.#datasetDir);
    const { ino } = await stat(this.#journalFolder);
    return createHash('sha256').update(`${real}\0${ino}`).digest('hex').slice(0, 32);
  }
}

const newWriter = (): string => randomBytes(6).toString('hex');
