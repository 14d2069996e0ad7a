/** TensorFlow.js for CUDA, which a user may have: its folder, and how npm fills it. Winnow itself does not bring it. */

import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { WinnowError } from '../base/errors.js';
import { isThere, patientRename, removeOwnFolder } from './ownFiles.js';
import { userFolders } from './userFolders.js';

export const tensorflowPackage = '@tensorflow/tfjs-node-gpu';
const version = '4.22.0';

export const tensorflowFolder = (): string => path.join(userFolders().data, 'tensorflow');

export interface InstallTensorflow {
  readonly folder?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  /** What npm says. */
  readonly onLine?: (line: string) => void;
}

/**
 * Fetches it beside its folder and puts it in place when it is whole; until then what was there before stays.
 * Throws `no-runtime` where npm is missing or does not get it, `cancelled`. @returns its folder.
 */
export const installTensorflow = async ({
  folder = tensorflowFolder(),
  env = process.env,
  signal,
  onLine = () => undefined,
}: InstallTensorflow = {}): Promise<string> => {
  WinnowError.throwIfAborted(signal, 'install');
  const [coming, before] = [`${folder}.new`, `${folder}.old`];
  const remove = (own: string): Promise<void> => removeOwnFolder(own, path.dirname(folder));
  await remove(coming);
  await mkdir(coming, { recursive: true });
  try {
    const wanted = { private: true, dependencies: { [tensorflowPackage]: version } };
    await writeFile(path.join(coming, 'package.json'), JSON.stringify(wanted, null, 2));
    await runNpm(coming, env, signal, onLine);
    if (!isInstalledIn(coming)) throw failed('npm ended without it');
    await remove(before);
    if (await isThere(folder)) await patientRename(folder, before);
    await patientRename(coming, folder);
    await remove(before);
    return folder;
  } catch (error) {
    await remove(coming);
    throw error;
  }
};

const runNpm = async (
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal | undefined,
  onLine: (line: string) => void,
): Promise<void> => {
  // Its own script fetches the library for cards, so scripts must run whatever the user's npm is set to.
  const args = ['install', '--ignore-scripts=false', '--omit=dev', '--no-audit', '--no-fund'];
  const isWindows = process.platform === 'win32';
  const child = spawn('npm', args, {
    cwd,
    env: { ...env },
    shell: isWindows,
    detached: !isWindows,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let reason = '';
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      onLine(line);
      const told = /^npm (?:error|ERR!) +(?!code|errno|syscall|path|command|A complete log)(\S.*)$/.exec(line)?.[1];
      if (told !== undefined && reason === '') reason = told;
    });
  }
  const onAbort = (): void => {
    endTree(child);
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    WinnowError.throwIfAborted(signal, 'install');
    // A shell says 127 (Windows: 9009) where there is no such program.
    if (code === 127 || code === 9009) throw noNpm();
    if (code !== 0) throw failed(reason === '' ? `npm ended with ${String(code)}` : reason);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw noNpm();
    throw error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
};

/** npm and the script that it runs. */
const endTree = (child: ChildProcess): void => {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') spawn('taskkill', ['/pid', String(child.pid), '/t', '/f'], { stdio: 'ignore' });
  else {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has just ended by itself.
    }
  }
};

const isInstalledIn = (folder: string): boolean => {
  try {
    createRequire(path.join(folder, 'winnow.cjs')).resolve(tensorflowPackage);
    return true;
  } catch {
    return false;
  }
};

const noNpm = (): WinnowError =>
  new WinnowError(
    'no-runtime',
    'npm, which fetches TensorFlow.js, was not found. Install Node.js with npm (nodejs.org), then try again. Nothing was changed.',
  );

const failed = (reason: string): WinnowError =>
  new WinnowError(
    'no-runtime',
    `TensorFlow.js for CUDA could not be installed: ${reason.slice(0, 300)}. Nothing was changed; fine-tuning works without it. It needs a connection to the npm registry and to storage.googleapis.com.`,
  );
