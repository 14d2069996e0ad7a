import { randomBytes } from 'node:crypto';
import { access, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { WinnowError } from '../base/errors.js';
import { byCodePoint } from '../base/compare.js';
import type { RunFolders } from '../ports/dataset.js';
import { isMissing } from './diskErrors.js';
import { makeFolder, removeOwnFolder, writeOwnFile } from './ownFiles.js';
import { isProcessMark, lifeOf, thisProcess } from './thisProcess.js';

const done = 'DONE';
const config = 'config.json';
const owner = 'owner.json';
const nobody = { isReleased: true };
/** A run without an owner's mark was cut short while being made; this long a living maker never takes. */
const unsignedMs = 60_000;

/** @param homes folders that hold `kind/`; new runs go into the first. */
export const runStore = <Config extends { readonly run: string }>(
  homes: readonly [string, ...string[]],
  kind: 'runs' | 'fine-tunes',
): RunFolders<Config> => {
  const parents = homes.map((home) => path.join(home, kind)) as [string, ...string[]];
  const places = new Map<string, string>();
  const finished = new Map<string, Config>();

  const dirOf = (run: string): string => {
    if (!/^[\w-]+$/.test(run)) throw new WinnowError('no-run', `"${run}" is no name of a run.`);
    return places.get(run) ?? path.join(parents[0], run);
  };
  const listFolders = async (): Promise<string[]> => {
    const found: string[] = [];
    for (const parent of parents) {
      const entries = await readdir(parent, { withFileTypes: true }).catch((error: unknown) => {
        if (isMissing(error)) return [];
        throw error;
      });
      for (const entry of entries) {
        if (!entry.isDirectory() || !/^[\w-]+$/.test(entry.name)) continue;
        places.set(entry.name, path.join(parent, entry.name));
        found.push(entry.name);
      }
    }
    return found.sort(byCodePoint).reverse();
  };
  const isDone = (run: string): Promise<boolean> =>
    access(path.join(dirOf(run), done)).then(
      () => true,
      () => false,
    );

  return {
    dirOf,
    create: async () => {
      // To the millisecond: which run is the newest is told by its name, and a quick one may be followed within its second.
      const time = new Date().toISOString().replace(/[-:.]/g, '').replace('T', '-').slice(0, 18);
      const run = `${time}-${randomBytes(2).toString('hex')}`;
      const dir = path.join(parents[0], run);
      await makeFolder(dir);
      await writeOwnFile(path.join(dir, owner), JSON.stringify(thisProcess), false);
      places.set(run, dir);
      return { run, dir };
    },
    finish: async (value) => {
      await writeOwnFile(path.join(dirOf(value.run), config), `${JSON.stringify(value)}\n`);
      await writeOwnFile(path.join(dirOf(value.run), done), '');
    },
    list: async () => {
      const configs: Config[] = [];
      for (const run of await listFolders()) {
        const known = finished.get(run);
        if (known) configs.push(known);
        else if (await isDone(run)) {
          const value = (await readJson(path.join(dirOf(run), config))) as Config | null;
          if (value?.run !== run) continue; // a folder that somebody renamed or emptied by hand
          finished.set(run, value);
          configs.push(value);
        }
      }
      return configs;
    },
    readJson: (run, file) => readJson(path.join(dirOf(run), file)),
    writeJson: (run, file, value) => writeOwnFile(path.join(dirOf(run), file), `${JSON.stringify(value)}\n`, false),
    abandoned: async () => {
      const found: string[] = [];
      for (const run of await listFolders()) {
        if (!(await isDone(run)) && (await isAbandoned(dirOf(run)))) found.push(run);
      }
      return found;
    },
    claim: (run) => writeOwnFile(path.join(dirOf(run), owner), JSON.stringify(thisProcess), false),
    release: (run) => writeOwnFile(path.join(dirOf(run), owner), JSON.stringify(nobody), false),
    sweep: async (isKept = () => false) => {
      for (const run of await listFolders()) {
        const dir = dirOf(run);
        if ((await isDone(run)) || !(await isAbandoned(dir)) || isKept(run)) continue;
        await removeOwnFolder(dir, path.dirname(dir));
        places.delete(run);
      }
    },
  };
};

const isAbandoned = async (dir: string): Promise<boolean> => {
  const mark = await readJson(path.join(dir, owner));
  if (isReleased(mark)) return true;
  if (isProcessMark(mark)) return lifeOf(mark) === 'gone';
  const made = await stat(dir).catch(() => null);
  return made !== null && Date.now() - made.mtimeMs > unsignedMs;
};

const isReleased = (mark: unknown): boolean =>
  typeof mark === 'object' && mark !== null && 'isReleased' in mark && mark.isReleased === true;

/** Null when there is no such file or it is no JSON. */
const readJson = async (file: string): Promise<unknown> => {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as unknown;
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return null;
    throw error;
  }
};
