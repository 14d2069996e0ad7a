// What every script needs first, in plain old JavaScript: Node new enough, packages installed, bundles built.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

export const needNode = () => {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(
    `Winnow needs Node 20.19 or newer; this is ${process.versions.node}. Install a newer Node and try again.`,
  );
  process.exit(1);
};

/** Runs a command in the checkout, its output going to stderr so that stdout stays the caller's. */
export const run = (command, args, options = {}) => {
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], ...options });
  if (result.error) throw result.error;
  return result.status ?? 1;
};

/** `npm ci` when node_modules is missing or made from another lock file. */
export const installPackages = () => {
  needNode();
  const wanted = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = path.join(root, 'node_modules', '.winnow-lock');
  const isThere = existsSync(path.join(root, 'node_modules', 'esbuild'));
  if (isThere && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.error('Installing packages (npm ci) …');
  // No package needs a script; onnxruntime-node's would fetch CUDA from outside the registry.
  const code = run(
    process.platform === 'win32' ? 'npm.cmd' : 'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund'],
    {
      shell: process.platform === 'win32',
    },
  );
  if (code !== 0) {
    console.error('npm ci failed; see above. Nothing else was done.');
    process.exit(code);
  }
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
};

export const buildBundles = () => {
  const code = run(process.execPath, ['esbuild.mjs']);
  if (code !== 0) process.exit(code);
};
