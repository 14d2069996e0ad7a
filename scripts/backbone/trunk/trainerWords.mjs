// The engine's own trainer for this script: forward, loss, backward and Adam as one ONNX graph. Bundled on the fly.
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import esbuild from 'esbuild';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const outdir = path.join(root, 'node_modules/.cache/winnow-backbone');
mkdirSync(outdir, { recursive: true });
const outfile = path.join(outdir, `trainer-${process.pid}.mjs`);
await esbuild.build({
  stdin: {
    contents: [
      "export { trainingGraph, scheduleOf } from './training/graph/trainingGraph.js';",
      "export { staticNetwork } from './training/graph/staticNetwork.js';",
      "export { makeHead } from './training/graph/head.js';",
      "export { copyGraph } from './training/copyGraph.js';",
      "export { writeOnnx } from './onnx/onnxModel.js';",
      "export { openStateful } from './session/statefulSession.js';",
      "export { readCheckpoint, writeCheckpoint, dropCheckpoints } from './training/checkpoint.js';",
      "export { oneCycle } from '../core/training/schedule.js';",
    ].join('\n'),
    resolveDir: path.join(root, 'src/engine'),
  },
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  logLevel: 'warning',
  outfile,
});

export const {
  trainingGraph,
  scheduleOf,
  staticNetwork,
  makeHead,
  copyGraph,
  writeOnnx,
  openStateful,
  readCheckpoint,
  writeCheckpoint,
  dropCheckpoints,
  oneCycle,
} = await import(pathToFileURL(outfile).href);
rmSync(outfile);
