/** A gathering's own files: `.winnow/gather/log.jsonl` and the files under way in `.winnow/tmp`. */

import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { appendFile, copyFile, open, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { WinnowError } from '../base/errors.js';
import { typeByMagic } from '../core/dataset/magic.js';
import { isLogLine, type LogLine } from '../core/gather/logLine.js';
import type { Move } from '../core/journal/entry.js';
import type { GatherFiles } from '../ports/dataset.js';
import { isMissing, onDisk } from './diskErrors.js';
import { hashFile } from './fileHash.js';
import { fileMover } from './mover.js';
import { makeFolder, removeOwnFile } from './ownFiles.js';

const partFolderName = '.winnow/tmp';
const headBytes = 512;

/** @param dir the dataset folder, absolute. */
export const gatherFiles = (dir: string): GatherFiles => {
  const log = path.join(dir, '.winnow', 'gather', 'log.jsonl');
  const parts = path.join(dir, partFolderName);
  const mover = fileMover(dir);
  let hasWholeEnd = false;
  return {
    readLog: async () => {
      const text = await readFile(log, 'utf8').catch((error: unknown) => {
        if (isMissing(error)) return '';
        throw error;
      });
      return text.split('\n').flatMap(parsed);
    },
    appendLog: (lines) =>
      onDisk('The gather log could not be written', async () => {
        if (!hasWholeEnd) await makeFolder(path.dirname(log));
        // What a crash has cut must not swallow the line that comes after it.
        const mend = hasWholeEnd || (await endsWhole(log)) ? '' : '\n';
        await appendFile(log, mend + lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
        hasWholeEnd = true;
      }),
    partFolder: () =>
      onDisk('The folder for downloads could not be made', async () => {
        await makeFolder(parts);
        return parts;
      }),
    sweepParts: async (keep) => {
      const names = await readdir(parts).catch((error: unknown) => {
        if (isMissing(error)) return [];
        throw error;
      });
      for (const name of names) if (!keep.has(name)) await removeOwnFile(path.join(parts, name));
    },
    partWith: async (name, sha256) => {
      const file = path.join(parts, path.basename(name));
      const content = await hashFile(file).catch((error: unknown) => {
        if (isMissing(error)) return null;
        throw error;
      });
      return content?.id === sha256 ? file : null;
    },
    dropPart: async (file) => {
      if (path.dirname(file) === parts) await removeOwnFile(file);
    },
    copyPart: (from, sha256) =>
      onDisk('The download could not be copied', async () => {
        const to = path.join(parts, `${String(process.pid)}-${randomBytes(8).toString('hex')}.part`);
        try {
          await copyFile(from, to, constants.COPYFILE_FICLONE);
        } catch (error) {
          if (isMissing(error)) return null;
          throw error;
        }
        if ((await hashFile(to)).id === sha256) return to;
        await removeOwnFile(to);
        return null;
      }),
    typeOf: async (file) => {
      const handle = await open(file, 'r');
      try {
        const buffer = Buffer.alloc(headBytes);
        const { bytesRead } = await handle.read(buffer, 0, headBytes, 0);
        return typeByMagic(buffer.subarray(0, bytesRead));
      } finally {
        await handle.close();
      }
    },
    place: async (files) => {
      const moves = files.map(({ file, id, to }): Move => {
        return { id, from: path.relative(dir, file).split(path.sep).join('/'), to };
      });
      // What lies at its place already was put there by a gathering that was cut before its entry.
      const away = moves.filter(({ from, to }) => from !== to);
      await Promise.all(
        away.map(({ from, to }) => onDisk(`${to} could not be written`, () => syncFile(path.join(dir, from)))),
      );
      const settled = await mover.moveAll(away);
      const outcomes = new Map(away.map((move, at) => [move, settled[at]!]));
      const refused = settled.find((one) => one.status === 'rejected' && !isTaken(one.reason));
      if (refused?.status === 'rejected') throw refused.reason;
      return Promise.all(
        moves.map(async (move, at) => {
          if (outcomes.get(move)?.status === 'fulfilled') return 'placed';
          // Cut between the rename and the entry as well: the very same bytes are there.
          if ((await hashFile(path.join(dir, move.to))).id !== move.id) return 'taken';
          const { file } = files[at]!;
          if (path.dirname(file) === parts) await removeOwnFile(file);
          return 'placed';
        }),
      );
    },
  };
};

const isTaken = (error: unknown): boolean =>
  WinnowError.is(error, 'usage') && (error.detail as { readonly reason?: string } | undefined)?.reason === 'exists';

const parsed = (line: string): LogLine[] => {
  if (line === '') return [];
  try {
    const value: unknown = JSON.parse(line);
    return isLogLine(value) ? [value] : [];
  } catch {
    return [];
  }
};

const endsWhole = async (file: string): Promise<boolean> => {
  const handle = await open(file, 'r').catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
  if (!handle) return true;
  try {
    const { size } = await handle.stat();
    if (size === 0) return true;
    const last = Buffer.alloc(1);
    await handle.read(last, 0, 1, size - 1);
    return last[0] === 0x0a;
  } finally {
    await handle.close();
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
