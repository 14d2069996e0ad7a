import { createHash } from 'node:crypto';
import { access, constants, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { WinnowError } from '../base/errors.js';
import type { ItemId } from '../core/dataset/item.js';
import type { DatasetStore } from '../ports/dataset.js';
import { isMissing } from './diskErrors.js';
import { fileLocks } from './locks.js';
import { FileJournal } from './fileJournal.js';
import { hashFile } from './fileHash.js';
import { gatherFiles } from './gatherFiles.js';
import { fileMover } from './mover.js';
import { sweepTemporaryFiles } from './ownFiles.js';
import { runStore } from './runStore.js';
import { FolderScanner } from './scanner.js';
import { specFile } from './specFile.js';
import { userFolders, type UserFolders } from './userFolders.js';

export interface StoreOptions {
  readonly folders?: UserFolders;
  /** Instead of asking the file system (which says yes to root). */
  readonly isWritable?: boolean;
}

/** The disk of one dataset. Looking changes nothing in the folder. Throws `not-found` when there is no such folder. */
export const openStore = async (dir: string, options: StoreOptions = {}): Promise<DatasetStore> => {
  const folder = path.resolve(dir);
  const real = await realFolder(folder);
  const folders = options.folders ?? userFolders();
  const isWritable = options.isWritable ?? (await canWrite(folder));
  const key = createHash('sha256').update(real).digest('hex').slice(0, 32);
  // A dataset that was once read-only has entries in both places, and all of them count.
  const inside = path.join(folder, '.winnow');
  const outside = path.join(folders.data, 'datasets', key);
  const [home, other] = isWritable ? [inside, outside] : [outside, inside];
  const journal = new FileJournal({ datasetDir: folder, home, alsoRead: [other], stateFolder: folders.state });
  if (isWritable) {
    await sweepTemporaryFiles(folder);
    await sweepTemporaryFiles(inside);
  }
  await journal.read();
  return {
    dir: folder,
    spec: specFile(folder),
    scanner: new FolderScanner(folder, path.join(folders.cache, 'index', `${key}.json`)),
    journal,
    mover: fileMover(folder),
    locks: fileLocks(home),
    runs: runStore([home, other], 'runs'),
    fineTunes: runStore([home, other], 'fine-tunes'),
    gathering: gatherFiles(folder),
    cacheDir: folders.cache,
    isWritable,
    absolute: (relative) => path.join(folder, relative),
    hashOf: async (file): Promise<ItemId> => {
      try {
        return (await hashFile(file)).id;
      } catch (error) {
        if (isMissing(error)) throw new WinnowError('not-found', `There is no file ${file}.`, { cause: error });
        throw new WinnowError('not-found', `${file} cannot be read.`, { cause: error });
      }
    },
  };
};

const realFolder = async (folder: string): Promise<string> => {
  try {
    if ((await stat(folder)).isDirectory()) return await realpath(folder);
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new WinnowError('not-found', `There is no folder ${folder}. Check the path.`);
  }
  throw new WinnowError('not-found', `${folder} is a file. Name the folder that holds the images.`);
};

const canWrite = (folder: string): Promise<boolean> =>
  access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
