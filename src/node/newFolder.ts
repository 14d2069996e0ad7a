/** A folder that is there whole or not at all. */

import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { WinnowError } from '../base/errors.js';
import { codeOf } from './diskErrors.js';
import { patientRename, removeOwnFolder } from './ownFiles.js';

/** Fills a new folder beside `dir`, then gives it that name. Throws `usage` when `dir` is there and not empty; then nothing was written. */
export const inNewFolder = async <T>(dir: string, fill: (folder: string) => Promise<T>): Promise<T> => {
  const there = await readdir(dir).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw new WinnowError('usage', `${dir} is not a folder. Name a new one; nothing was written.`, { cause: error });
  });
  if (there !== null && there.length > 0) {
    throw new WinnowError('usage', `${dir} is there already and not empty. Name a new folder; nothing was written.`);
  }
  const beside = path.join(path.dirname(dir), `.${path.basename(dir)}-${randomBytes(4).toString('hex')}.partial`);
  try {
    await mkdir(beside, { recursive: true });
    const result = await fill(beside);
    if (there !== null) await rmdir(dir);
    await patientRename(beside, dir);
    return result;
  } catch (error) {
    await removeOwnFolder(beside, path.dirname(beside));
    throw error;
  }
};
