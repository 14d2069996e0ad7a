/** The only hands that move a user's files. They never overwrite, never leave the dataset, and leave nothing half-moved. */

import { constants, type Stats } from 'node:fs';
import {
  copyFile,
  link,
  lstat,
  open,
  readFile,
  readlink,
  realpath,
  rename,
  rmdir,
  symlink,
  unlink,
} from 'node:fs/promises';
import path from 'node:path';
import { WinnowError } from '../base/errors.js';
import type { Move } from '../core/journal/entry.js';
import { isInTrash } from '../core/dataset/paths.js';
import type { Mover } from '../ports/dataset.js';
import { codeOf, isMissing, onDisk } from './diskErrors.js';
import { hashFile } from './fileHash.js';
import { makeFolder, patientRename, syncFolder, temporaryName, writeOwnFile } from './ownFiles.js';
import { explanationOf, listTrash, purgeTrashed } from './trash.js';

/** @param dir the dataset folder, absolute. */
export const fileMover = (dir: string): Mover => {
  /** Absolute; throws for a path that leaves the folder, by its words or through a link. */
  const inside = async (relative: string): Promise<string> => {
    const file = path.resolve(dir, relative);
    const real = await realpath(dir);
    const parent = await nearestRealFolder(path.dirname(file));
    const isWithin = (folder: string, base: string): boolean => {
      const way = path.relative(base, folder);
      return way === '' || (!way.startsWith('..') && !path.isAbsolute(way));
    };
    if (file === dir || !isWithin(file, dir) || !isWithin(parent, real)) {
      throw new WinnowError('usage', `${relative} lies outside the dataset, so it is not touched.`);
    }
    return file;
  };
  const move = (one: Move): Promise<void> =>
    onDisk(`${one.from} could not be moved`, async () => {
      const [from, to] = [await inside(one.from), await inside(one.to)];
      await makeFolder(path.dirname(to));
      await moveFile(one, from, to);
      await syncFolder(path.dirname(to));
      await syncFolder(path.dirname(from));
    });
  /** By folder, so that each is looked at and synced once. */
  const moveAll = async (moves: readonly Move[]): Promise<readonly PromiseSettledResult<void>[]> => {
    const folders = new Map<string, Promise<string>>();
    const insideOnce = async (relative: string): Promise<string> => {
      const [folder, name] = [path.posix.dirname(relative), path.posix.basename(relative)];
      if (name === '.' || name === '..') return inside(relative);
      let known = folders.get(folder);
      if (!known) folders.set(folder, (known = inside(`${folder}/x`).then((file) => path.dirname(file))));
      return path.join(await known, name);
    };
    const made = new Map<string, Promise<void>>();
    const [left, reached] = [new Set<string>(), new Set<string>()];
    const moved = await Promise.allSettled(
      moves.map((one) =>
        onDisk(`${one.from} could not be moved`, async () => {
          const [from, to] = [await insideOnce(one.from), await insideOnce(one.to)];
          const folder = path.dirname(to);
          let making = made.get(folder);
          if (!making) made.set(folder, (making = makeFolder(folder)));
          await making;
          await moveFile(one, from, to);
          reached.add(folder);
          left.add(path.dirname(from));
        }),
      ),
    );
    // The new names first: a power cut in between must not leave a file without any.
    for (const folder of new Set([...reached, ...left]))
      await onDisk('A folder could not be written', () => syncFolder(folder));
    return moved;
  };
  return {
    move,
    moveAll,
    exists: async (relative) => (await statOf(await inside(relative))) !== null,
    explain: async (trashPath, why) => {
      if (!isInTrash(trashPath)) throw new WinnowError('usage', `${trashPath} does not lie in the trash.`);
      await writeOwnFile(explanationOf(await inside(trashPath)), `${JSON.stringify(why)}\n`);
    },
    removeEmptyFolder: async (relative) => {
      await rmdir(await inside(relative)).catch((error: unknown) => {
        if (!['ENOTEMPTY', 'EEXIST', 'ENOENT', 'EBUSY', 'EPERM', 'EACCES'].includes(codeOf(error))) throw error;
      });
    },
    purge: async (trashPath) => purgeTrashed(dir, trashPath),
    listTrash: () => listTrash(dir),
    writeText: async (relative, text) => writeOwnFile(await inside(relative), text),
    readText: async (relative) => {
      try {
        return await readFile(await inside(relative), 'utf8');
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    },
  };
};

const statOf = (file: string): Promise<Stats | null> =>
  lstat(file).catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });

const nearestRealFolder = async (folder: string): Promise<string> => {
  for (let at = folder; ; at = path.dirname(at)) {
    try {
      return await realpath(at);
    } catch (error) {
      if (!isMissing(error) || at === path.dirname(at)) throw error;
    }
  }
};

const taken = (to: string): WinnowError =>
  new WinnowError('usage', `There is already a file at ${to}; it is not overwritten.`, {
    detail: { reason: 'exists' },
  });

const moveFile = async (move: Move, from: string, to: string): Promise<void> => {
  const source = await statOf(from);
  if (!source) throw new WinnowError('not-found', `${move.from} is not there any more; nothing was moved.`);
  if (source.isSymbolicLink()) {
    if (await statOf(to)) throw taken(move.to);
    await moveLink(from, to);
    return;
  }
  try {
    // link() fails when the place is taken, which rename() does not.
    await link(from, to);
    await unlink(from);
  } catch (error) {
    switch (codeOf(error)) {
      case 'EEXIST': {
        const target = await statOf(to);
        // A link made by a move that was cut short: finish it. (On a case-insensitive disk the same file may be meant.)
        const isHalfDone = target?.ino === source.ino && target.dev === source.dev && source.nlink > 1;
        if (!isHalfDone) throw taken(move.to);
        await unlink(from);
        return;
      }
      case 'EXDEV':
        return moveAcross(move, from, to);
      case 'EPERM':
      case 'ENOTSUP':
      case 'EOPNOTSUPP':
      case 'ENOSYS':
      case 'EMLINK':
      case 'EISDIR':
        // No links on this disk (FAT, some network shares): the operation lock keeps our own kind away.
        if (await statOf(to)) throw taken(move.to);
        await patientRename(from, to);
        return;
      default:
        throw error;
    }
  }
};

/** Another disk is mounted inside the dataset: copy, compare, and only then let go of the first. */
const moveAcross = async (move: Move, from: string, to: string): Promise<void> => {
  const partial = path.join(path.dirname(to), temporaryName());
  try {
    await copyFile(from, partial, constants.COPYFILE_EXCL);
    const handle = await open(partial, 'r+');
    await handle.sync().finally(() => handle.close());
    const { id } = await hashFile(partial);
    if (id !== (await hashFile(from)).id) {
      throw new WinnowError('partial', `${move.from} changed while it was copied; it was left where it is.`);
    }
    try {
      await link(partial, to);
    } catch (error) {
      if (codeOf(error) === 'EEXIST' || (await statOf(to))) throw taken(move.to);
      await rename(partial, to);
    }
  } finally {
    await unlink(partial).catch(() => undefined);
  }
  await syncFolder(path.dirname(to));
  await unlink(from);
};

/** A relative link must point to the same file from its new place. */
const moveLink = async (from: string, to: string): Promise<void> => {
  const target = await readlink(from);
  const next = path.isAbsolute(target)
    ? target
    : path.relative(path.dirname(to), path.resolve(path.dirname(from), target));
  try {
    await symlink(next, to);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw taken(to);
    throw error;
  }
  await unlink(from);
};
