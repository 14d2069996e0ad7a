/** A file on its way: under a temporary name until all of it is there, hashed while it comes. */

import { createHash, randomBytes, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { DownloadRequest } from '../../ports/web.js';
import { onDisk } from '../diskErrors.js';
import { makeFolder, removeOwnFile } from '../ownFiles.js';

const what = 'The download could not be written';

export class PartFile {
  #hash: Hash = createHash('sha256');
  #handle: FileHandle | null = null;
  bytes = 0;

  private constructor(
    readonly file: string,
    /** A pinned file's beginning is worth keeping. */
    private readonly isKept: boolean,
  ) {}

  static async open({ folder, expect }: Pick<DownloadRequest, 'folder' | 'expect'>): Promise<PartFile> {
    await onDisk(what, () => makeFolder(folder));
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
    this.#handle = await onDisk(what, () => open(this.file, size > 0 ? 'a' : 'w'));
    return size;
  }

  /** From nothing again. */
  async restart(): Promise<void> {
    await this.#close();
    this.#hash = createHash('sha256');
    this.bytes = 0;
    this.#handle = await onDisk(what, () => open(this.file, 'w'));
  }

  async write(piece: Buffer): Promise<void> {
    this.#hash.update(piece);
    this.bytes += piece.length;
    await onDisk(what, async () => {
      for (let at = 0; at < piece.length;) at += (await this.#handle!.write(piece, at)).bytesWritten;
    });
  }

  async finish(): Promise<{ readonly file: string; readonly bytes: number; readonly sha256: string }> {
    await this.#close();
    return { file: this.file, bytes: this.bytes, sha256: this.#hash.copy().digest('hex') };
  }

  /** Nobody wants it: removed, unless it can be gone on with. */
  async drop(): Promise<void> {
    await this.#close();
    if (!this.isKept || this.bytes === 0) await removeOwnFile(this.file);
  }

  async #close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = null;
    await handle?.close();
  }
}
