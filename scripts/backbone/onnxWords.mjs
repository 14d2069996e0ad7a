// The engine's own ONNX writer for this script: bundled on the fly, because plain Node does not read TypeScript.
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import esbuild from 'esbuild';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const outdir = path.join(root, 'node_modules/.cache/winnow-backbone');
mkdirSync(outdir, { recursive: true });
// A name per process: two runs side by side must not read each other's half-written file.
const outfile = path.join(outdir, `onnx-${process.pid}.mjs`);
await esbuild.build({
  stdin: {
    contents: "export * from './build.js'; export { writeOnnx } from './onnxModel.js';",
    resolveDir: path.join(root, 'src/engine/onnx'),
  },
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  logLevel: 'warning',
  outfile,
});

export const { node, floats, ints, value, model, writeOnnx } = await import(pathToFileURL(outfile).href);
rmSync(outfile);
