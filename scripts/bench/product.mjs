// Runs the product's own command line for the benches, and plants wrong labels without touching a photo.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from '../prepare.mjs';

export const shared = path.resolve(root, '..', 'shared');
export const mobilenet = path.join(shared, 'models', 'mobilenet_v2_1.0_224_qat.onnx');
/** A copy of the bundles, so that a build in the meantime does not change what is measured. */
export const bundles = path.join(root, 'node_modules', '.cache', 'bench', 'dist');
export const takeBundles = () => {
  rmSync(bundles, { recursive: true, force: true });
  cpSync(path.join(root, 'dist'), bundles, { recursive: true });
};

export const sets = ['bears', 'trashnet', 'caltech8'];

/** Runs one command; answers its JSON and its wall time. @param codes exit codes that are as they should be. */
export const winnow = (args, env = {}, codes = [0]) => {
  const started = performance.now();
  const result = spawnSync(process.execPath, [path.join(bundles, 'cli.mjs'), ...args, '--json'], {
    encoding: 'utf8',
    maxBuffer: 1 << 29,
    env: { ...process.env, ...env },
  });
  if (!codes.includes(result.status))
    throw new Error(`winnow ${args.join(' ')} ended with ${result.status}\n${result.stderr}`);
  return { out: JSON.parse(result.stdout), wallMs: performance.now() - started };
};

export const scratch = () => mkdtempSync(path.join(os.tmpdir(), 'winnow-bench-'));
export const discard = (dir) => rmSync(dir, { recursive: true, force: true });

/** Hard links where the file system allows them: nothing is written through them. */
export const linkTree = (from, to) => {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    const [source, target] = [path.join(from, name), path.join(to, name)];
    if (statSync(source).isDirectory()) linkTree(source, target);
    else {
      try {
        linkSync(source, target);
      } catch {
        cpSync(source, target);
      }
    }
  }
};

export const photosOf = (set) => {
  const dir = path.join(shared, 'data', set);
  return readdirSync(dir)
    .filter((name) => statSync(path.join(dir, name)).isDirectory())
    .sort()
    .flatMap((label) =>
      readdirSync(path.join(dir, label))
        .sort()
        .map((name) => ({ path: `${label}/${name}`, label })),
    );
};

/** `flips.csv`: rows of (set, kind, rate, seed, path, wrong_label). */
export const flips = () =>
  readFileSync(path.join(shared, 'data', 'flips.csv'), 'utf8')
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => {
      const [set, kind, rate, seed, file, wrong] = line.split(',');
      return { set, kind, rate: Number(rate), seed: Number(seed), path: file, wrong };
    });

/** A CSV-labelled dataset over the photos of `set`, with `wrong` labels in place of some. */
export const plantDataset = (dir, set, wrong) => {
  const labels = new Map(wrong.map((flip) => [flip.path, flip.wrong]));
  const rows = photosOf(set).map((photo) => `${photo.path},${labels.get(photo.path) ?? photo.label}`);
  writeFileSync(path.join(dir, 'labels.csv'), ['path,label', ...rows].join('\n') + '\n');
  writeFileSync(
    path.join(dir, 'winnow.json'),
    JSON.stringify({
      version: 1,
      root: 'photos',
      label: { by: 'csv', file: 'labels.csv', path: 'path', label: 'label' },
    }),
  );
  rmSync(path.join(dir, '.winnow'), { recursive: true, force: true });
};

/** Mean precision at each true positive of a ranking, best first. */
export const averagePrecision = (hits) => {
  let found = 0;
  let sum = 0;
  hits.forEach((isHit, index) => {
    if (isHit) sum += ++found / (index + 1);
  });
  return found === 0 ? 0 : sum / found;
};
export const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;
