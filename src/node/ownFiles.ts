/** Files that are ours: temporary files, locks, run folders. The only deletions of the product besides purge are here. */

import { randomBytes } from 'node:crypto';
import { mkdirSync, openSync, unlinkSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, isMissing, onDisk } from './diskErrors.js';
import { lifeOf, thisProcess } from './thisProcess.js';

const temporary = /^\.winnow-(\d+)-[0-9a-f]{12}\.tmp$/;

export const isTemporaryName = (name: string): boolean => temporary.test(name);

/** A name beside the file to come, on the same volume. */
export const temporaryName = (): string => `.winnow-${process.pid}-${randomBytes(6).toString('hex')}.tmp`;

/** A descriptor of a file in the folder that has no name there: nothing is left behind, however the process ends. */
export const openNamelessFile = (folder: string): number => {
  mkdirSync(folder, { recursive: true });
  const name = path.join(folder, temporaryName());
  const descriptor = openSync(name, 'wx+');
  unlinkSync(name);
  return descriptor;
};

/** Makes a rename or a new name in the folder last. Windows cannot and need not. */
export const syncFolder = async (folder: string): Promise<void> => {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    // Some network file systems refuse to sync a folder; there is nothing better to do there.
    if (codeOf(error) !== 'EINVAL' && codeOf(error) !== 'ENOTSUP') throw error;
  } finally {
    await handle.close();
  }
};

/** Makes a folder and those above it, each synced into its parent. */
export const makeFolder = async (folder: string): Promise<void> => {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let at = folder; at.length >= first.length; at = path.dirname(at)) await syncFolder(path.dirname(at));
};

/** Antivirus and indexers hold files open for a moment on Windows. */
export const patientRename = async (from: string, to: string): Promise<void> => {
  for (let attempt = 0; ; attempt++) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      const isHeld = process.platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(codeOf(error));
      if (!isHeld || attempt === 9) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10 * 2 ** attempt));
    }
  }
};

/**
 * Replaces a file, whole or not at all.
 * @param isDurable waits until it is on the disk; leave it out for what can be made again.
 */
export const writeOwnFile = async (file: string, content: string | Uint8Array, isDurable = true): Promise<void> => {
  const folder = path.dirname(file);
  await onDisk(`${path.basename(file)} could not be written`, async () => {
    await makeFolder(folder);
    const partial = path.join(folder, temporaryName());
    try {
      const handle = await open(partial, 'wx');
      try {
        await handle.writeFile(content);
        if (isDurable) await handle.sync();
      } finally {
        await handle.close();
      }
      await patientRename(partial, file);
    } catch (error) {
      await unlink(partial).catch(() => undefined);
      throw error;
    }
    if (isDurable) await syncFolder(folder);
  });
};

/** Gives a file of ours its final name, replacing what is there, and makes that last. */
export const placeOwnFile = async (from: string, to: string): Promise<void> => {
  await onDisk(`${path.basename(to)} could not be written`, async () => {
    await patientRename(from, to);
    await syncFolder(path.dirname(to));
  });
};

/** Whether a file or a folder lies there and may be looked at. */
export const isThere = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

/** Removes a lock or another file of ours; one that is gone already is fine. */
export const removeOwnFile = async (file: string): Promise<void> => {
  try {
    await unlink(file);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
};

/** Removes a folder that only we write into (an unfinished run). Throws for anything that lies elsewhere. */
export const removeOwnFolder = async (folder: string, parent: string): Promise<void> => {
  const inside = path.relative(parent, folder);
  if (inside === '' || inside.includes(path.sep) || inside.startsWith('..')) {
    throw new Error(`not a folder of ours: ${folder}`);
  }
  await rm(folder, { recursive: true, force: true });
};

/** Removes temporary files whose process is gone. Never anything else. */
export const sweepTemporaryFiles = async (folder: string): Promise<void> => {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const pid = Number(temporary.exec(name)?.[1] ?? 0);
    if (pid > 0 && lifeOf({ ...thisProcess, pid, started: null }) === 'gone') {
      await unlink(path.join(folder, name)).catch(() => undefined);
    }
  }
};

const ownFolder = /^(\d+)-[0-9a-f]{12}$/;

/** A new folder of this process below `parent`, which holds nothing else; those of processes that are gone are swept. */
export const makeOwnFolder = async (parent: string): Promise<string> => {
  await mkdir(parent, { recursive: true });
  for (const name of await readdir(parent)) {
    const pid = Number(ownFolder.exec(name)?.[1] ?? 0);
    if (pid > 0 && lifeOf({ ...thisProcess, pid, started: null }) === 'gone') {
      await removeOwnFolder(path.join(parent, name), parent);
    }
  }
  const folder = path.join(parent, `${String(process.pid)}-${randomBytes(6).toString('hex')}`);
  await mkdir(folder, { mode: 0o700 });
  return folder;
};
