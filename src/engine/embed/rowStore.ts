/** Rows of numbers of many pictures, written once and read in parts; beyond a size in a file, since memory is scarcer. */

import { closeSync, ftruncateSync, readSync, writeSync } from 'node:fs';
import { WinnowError } from '../../base/errors.js';
import {
  consecutive,
  rowsAtOnce,
  rowsInMemory,
  type RowsPart,
  type RowStore,
} from '../../core/training/featureBlock.js';
import { diskError } from '../../node/diskErrors.js';
import { openNamelessFile } from '../../node/ownFiles.js';

export interface RowStoreShape {
  readonly count: number;
  readonly width: number;
  /** For tests. */
  readonly mostInMemory?: number;
}

/** Bytes: some 13,000 photos of 1,280 numbers. */
const defaultInMemory = 64 * 2 ** 20;

/** @param folder where the file lies; it has no name there, and is gone when nobody can read it any more.  Throws `disk-full`, `read-only`. */
export const createRowStore = (
  folder: string,
  { count, width, mostInMemory = defaultInMemory }: RowStoreShape,
): RowStore => {
  const room: RowStore['room'] = (some, own) => createRowStore(folder, { count: some, width: own, mostInMemory });
  if (count * width * 4 > mostInMemory) return storeInFile(folder, { count, width, room });
  return { ...rowsInMemory(new Float32Array(count * width), width), count, room };
};

/** Whoever holds a store last is never told so. */
const closing = new FinalizationRegistry<number>(closeSync);

const storeInFile = (
  folder: string,
  { count, width, room }: Pick<RowStoreShape, 'count' | 'width'> & Pick<RowStore, 'room'>,
): RowStore => {
  const bytes = width * 4;
  const onDisk = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw diskError(error, 'What the photos look like to the network could not be put together');
    }
  };
  const file = onDisk(() => {
    const opened = openNamelessFile(folder);
    ftruncateSync(opened, count * bytes);
    return opened;
  });
  const readInto = (to: Uint8Array, position: number): void => {
    for (let at = 0; at < to.length;) {
      const got = readSync(file, to, at, to.length - at, position + at);
      if (got === 0) throw new WinnowError('internal', 'a file of rows is shorter than its rows');
      at += got;
    }
  };
  const store: RowStore = {
    count,
    write: (at, rows) => {
      const from = new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength);
      for (let done = 0; done < from.length;)
        done += onDisk(() => writeSync(file, from, done, from.length - done, at * bytes + done));
    },
    room,
    all: () => store.read(consecutive(0, count)),
    // One array for all parts: each of its own would be garbage of many megabytes.
    *inParts(): Generator<RowsPart> {
      const part = new Float32Array(Math.min(rowsAtOnce, count) * width);
      for (let from = 0; from < count; from += rowsAtOnce) {
        const rows = part.subarray(0, (count - from) * width);
        readInto(new Uint8Array(rows.buffer, 0, rows.byteLength), from * bytes);
        yield { from, rows };
      }
    },
    read: (indices) => {
      const out = new Float32Array(indices.length * width);
      // Rows that follow each other come in one piece.
      for (let from = 0, to = 1; from < indices.length; from = to++) {
        while (to < indices.length && indices[to] === indices[to - 1]! + 1) to++;
        readInto(new Uint8Array(out.buffer, from * bytes, (to - from) * bytes), indices[from]! * bytes);
      }
      return out;
    },
  };
  closing.register(store, file);
  return store;
};
