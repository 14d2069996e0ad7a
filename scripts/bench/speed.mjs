// Decode + embed against a named reference in the same run, the second train, the new order after a relabel, memory.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import esbuild from 'esbuild';
import { root } from '../prepare.mjs';
import {
  bundles,
  discard,
  linkTree,
  mobilenet,
  photosOf,
  plantDataset,
  scratch,
  sets,
  shared,
  winnow,
} from './product.mjs';

const cores = Math.min(os.availableParallelism(), 4);

/** Bundles a bench written in TypeScript, runs it, answers its JSON. */
export const runBundled = async (name, args, env = {}) => {
  const outfile = path.join(root, 'node_modules', '.cache', 'bench', `${name}.mjs`);
  mkdirSync(path.dirname(outfile), { recursive: true });
  await esbuild.build({
    entryPoints: [path.join(root, 'scripts', 'bench', `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['sharp', 'onnxruntime-node', 'onnxruntime-web'],
    banner: { js: "import { createRequire as __r } from 'node:module'; const require = __r(import.meta.url);" },
    logLevel: 'error',
  });
  const result = spawnSync(process.execPath, [outfile, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    cwd: root,
    env: { ...process.env, ...env },
  });
  if (result.status !== 0) throw new Error(result.stderr);
  return JSON.parse(result.stdout);
};

/** The reference is taken before and after each training: a shared machine is not equally fast for a minute. */
export const embedBench = async ({ rounds = 5 } = {}) => {
  const rows = [];
  for (const set of sets) {
    const files = photosOf(set).map((photo) => path.join(shared, 'data', set, photo.path));
    const dir = scratch();
    try {
      linkTree(path.join(shared, 'data', set), path.join(dir, 'photos'));
      const ratios = [];
      let before = await runBundled('bare', [mobilenet, ...files]);
      for (let round = 0; round < rounds; round++) {
        plantDataset(dir, set, []);
        const home = path.join(dir, `home-${round}`);
        const { out } = winnow(['train', dir, '--backbone', mobilenet, '--views', '1'], { WINNOW_HOME: home });
        const after = await runBundled('bare', [mobilenet, ...files]);
        const decodeMs = (before.decodeMs + after.decodeMs) / 2;
        const networkMs = (before.networkMs + after.networkMs) / 2;
        const referenceMs = (decodeMs + networkMs) / cores;
        before = after;
        ratios.push({
          set,
          photos: files.length,
          decodeMs,
          networkMs,
          referenceMs,
          wallMs: out.timingMs.embed,
          ratio: out.timingMs.embed / referenceMs,
        });
      }
      ratios.sort((a, b) => a.ratio - b.ratio);
      rows.push({ ...ratios[Math.floor(ratios.length / 2)], all: ratios.map(({ ratio }) => Number(ratio.toFixed(2))) });
      console.error(JSON.stringify(rows.at(-1)));
    } finally {
      discard(dir);
    }
  }
  return rows;
};

/** A second train of about 450 photos with warm caches. */
export const secondTrainBench = () => {
  const dir = scratch();
  try {
    linkTree(path.join(shared, 'data', 'bears'), path.join(dir, 'photos'));
    plantDataset(dir, 'bears', []);
    const env = { WINNOW_HOME: path.join(dir, 'home') };
    const first = winnow(['train', dir, '--backbone', mobilenet], env);
    const again = [1, 2, 3].map(() => winnow(['train', dir, '--backbone', mobilenet], env));
    again.sort((a, b) => a.out.timingMs.total - b.out.timingMs.total);
    return {
      photos: first.out.items,
      firstMs: first.out.timingMs.total,
      firstRankingMs: first.out.timingMs.firstRanking,
      secondMs: again[1].out.timingMs.total,
      secondWallMs: again[1].wallMs,
      cache: again[1].out.cache,
    };
  } finally {
    discard(dir);
  }
};

/** The new order after a relabel, all blocks, in a running engine. */
export const relabelBench = async () => {
  const dir = scratch();
  try {
    linkTree(path.join(shared, 'data', 'bears'), path.join(dir, 'photos'));
    plantDataset(dir, 'bears', []);
    const env = { WINNOW_HOME: path.join(dir, 'home') };
    winnow(['train', dir, '--backbone', mobilenet], env);
    return await runBundled('relabel', [dir, path.join(bundles, 'engine.mjs')], env);
  } finally {
    discard(dir);
  }
};
