import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { byCodePoint } from '../base/compare.js';
import { WinnowError } from '../base/errors.js';
import { joined } from '../core/dataset/paths.js';
import { isMissing } from './diskErrors.js';
import { isTemporaryName } from './ownFiles.js';

export interface ListedFiles {
  /** Relative to the dataset folder, with `/`, code-point order. */
  readonly files: readonly string[];
  /** Files that stand for a listed one (links), and things that are no files (sockets …). */
  readonly passedOver: readonly string[];
  /** What cannot be looked at, with the reason as a sentence. */
  readonly unreadable: readonly { readonly path: string; readonly message: string }[];
  readonly notes: readonly string[];
}

interface Folder {
  readonly absolute: string;
  /** Relative to the dataset folder. */
  readonly relative: string;
}

/**
 * Every file below `root`. Hidden folders and `.winnow` are passed over; a link is followed only inside the dataset and
 * only to what has not been listed, so loops end.
 * @param isExcluded of a path relative to `root`.
 */
export const listFiles = async (
  dir: string,
  root: string,
  isExcluded: (path: string) => boolean,
  signal?: AbortSignal,
): Promise<ListedFiles> => {
  const base = await realpath(dir).catch(() => dir);
  const files: string[] = [];
  const passedOver: string[] = [];
  const unreadable: { path: string; message: string }[] = [];
  const notes: string[] = [];
  const links: { readonly folder: Folder; readonly name: string }[] = [];
  const seen = new Set<string>();
  const below = (relative: string): string => (root === '' ? relative : relative.slice(root.length + 1));

  const visit = (entry: Dirent, folder: Folder): Folder | null => {
    const relative = joined(folder.relative, entry.name);
    const absolute = path.join(folder.absolute, entry.name);
    if (entry.isDirectory()) {
      return entry.name.startsWith('.') || isExcluded(below(relative)) ? null : { absolute, relative };
    }
    if (isTemporaryName(entry.name) || isExcluded(below(relative)) || isOurs(relative)) return null;
    if (entry.isFile()) files.push(relative);
    else if (entry.isSymbolicLink()) links.push({ folder, name: entry.name });
    else passedOver.push(relative);
    return null;
  };

  const walk = async (start: Folder): Promise<void> => {
    const open = [start];
    for (let folder = open.pop(); folder; folder = open.pop()) {
      WinnowError.throwIfAborted(signal, 'scan');
      const here = folder;
      seen.add(await realpath(here.absolute));
      const entries = await readdir(here.absolute, { withFileTypes: true }).catch((error: unknown) => {
        if (here.relative === root) throw error;
        unreadable.push({
          path: here.relative,
          message: `The folder ${here.relative} cannot be opened (${error instanceof Error ? error.message : String(error)}); what is in it is not known. Check its permissions.`,
        });
        return [];
      });
      for (const entry of entries) {
        const inner = visit(entry, here);
        if (inner) open.push(inner);
      }
    }
  };

  const top = path.join(dir, root);
  try {
    if (!(await stat(top)).isDirectory()) throw new WinnowError('not-found', `${top} is not a folder.`);
    await walk({ absolute: top, relative: root });
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new WinnowError('not-found', `There is no folder ${top}. Check the path, or "root" in winnow.json.`);
  }

  // Links come last, so that a file is listed under its own name first.
  for (const { folder, name } of links) {
    const relative = joined(folder.relative, name);
    const absolute = path.join(folder.absolute, name);
    const target = await realpath(absolute).catch(() => null);
    const kind = target === null ? null : await stat(target).catch(() => null);
    if (target === null || !kind) {
      unreadable.push({
        path: relative,
        message: `${relative} is a link to something that is not there, or to itself. Remove it or mend its target.`,
      });
      continue;
    }
    const way = path.relative(base, target);
    const isOutside = way.startsWith('..') || path.isAbsolute(way);
    if (kind.isDirectory()) {
      if (isOutside) {
        notes.push(
          `${relative} is a link to a folder outside the dataset; it was not read. Copy the images in to use them.`,
        );
      } else if (!seen.has(target) && !name.startsWith('.')) await walk({ absolute, relative });
    } else if (isOutside) {
      unreadable.push({
        path: relative,
        message: `${relative} is a link to a file outside the dataset. Winnow only reads inside; copy the file in to use it.`,
      });
    } else if (seen.has(path.dirname(target))) passedOver.push(relative);
    else files.push(relative);
  }
  return { files: files.sort(byCodePoint), passedOver: passedOver.sort(byCodePoint), unreadable, notes };
};

const isOurs = (relative: string): boolean => relative === 'winnow.json';
