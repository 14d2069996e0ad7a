/** A lock that is a file: made with O_EXCL, says who holds it, taken over when the holder is dead. */

import { randomBytes } from 'node:crypto';
import { link, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { WinnowError } from '../base/errors.js';
import { codeOf, diskError, isMissing } from './diskErrors.js';
import { makeFolder, removeOwnFile, temporaryName } from './ownFiles.js';
import { isProcessMark, lifeOf, thisProcess, type ProcessMark } from './thisProcess.js';

/** How long a holder on another host may stay silent. */
const foreignSilenceMs = 60_000;
/** A lock file without a readable holder was cut short while being made; this long a living maker never takes. */
const unsignedMs = 1_500;

interface Held extends ProcessMark {
  readonly token: string;
}

export interface LockRequest {
  readonly file: string;
  /** How long to wait for a living holder; 0 = not at all. */
  readonly patienceMs: number;
  /** Of whoever holds it: "another window is applying decisions". */
  readonly busyMessage: (holder: ProcessMark | null) => string;
}

/** Runs `work` while holding the lock. Throws `busy` when a living holder keeps it longer than the patience. */
export const withFileLock = async <T>(request: LockRequest, work: () => Promise<T>): Promise<T> => {
  const token = await acquire(request);
  // Only holders on other hosts are judged by silence, so a coarse renewal is enough.
  const renewal = setInterval(() => {
    const now = new Date();
    utimes(request.file, now, now).catch(() => undefined);
  }, foreignSilenceMs / 4);
  renewal.unref();
  try {
    return await work();
  } finally {
    clearInterval(renewal);
    const holder = await readHolder(request.file);
    if (holder?.token === token) await removeOwnFile(request.file);
  }
};

const acquire = async ({ file, patienceMs, busyMessage }: LockRequest): Promise<string> => {
  const token = randomBytes(8).toString('hex');
  const deadline = Date.now() + patienceMs;
  for (let attempt = 0; ; attempt++) {
    if (await tryCreate(file, token)) return token;
    if (await isStale(file)) {
      if (await takeOver(file, token)) return token;
      continue;
    }
    if (Date.now() >= deadline) throw new WinnowError('busy', busyMessage(await readHolder(file)));
    // A held lock lasts about a disk sync; waiting grows and is uneven so that waiters do not march in step.
    const waitMs = Math.min(25, 1 + attempt) * (0.5 + Math.random());
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
};

/** A lock that is there is signed: it is written under another name first, so that a kill in between leaves none. */
const tryCreate = async (file: string, token: string): Promise<boolean> => {
  const signed = path.join(path.dirname(file), temporaryName());
  const text = JSON.stringify({ ...thisProcess, token } satisfies Held);
  try {
    await writeFile(signed, text, { flag: 'wx' });
    try {
      await linkOrWrite(signed, file, text);
    } finally {
      await removeOwnFile(signed);
    }
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    // Windows answers so while a removed file is still open somewhere.
    if (process.platform === 'win32' && codeOf(error) === 'EPERM') return false;
    if (isMissing(error)) {
      await makeFolder(path.dirname(file));
      return tryCreate(file, token);
    }
    throw diskError(error, 'The journal could not be locked');
  }
};

/** Where the file system has no hard links the lock is written in place; a cut one is then taken over after `unsignedMs`. */
const linkOrWrite = async (signed: string, file: string, text: string): Promise<void> => {
  try {
    await link(signed, file);
  } catch (error) {
    if (!['ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EPERM'].includes(codeOf(error))) throw error;
    await writeFile(file, text, { flag: 'wx' });
  }
};

const readHolder = async (file: string): Promise<Held | null> => {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isProcessMark(value) && 'token' in value && typeof value.token === 'string'
      ? { ...value, token: value.token }
      : null;
  } catch {
    return null;
  }
};

const isStale = async (file: string): Promise<boolean> => {
  const [holder, age] = await Promise.all([
    readHolder(file),
    stat(file).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => null,
    ),
  ]);
  if (age === null) return false; // gone: simply try again
  if (!holder) return age > unsignedMs;
  const life = lifeOf(holder);
  return life === 'gone' || (life === 'unknown' && age > foreignSilenceMs);
};

/** Only the holder of the second lock may remove a stale first one: two heirs never remove each other's. */
const takeOver = async (file: string, token: string): Promise<boolean> => {
  const heir = `${file}.heir`;
  if (!(await tryCreate(heir, token))) {
    if (await isStale(heir)) await removeOwnFile(heir);
    await new Promise((resolve) => setTimeout(resolve, 2));
    return false;
  }
  try {
    if (!(await isStale(file))) return false;
    await removeOwnFile(file);
    return await tryCreate(file, token);
  } finally {
    await removeOwnFile(heir);
  }
};
