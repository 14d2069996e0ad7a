/** A dataset in a temporary folder, with user folders of its own. */

import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { OpenDataset } from '../../src/app/openDataset.js';
import type { ItemId } from '../../src/core/dataset/item.js';
import { openStore, type StoreOptions } from '../../src/node/datasetStore.js';
import type { UserFolders } from '../../src/node/userFolders.js';
import type { Engine } from '../../src/ports/engine.js';
import type { Log } from '../../src/ports/log.js';

export const temporaryFolder = (): string => {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'winnow-test-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

export const foldersIn = (home: string): UserFolders => ({
  cache: path.join(home, 'cache'),
  data: path.join(home, 'data'),
  state: path.join(home, 'state'),
});

/** Bytes that begin like a JPEG and differ by `seed`. */
export const imageBytes = (seed: string): Buffer =>
  Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from(`photo ${seed}`)]);

export const idOf = (bytes: Buffer | string): ItemId => createHash('sha256').update(bytes).digest('hex') as ItemId;

export const put = (dir: string, file: string, content: Buffer | string = imageBytes(file)): void => {
  mkdirSync(path.dirname(path.join(dir, file)), { recursive: true });
  writeFileSync(path.join(dir, file), content);
};

/** Relative paths of all files below a folder, with `/`, sorted. */
export const filesIn = (dir: string, below = ''): string[] =>
  readdirSync(path.join(dir, below))
    .flatMap((name) => {
      const file = below === '' ? name : `${below}/${name}`;
      return statSync(path.join(dir, file)).isDirectory() ? filesIn(dir, file) : [file];
    })
    .sort();

/** The user's files by content: how often each sha-256 lies in the folder or in the trash. */
export const contents = (dir: string): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const file of filesIn(dir)) {
    if (file.startsWith('.winnow/') && !file.endsWith('.trashed')) continue;
    if (!/\.(jpg|trashed)$/.test(file)) continue;
    const id = idOf(readFileSync(path.join(dir, file)));
    counts[id] = (counts[id] ?? 0) + 1;
  }
  return counts;
};

export const quiet: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
/** Decisions need no engine. */
export const noEngine = {} as Engine;

export const openTest = async (dir: string, home: string, options: StoreOptions = {}): Promise<OpenDataset> => {
  const dataset = new OpenDataset(await openStore(dir, { folders: foldersIn(home), ...options }), noEngine, quiet);
  onTestFinished(() => dataset.dispose());
  return dataset;
};
