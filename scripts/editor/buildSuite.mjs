// Bundles test/host into out/host-suite, one CommonJS file per test file, as the extension host wants it.
import { build } from 'esbuild';
import fs from 'node:fs';
import path from 'node:path';
import { root } from './place.mjs';

const from = path.join(root, 'test', 'host');
const outdir = path.join(root, 'out', 'host-suite');
const tests = fs.readdirSync(from).filter((name) => name.endsWith('.test.ts'));
if (tests.length < 1) {
  console.error('test/host holds no *.test.ts: nothing to run in the editor.');
  process.exit(1);
}

// A test file that was deleted must not go on running from an earlier build.
fs.rmSync(outdir, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: ['index.ts', ...tests].map((name) => path.join(from, name)),
  outdir,
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  sourcemap: 'inline',
  external: ['vscode', 'mocha', 'sharp', 'onnxruntime-node', 'onnxruntime-web'],
  logLevel: 'warning',
});
console.log(`out/host-suite: ${tests.length} test file(s)`);
