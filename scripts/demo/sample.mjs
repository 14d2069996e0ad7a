// The product's own sample dataset (`winnow sample`), made once a seed and kept in the cache: taking its photographs is
// most of the time of a demo, and several tests use the same ones.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createHash, randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { root } from '../prepare.mjs';

/** The cupboard's three classes. */
export const classes = ['bottle', 'mug', 'plate'];

/** What decides how a sample looks: its own sources and the encoder's version. */
const fingerprint = () => {
  const hash = createHash('sha256');
  for (const folder of ['core/sample', 'engine/sample']) {
    const sources = path.join(root, 'src', folder);
    for (const name of readdirSync(sources).sort()) hash.update(readFileSync(path.join(sources, name)));
  }
  hash.update(readFileSync(path.join(root, 'src', 'base', 'random.ts')));
  hash.update(
    readFileSync(path.join(root, 'package.json'))
      .toString()
      .match(/"sharp": "([^"]+)"/)[1],
  );
  return hash.digest('hex').slice(0, 12);
};

/** Writes the sample into `dir`, replacing what is there, and the key of its planted mistakes into `keyFile`. @returns the key. */
export const makeSample = async (dir, seed, keyFile) => {
  const cache = path.join(root, 'node_modules', '.cache', 'sample', `${fingerprint()}-${seed}`);
  if (!existsSync(cache)) {
    const making = `${cache}-${randomBytes(4).toString('hex')}`;
    const args = [
      'sample',
      path.join(making, 'sample'),
      '--seed',
      String(seed),
      '--key',
      path.join(making, 'key.json'),
    ];
    const child = spawn(process.execPath, [path.join(root, 'dist', 'cli.mjs'), ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk) => (said += chunk));
    const [code] = await once(child, 'close');
    if (code !== 0) {
      rmSync(making, { recursive: true, force: true });
      throw new Error(`winnow ${args.join(' ')} ended with ${String(code)}\n${said}`);
    }
    try {
      renameSync(making, cache);
    } catch {
      // Somebody else was faster with the same pictures.
      rmSync(making, { recursive: true, force: true });
    }
  }
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(path.dirname(dir), { recursive: true });
  cpSync(path.join(cache, 'sample'), dir, { recursive: true });
  mkdirSync(path.dirname(keyFile), { recursive: true });
  cpSync(path.join(cache, 'key.json'), keyFile);
  return JSON.parse(readFileSync(keyFile, 'utf8'));
};
