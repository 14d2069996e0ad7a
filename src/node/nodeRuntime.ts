/** Which Node binary runs the engine (HOUSE § 6): the editor's own binary crashed with native pictures on Linux. */

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { WinnowError } from '../base/errors.js';

export interface NodeRuntime {
  readonly file: string;
  readonly version: string;
  readonly source: 'setting' | 'own' | 'path';
}

export interface RuntimeQuestion {
  /** The setting `winnow.nodePath`; null = not set. */
  readonly setting: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly own: { readonly file: string; readonly version: string; readonly isElectron: boolean };
  readonly platform: NodeJS.Platform;
}

export const minimumNode = '20.19.0';
const probeMs = 5_000;

export const thisRuntime = (): RuntimeQuestion['own'] => ({
  file: process.execPath,
  version: process.versions.node,
  isElectron: process.versions['electron'] !== undefined || process.env['ELECTRON_RUN_AS_NODE'] !== undefined,
});

const isEnough = (version: string): boolean => {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const [needMajor = 0, needMinor = 0] = minimumNode.split('.').map(Number);
  return major > needMajor || (major === needMajor && minor >= needMinor);
};

/** The environment of an engine: without what would turn Node into an editor or load things into it. */
export const cleanEnv = (env: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && !/^(ELECTRON_|VSCODE_|NODE_OPTIONS$)/i.test(entry[0]),
    ),
  );

/** Setting → own process when it is plain Node → `node` on PATH. Throws `no-runtime` with what to do. */
export const findNode = async (question: RuntimeQuestion): Promise<NodeRuntime> => {
  const { setting, own } = question;
  if (setting !== null && setting !== '') {
    const version = await probe(setting, question);
    if (version !== null && isEnough(version)) return { file: setting, version, source: 'setting' };
    const found = version === null ? 'does not answer like Node' : `is Node ${version}`;
    throw new WinnowError(
      'no-runtime',
      `winnow.nodePath is ${setting}, which ${found}; Node ${minimumNode} or newer is needed. Correct the setting or clear it.`,
    );
  }
  if (!own.isElectron && isEnough(own.version)) return { file: own.file, version: own.version, source: 'own' };
  const tried: string[] = [];
  for (const file of candidates(question)) {
    const version = await probe(file, question);
    if (version !== null && isEnough(version)) return { file, version, source: 'path' };
    tried.push(version === null ? file : `${file} (Node ${version})`);
  }
  throw new WinnowError(
    'no-runtime',
    `Winnow needs Node ${minimumNode} or newer to look at pictures, and found none${tried.length > 0 ? ` (tried ${tried.join(', ')})` : ' on PATH'}. Install Node from nodejs.org, or set winnow.nodePath to its binary. Nothing was changed.`,
  );
};

const candidates = ({ env, platform }: RuntimeQuestion): string[] => {
  const isWindows = platform === 'win32';
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(isWindows ? ';' : ':');
  return folders
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, isWindows ? 'node.exe' : 'node'))
    .filter((file, at, all) => existsSync(file) && all.indexOf(file) === at);
};

/** The version that a throw-away child tells, or null. */
const probe = (file: string, { env }: RuntimeQuestion): Promise<string | null> =>
  new Promise((resolve) => {
    const options = { env: cleanEnv(env), timeout: probeMs, windowsHide: true, killSignal: 'SIGKILL' as const };
    // Electron run as Node answers too; it must not be taken for Node.
    const script = 'process.stdout.write(process.versions.electron ? "electron" : process.versions.node)';
    execFile(file, ['-e', script], options, (error, stdout) => {
      resolve(!error && /^\d+\.\d+\.\d+/.test(stdout) ? stdout.trim() : null);
    });
  });
