// Bundles: dist/extension.cjs, dist/engine.mjs (+ its worker threads), dist/cli.mjs, dist/webview/*. Natives stay external.
// `node esbuild.mjs [--production] [--only extension,engine,cli,webview]`; exports the options so that tests can read the metafile.
import { existsSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

const root = path.dirname(fileURLToPath(import.meta.url));
const isProduction = process.argv.includes('--production');

const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

const common = {
  define: { WINNOW_VERSION: JSON.stringify(version) },
  absWorkingDir: root,
  bundle: true,
  logLevel: 'warning',
  metafile: true,
  sourcemap: isProduction ? false : 'linked',
  minify: isProduction,
  keepNames: isProduction,
  legalComments: 'none',
};
const node = {
  ...common,
  platform: 'node',
  target: 'node20',
  external: ['vscode', 'sharp', 'onnxruntime-node', 'onnxruntime-web', '@tensorflow/*'],
};
// ESM bundles hold CommonJS packages that call require().
const withRequire = {
  js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
};

/** A folder of webview/ is a surface when it has a main.ts. */
const surfaces = () =>
  existsSync(path.join(root, 'webview'))
    ? readdirSync(path.join(root, 'webview')).filter((name) => existsSync(path.join(root, 'webview', name, 'main.ts')))
    : [];
const engineEntries = () =>
  Object.fromEntries(
    [
      ['engine', 'src/engine/main.ts'],
      ...readdirSync(path.join(root, 'src/engine'), { recursive: true })
        .filter((file) => /(^|[\\/])\w+Thread\.ts$/.test(file))
        .map((file) => [path.basename(file, '.ts'), `src/engine/${file}`]),
    ].filter(([, file]) => existsSync(path.join(root, file))),
  );

/** What a start does not need is loaded when it is asked for. Chunks lie beside the entries, whose own place some code asks for. */
const inChunks = (name) => ({ splitting: true, chunkNames: `${name}-[hash]` });
const chunkOf = (name) => new RegExp(`^${name}-[A-Z0-9]{8}\\.mjs(\\.map)?$`);

export const builds = {
  extension: () => ({
    ...node,
    format: 'cjs',
    entryPoints: { extension: 'src/host/extension.ts' },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
  }),
  engine: () => ({
    ...node,
    format: 'esm',
    ...inChunks('engine'),
    banner: withRequire,
    entryPoints: engineEntries(),
    outdir: 'dist',
    outExtension: { '.js': '.mjs' },
  }),
  cli: () => ({
    ...node,
    format: 'esm',
    ...inChunks('cli'),
    banner: { js: `#!/usr/bin/env node\n${withRequire.js}` },
    entryPoints: { cli: 'src/cli/main.ts' },
    outdir: 'dist',
    outExtension: { '.js': '.mjs' },
  }),
  webview: () => ({
    ...common,
    platform: 'browser',
    target: 'es2022',
    format: 'esm',
    minify: true,
    loader: { '.ttf': 'file' },
    assetNames: '[name]',
    entryPoints: Object.fromEntries([
      ...surfaces().map((name) => [name, `webview/${name}/main.ts`]),
      ...surfaces()
        .filter((name) => existsSync(path.join(root, 'webview', name, `${name}.css`)))
        .map((name) => [`${name}.style`, `webview/${name}/${name}.css`]),
      ['codicon', 'node_modules/@vscode/codicons/dist/codicon.css'],
    ]),
    outdir: 'dist/webview',
  }),
};

const removeOldChunks = (name, { outputs }) => {
  const made = new Set(Object.keys(outputs).map((file) => path.basename(file)));
  for (const file of readdirSync(path.join(root, 'dist'))) {
    if (chunkOf(name).test(file) && !made.has(file)) rmSync(path.join(root, 'dist', file));
  }
};

export const build = async (names = Object.keys(builds)) => {
  const results = {};
  for (const name of names) {
    const options = builds[name]();
    if (Object.values(options.entryPoints).every((file) => existsSync(path.join(root, file)))) {
      results[name] = await esbuild.build(options);
      removeOldChunks(name, results[name].metafile);
    }
  }
  mkdirSync(path.join(root, 'dist'), { recursive: true });
  if (existsSync(path.join(root, 'media/backbone'))) {
    cpSync(path.join(root, 'media/backbone'), path.join(root, 'dist/backbone'), { recursive: true });
  }
  return results;
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const only = process.argv
    .find((arg) => arg.startsWith('--only='))
    ?.slice(7)
    .split(',');
  if (isProduction && !only) rmSync(path.join(root, 'dist'), { recursive: true, force: true });
  await build(only);
}
