import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { ItemId } from '../core/dataset/item.js';

const chunkBytes = 256 * 1024;

export interface HashedContent {
  readonly id: ItemId;
  /** The first bytes, at most 64. */
  readonly head: Uint8Array;
}

/** sha-256 of a file, read in pieces so that a huge one does not fill the memory. */
export const hashFile = async (file: string, signal?: AbortSignal): Promise<HashedContent> => {
  const handle = await open(file, 'r');
  try {
    const hash = createHash('sha256');
    // As large as the file, where that is less: to have a thousand large buffers collected costs more than to ask.
    const { size } = await handle.stat();
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, Math.max(4096, size + 1)));
    let head: Uint8Array | undefined;
    for (;;) {
      if (signal?.aborted) throw new Error('aborted');
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
      head ??= Uint8Array.from(buffer.subarray(0, Math.min(64, bytesRead)));
      if (bytesRead === 0) break;
      hash.update(buffer.subarray(0, bytesRead));
    }
    return { id: hash.digest('hex') as ItemId, head };
  } finally {
    await handle.close();
  }
};
