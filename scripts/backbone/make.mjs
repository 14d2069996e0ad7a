// npm run backbone: writes media/backbone/embedded.onnx and embedded.json. `--out DIR` writes them elsewhere;
// `--check` writes nothing and exits with 1 when the committed file is not what this checkout makes.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeNetwork, size } from './network.mjs';
import { seeded } from '../seeded.mjs';

/** Raised with every change of the recipe. */
const scriptVersion = 5;
const seed = 42;

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const at = process.argv.indexOf('--out');
const out = at < 0 ? path.join(root, 'media/backbone') : path.resolve(process.argv[at + 1] ?? '.');

const { bytes, dim } = makeNetwork(seeded(seed));
const sha256 = createHash('sha256').update(bytes).digest('hex');
const facts = {
  id: 'embedded',
  sha256,
  bytes: bytes.length,
  size,
  normalise: 'unit',
  dim,
  licence: 'MIT',
  scriptVersion,
  seed,
};
const file = path.join(out, 'embedded.onnx');
if (process.argv.includes('--check')) {
  const isSame = Buffer.from(bytes).equals(readFileSync(file));
  console.log(isSame ? `embedded.onnx is up to date: sha256 ${sha256}` : 'embedded.onnx is stale: npm run backbone');
  process.exitCode = isSame ? 0 : 1;
} else {
  mkdirSync(out, { recursive: true });
  writeFileSync(file, bytes);
  writeFileSync(path.join(out, 'embedded.json'), `${JSON.stringify(facts, null, 2)}\n`);
  console.log(`embedded.onnx: ${bytes.length} bytes, ${dim} features, sha256 ${sha256}`);
}
