// What every script needs first, in plain old JavaScript: Node new enough, packages installed, bundles built.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
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

/** Whether npm has installed what the lock file asks for; what is only for other machines may be absent. */
const isInstalled = () => {
  const packagesOf = (file) => JSON.parse(readFileSync(path.join(root, file), 'utf8')).packages;
  try {
    const found = packagesOf(path.join('node_modules', '.package-lock.json'));
    return Object.entries(packagesOf('package-lock.json')).every(
      ([name, { version, optional }]) =>
        name === '' || (found[name]?.version ?? (optional ? version : null)) === version,
    );
  } catch {
    return false;
  }
};

/** `npm ci` when node_modules is missing or made from another lock file. */
export const installPackages = () => {
  needNode();
  if (isInstalled()) return;
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
};

export const buildBundles = () => {
  const code = run(process.execPath, ['esbuild.mjs']);
  if (code !== 0) process.exit(code);
};
