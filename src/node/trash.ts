/** `.winnow/trash`: what was removed, and the only place from which anything is deleted, when a person has confirmed it. */

import { readdir, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { WinnowError } from '../base/errors.js';
import { byCodePoint } from '../base/compare.js';
import type { ItemId } from '../core/dataset/item.js';
import { trashFolder } from '../core/dataset/paths.js';
import { isMissing } from './diskErrors.js';
import { syncFolder } from './ownFiles.js';

/** No image extension: other programs must not take the trash for a class. */
const trashedName = /^([0-9a-f]{64})(-\d+)?\.trashed$/;

/** The file beside a trashed one that says why it is there. */
export const explanationOf = (trashed: string): string => trashed.replace(/\.trashed$/, '.json');

/** @returns in code-point order; `id` as the name says, the scan checks the bytes. */
export const listTrash = async (
  dir: string,
): Promise<readonly { readonly path: string; readonly id: ItemId; readonly bytes: number }[]> => {
  const names = await readdir(path.join(dir, trashFolder)).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  const found: { path: string; id: ItemId; bytes: number }[] = [];
  for (const name of names.sort(byCodePoint)) {
    const id = trashedName.exec(name)?.[1];
    if (id === undefined) continue;
    const { size } = await stat(path.join(dir, trashFolder, name));
    found.push({ path: `${trashFolder}/${name}`, id: id as ItemId, bytes: size });
  }
  return found;
};

/** Deletes one file of the trash for good, and its explanation. */
export const purgeTrashed = async (dir: string, trashPath: string): Promise<void> => {
  const name = trashPath.slice(trashFolder.length + 1);
  if (!trashPath.startsWith(`${trashFolder}/`) || !trashedName.test(name)) {
    throw new WinnowError('usage', `${trashPath} is no file of the trash; nothing was deleted.`);
  }
  const file = path.join(dir, trashFolder, name);
  await unlink(file);
  await unlink(explanationOf(file)).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
  });
  await syncFolder(path.dirname(file));
};
