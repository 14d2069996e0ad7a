// Makes media/backbone/embedded.onnx from src/engine/backbones/embeddedNetwork.ts alone: formulas, no data, no training.
// `node scripts/backbone/make.mjs [--check]`; with --check only says whether the committed file is what would be made.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import esbuild from 'esbuild';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const target = path.join(root, 'media/backbone/embedded.onnx');

/** The file's bytes, as this checkout makes them. */
export const makeBackbone = async () => {
  const outfile = path.join(root, 'node_modules/.cache/winnow-backbone/network.mjs');
  await esbuild.build({
    stdin: {
      contents: `export { embeddedNetwork } from './src/engine/backbones/embeddedNetwork.ts';
        export { writeOnnx } from './src/engine/onnx/onnxModel.ts';`,
      resolveDir: root,
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
    outfile,
  });
  const { embeddedNetwork, writeOnnx } = await import(pathToFileURL(outfile).href);
  return Buffer.from(writeOnnx(embeddedNetwork()));
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const bytes = await makeBackbone();
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (process.argv.includes('--check')) {
    const isSame = existsSync(target) && bytes.equals(readFileSync(target));
    console.log(isSame ? `${sha256} is committed` : 'media/backbone/embedded.onnx is stale: npm run backbone');
    process.exitCode = isSame ? 0 : 1;
  } else {
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, bytes);
    console.log(`${path.relative(root, target)}: ${bytes.length} bytes, sha256 ${sha256}`);
  }
}
