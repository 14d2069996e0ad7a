/** The engine bundled as the product bundles it, where `import 'sharp'` still resolves. */

import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import esbuild from 'esbuild';

const root = path.resolve(import.meta.dirname, '../..');
const builtInRequire = "import { createRequire as __r } from 'node:module'; const require = __r(import.meta.url);";

/** A fault put into one source file, for tests of what happens then. */
export interface Sabotage {
  /** The end of the file's path. */
  readonly file: string;
  readonly after: string;
  readonly insert: string;
}

const sabotaged = ({ file, after, insert }: Sabotage): esbuild.Plugin => ({
  name: 'sabotage',
  setup: (build) => {
    build.onLoad({ filter: new RegExp(`${file.replaceAll('.', '\\.')}$`) }, (load) => {
      const text = readFileSync(load.path, 'utf8');
      if (!text.includes(after)) throw new Error(`${file} does not contain ${after}`);
      return { contents: text.replace(after, `${after}\n${insert}\n`), loader: 'ts' };
    });
  },
});

/** @param name one a test file and sabotage. @returns the path of engine.mjs. */
export const bundleEngine = async (name: string, sabotage?: Sabotage): Promise<string> => {
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
    plugins: sabotage ? [sabotaged(sabotage)] : [],
    outdir,
    outExtension: { '.js': '.mjs' },
  });
  return path.join(outdir, 'engine.mjs');
};
