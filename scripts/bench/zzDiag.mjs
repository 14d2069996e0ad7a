// node scripts/bench/domain.mjs: the out-of-domain figures of docs/benchmarks.md, as JSON. Needs ../shared (or WINNOW_SHARED).
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import esbuild from 'esbuild';
import { root, run } from '../prepare.mjs';

const shared = process.env.WINNOW_SHARED ?? path.resolve(root, '..', 'shared');
const outdir = path.join(root, 'node_modules', '.cache', 'bench', 'zz');
mkdirSync(outdir, { recursive: true });
await esbuild.build({
  absWorkingDir: root,
  // The engine starts its threads from files beside it.
  entryPoints: { domain: 'scripts/bench/zzDiag.ts', imageThread: 'src/engine/embed/imageThread.ts' },
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  outdir,
  outExtension: { '.js': '.mjs' },
  external: ['sharp', 'onnxruntime-node', 'onnxruntime-web'],
  banner: { js: "import { createRequire as __r } from 'node:module'; const require = __r(import.meta.url);" },
});
process.exitCode = run(process.execPath, [
  path.join(outdir, 'domain.mjs'),
  path.join(shared, 'data'),
  path.join(shared, 'models', 'mobilenet_v2_1.0_224_qat.onnx'),
]);
