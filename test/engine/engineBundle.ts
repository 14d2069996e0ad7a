/** The engine bundled as the product bundles it, where `import 'sharp'` still resolves. */

import { mkdirSync } from 'node:fs';
import path from 'node:path';
import esbuild from 'esbuild';

const root = path.resolve(import.meta.dirname, '../..');
const builtInRequire = "import { createRequire as __r } from 'node:module'; const require = __r(import.meta.url);";

/** @param name one a test file. @returns the path of engine.mjs. */
export const bundleEngine = async (name: string): Promise<string> => {
  const outdir = path.join(root, 'node_modules/.cache/winnow-test', name);
  mkdirSync(outdir, { recursive: true });
  await esbuild.build({
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    logLevel: 'error',
    external: ['sharp', 'onnxruntime-node', 'onnxruntime-web'],
    banner: { js: builtInRequire },
    entryPoints: {
      engine: 'src/engine/main.ts',
      imageThread: 'src/engine/embed/imageThread.ts',
      heartbeatThread: 'src/engine/heartbeatThread.ts',
      'backbone/embedded': 'media/backbone/embedded.onnx',
    },
    loader: { '.onnx': 'copy' },
    outdir,
    outExtension: { '.js': '.mjs' },
  });
  return path.join(outdir, 'engine.mjs');
};
