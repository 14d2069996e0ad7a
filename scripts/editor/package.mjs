// node scripts/editor/package.mjs [--target linux-x64]: builds, stages and packages winnow-<target>-<version>.vsix.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { stageNatives } from './natives.mjs';
import { root } from './place.mjs';

const targets = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64', 'win32-arm64'];
const { values } = parseArgs({
  options: {
    target: { type: 'string', default: `${process.platform}-${process.arch}` },
    'no-build': { type: 'boolean', default: false },
  },
});
const { target } = values;

function fail(message) {
  console.error(message);
  process.exit(1);
}

function node(args, options) {
  const r = spawnSync(process.execPath, args, { stdio: 'inherit', ...options });
  if (r.status !== 0) fail(`${path.basename(args[0])} failed (${r.status ?? r.signal}).`);
}

if (!targets.includes(target)) fail(`Unknown target ${target}: one of ${targets.join(', ')}.`);
if (!values['no-build']) {
  node(['esbuild.mjs', '--production'], { cwd: root });
}
if (!fs.existsSync(path.join(root, 'dist', 'extension.cjs'))) fail('dist/extension.cjs is missing: build first.');

// A folder of its own: natives of another target in dist/ would be loaded by the next run from the checkout.
const stage = path.join(root, 'out', 'package', target);
fs.rmSync(stage, { recursive: true, force: true });
fs.mkdirSync(stage, { recursive: true });
const texts = fs.readdirSync(root).filter((name) => /^package\.nls(\.[\w-]+)?\.json$/.test(name));
for (const name of ['README.md', 'CHANGELOG.md', 'LICENSE', '.vscodeignore', 'media', 'l10n', ...texts]) {
  const from = path.join(root, name);
  if (fs.existsSync(from)) fs.cpSync(from, path.join(stage, name), { recursive: true });
}
// The embedded backbone lies in dist/ too, where it is read.
fs.rmSync(path.join(stage, 'media', 'backbone'), { recursive: true, force: true });
fs.cpSync(path.join(root, 'dist'), path.join(stage, 'dist'), {
  recursive: true,
  filter: (from) => !from.endsWith('.map') && path.basename(from) !== 'node_modules',
});
// What npm needs is of no use in an installed extension, and vsce would run a prepublish script again.
const npmOnly = ['scripts', 'devDependencies', 'dependencies', 'peerDependencies', 'peerDependenciesMeta'];
const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
for (const key of [...npmOnly, 'allowScripts', 'private']) delete manifest[key];
fs.writeFileSync(path.join(stage, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);

try {
  const staged = stageNatives(path.join(stage, 'dist', 'node_modules'), target);
  console.log(`staged ${staged.join(', ')}`);
} catch (error) {
  fail(error.message);
}

const vsix = path.join(root, `${manifest.name}-${target}-${manifest.version}.vsix`);
fs.rmSync(vsix, { force: true });
const vsce = path.join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
const license = fs.existsSync(path.join(stage, 'LICENSE')) ? [] : ['--skip-license'];
node(
  [
    ...[vsce, 'package', '--target', target, '--out', vsix, '--no-dependencies'],
    ...['--allow-missing-repository', '--no-rewrite-relative-links', ...license],
  ],
  { cwd: stage },
);
console.log(`${path.basename(vsix)}: ${(fs.statSync(vsix).size / 1e6).toFixed(1)} MB`);
