/** The sample with a trained run: made once for each build and copied, because many tests only ask what comes after. */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { madeOnce, makeSample } from '../scripts/demo/sample.mjs';

const root = path.resolve(import.meta.dirname, '..');
const dist = path.join(root, 'dist');
const kept = path.join(root, 'node_modules', '.cache', 'trained-sample');

/** All that a run depends on: the bundles, the backbone, and where they lie, which a run remembers. */
const fingerprint = (): string => {
  const hash = createHash('sha256').update(root);
  const names = readdirSync(dist, { recursive: true, encoding: 'utf8' }).sort();
  for (const name of names.filter((file) => /^[^/\\]+\.mjs$|^backbone[/\\]/.test(file))) {
    const file = path.join(dist, name);
    if (statSync(file).isFile()) hash.update(name).update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 16);
};

/**
 * The sample of seed 1, trained with one view, in the new folder `dir`, and its caches in `home` (for WINNOW_HOME).
 * What earlier builds left is removed.
 */
export const trainedSample = async (dir: string, home: string): Promise<void> => {
  const place = path.join(kept, fingerprint());
  await madeOnce(place, async (making) => {
    await makeSample(path.join(making, 'sample'), 1, path.join(making, 'key.json'));
    const { status, stderr } = spawnSync(
      process.execPath,
      [path.join(dist, 'cli.mjs'), 'train', path.join(making, 'sample'), '--views', '1', '--json'],
      { encoding: 'utf8', env: { ...process.env, WINNOW_HOME: path.join(making, 'home') } },
    );
    if (status !== 0) throw new Error(stderr);
    for (const old of readdirSync(kept))
      if (!old.startsWith(path.basename(place))) rmSync(path.join(kept, old), { recursive: true, force: true });
  });
  for (const [from, to] of [
    ['sample', dir],
    ['home', home],
  ] as const) {
    mkdirSync(path.dirname(to), { recursive: true });
    cpSync(path.join(place, from), to, { recursive: true, preserveTimestamps: true });
  }
};
