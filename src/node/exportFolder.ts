/** The folder that an export goes to: what is ours may be replaced, what is somebody else's may not. */

import { stat } from 'node:fs/promises';
import path from 'node:path';
import { WinnowError } from '../base/errors.js';
import { isThere } from './ownFiles.js';

/**
 * Throws `usage` when `out` is a file, or holds one of `names` without our mark.
 * @param names what the export writes; the last one marks a folder as ours.
 */
export const refuseForeign = async (out: string, names: readonly string[]): Promise<void> => {
  const there = await stat(out).catch(() => null);
  if (there && !there.isDirectory()) {
    throw new WinnowError('usage', `${out} is a file. Name a folder for the export; nothing was written.`);
  }
  if (await isThere(path.join(out, names.at(-1) ?? ''))) return;
  for (const name of names) {
    if (!(await isThere(path.join(out, name)))) continue;
    throw new WinnowError(
      'usage',
      `${path.join(out, name)} is there already and was not exported by Winnow. Nothing was written; name another folder.`,
    );
  }
};
