// The product's own sample dataset (`winnow sample`), made once a seed and kept in the cache: taking its photographs is
// most of the time of a demo, and several tests use the same ones.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createHash, randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../prepare.mjs';

/** The cupboard's classes. */
export const classes = ['bottle', 'goblet', 'mug', 'plate'];

/** Pictures of a sample that nobody has labelled, two of them of another world. */
export const unlabelledIn = (dir) =>
  readdirSync(path.join(dir, 'unlabelled'))
    .sort()
    .map((name) => path.join(dir, 'unlabelled', name));

/** Gives a gathered dataset the split that came with its sample. @param places where each picture of the sample lies now, by its path there. */
export const handOverSplit = (sample, dir, places) => {
  const specFile = path.join(dir, 'winnow.json');
  const spec = JSON.parse(readFileSync(specFile, 'utf8'));
  const { split } = JSON.parse(readFileSync(path.join(sample, 'winnow.json'), 'utf8'));
  const [header, ...rows] = readFileSync(path.join(sample, 'split.csv'), 'utf8').trim().split('\n');
  const lines = rows.map((row) => {
    const [name, side] = row.split(',');
    return `${path.posix.relative(spec.root, places.get(name) ?? name)},${side}`;
  });
  writeFileSync(path.join(dir, 'split.csv'), [header, ...lines, ''].join('\n'));
  writeFileSync(specFile, JSON.stringify({ ...spec, split }, null, 2));
};

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

/** Has `make` fill a folder that becomes `place`, unless it is there; nobody ever sees half of one. */
export const madeOnce = async (place, make) => {
  if (existsSync(place)) return;
  const making = `${place}-${randomBytes(4).toString('hex')}`;
  try {
    await make(making);
    renameSync(making, place);
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    // Somebody else may have been faster with the same.
    if (!existsSync(place)) throw error;
  }
};

const photographed = async (seed, into) => {
  const args = ['sample', path.join(into, 'sample'), '--seed', String(seed), '--key', path.join(into, 'key.json')];
  const child = spawn(process.execPath, [path.join(root, 'dist', 'cli.mjs'), ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk) => (said += chunk));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`winnow ${args.join(' ')} ended with ${String(code)}\n${said}`);
};

/** Writes the sample into `dir`, replacing what is there, and the key of its planted mistakes into `keyFile`. @returns the key. */
export const makeSample = async (dir, seed, keyFile) => {
  const cache = path.join(root, 'node_modules', '.cache', 'sample', `${fingerprint()}-${seed}`);
  await madeOnce(cache, (making) => photographed(seed, making));
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(path.dirname(dir), { recursive: true });
  cpSync(path.join(cache, 'sample'), dir, { recursive: true });
  mkdirSync(path.dirname(keyFile), { recursive: true });
  cpSync(path.join(cache, 'key.json'), keyFile);
  return JSON.parse(readFileSync(keyFile, 'utf8'));
};
