/** A file on its way: under a temporary name until all of it is there, hashed while it comes. */

import { createHash, randomBytes, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { DownloadRequest } from '../../ports/web.js';
import { isMissing, onDisk } from '../diskErrors.js';
import { makeFolder, removeOwnFile } from '../ownFiles.js';

const what = 'The download could not be written';

/** Pieces wait together until they are worth a write: most photos take one. */
const writeBytes = 256 * 1024;

export class PartFile {
  #pieces: Buffer[] = [];
  #waiting = 0;
  #hash: Hash = createHash('sha256');
  #handle: FileHandle | null = null;
  bytes = 0;

  private constructor(
    readonly file: string,
    /** A pinned file's beginning is worth keeping. */
    private readonly isKept: boolean,
  ) {}

  static create({ folder, expect }: Pick<DownloadRequest, 'folder' | 'expect'>): PartFile {
    const name = `${String(process.pid)}-${randomBytes(8).toString('hex')}.part`;
    return new PartFile(expect?.partial ?? path.join(folder, name), expect !== undefined);
  }

  /** Ready to write; answers how many bytes are there from before. */
  async begin(): Promise<number> {
    await this.#close();
    const size = this.isKept
      ? await stat(this.file).then(
          ({ size: there }) => there,
          () => 0,
        )
      : 0;
    this.#hash = createHash('sha256');
    if (size > 0) for await (const piece of createReadStream(this.file)) this.#hash.update(piece as Buffer);
    this.bytes = size;
    this.#handle = await this.#opened(size > 0 ? 'a' : 'w');
    return size;
  }

  /** From nothing again. */
  async restart(): Promise<void> {
    await this.#close(false);
    this.#hash = createHash('sha256');
    this.bytes = 0;
    this.#handle = await this.#opened('w');
  }

  async write(piece: Buffer): Promise<void> {
    this.#hash.update(piece);
    this.bytes += piece.length;
    this.#pieces.push(piece);
    this.#waiting += piece.length;
    if (this.#waiting >= writeBytes) await this.#flush();
  }

  async finish(): Promise<{ readonly file: string; readonly bytes: number; readonly sha256: string }> {
    await this.#close(true);
    return { file: this.file, bytes: this.bytes, sha256: this.#hash.copy().digest('hex') };
  }

  /** Nobody wants it: removed, unless it can be gone on with. */
  async drop(): Promise<void> {
    await this.#close();
    if (!this.isKept || this.bytes === 0) await removeOwnFile(this.file);
  }

  async #flush(): Promise<void> {
    let pieces = this.#pieces;
    this.#pieces = [];
    this.#waiting = 0;
    await onDisk(what, async () => {
      while (pieces.length > 0) pieces = after(pieces, (await this.#handle!.writev(pieces)).bytesWritten);
    });
  }

  /** The folder is made when it is not there. */
  #opened(flags: 'a' | 'w'): Promise<FileHandle> {
    return onDisk(what, async () => {
      try {
        return await open(this.file, flags);
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
      await makeFolder(path.dirname(this.file));
      return open(this.file, flags);
    });
  }

  /** What still waits is written only where somebody may go on with it. */
  async #close(isWanted = this.isKept): Promise<void> {
    const handle = this.#handle;
    try {
      if (isWanted && handle) await this.#flush();
    } finally {
      this.#pieces = [];
      this.#waiting = 0;
      this.#handle = null;
      await handle?.close();
    }
  }
}

/** What is left of the pieces when so many bytes of them are written. */
const after = (pieces: readonly Buffer[], written: number): Buffer[] => {
  let bytes = written;
  return pieces.flatMap((piece) => {
    const done = Math.min(bytes, piece.length);
    bytes -= done;
    return done === piece.length ? [] : [piece.subarray(done)];
  });
};
