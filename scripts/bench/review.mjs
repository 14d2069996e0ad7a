// What review finds on planted wrong labels: within a budget, and beside cleanlab on the very same features.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../prepare.mjs';
import {
  bundles,
  discard,
  flips,
  linkTree,
  mean,
  mobilenet,
  plantDataset,
  scratch,
  sets,
  shared,
  winnow,
} from './product.mjs';
import { runBundled } from './speed.mjs';

/** Share of 10 % random flips that a person has mended after reviewing 15 % of the photos in queue order. */
export const budgetBench = async ({ seeds = 5 } = {}) => {
  const all = flips();
  const rows = [];
  for (const set of sets) {
    const dir = scratch();
    try {
      linkTree(path.join(shared, 'data', set), path.join(dir, 'photos'));
      const each = [];
      for (let seed = 0; seed < seeds; seed++) {
        const wrong = all.filter((f) => f.set === set && f.kind === 'random' && f.rate === 0.1 && f.seed === seed);
        plantDataset(dir, set, wrong);
        winnow(['train', dir, '--backbone', mobilenet]);
        each.push(await runBundled('budget', [dir, path.join(bundles, 'engine.mjs')]));
      }
      const { items, planted, reviewed } = each[0];
      const live = each.map((one) => one.live);
      const fixed = each.map((one) => one.static);
      rows.push({
        ...{ set, items, planted, reviewed, live: mean(live), static: mean(fixed) },
        worstLive: Math.min(...live),
        leastGain: Math.min(...each.map((one) => one.live - one.static)),
      });
      console.error(JSON.stringify(rows.at(-1)));
    } finally {
      discard(dir);
    }
  }
  return rows;
};

/** Order and flags of label issues on one block and on all; cleanlab on the same where WINNOW_PYTHON has it. */
export const sameFeaturesBench = async () => {
  const python = process.env.WINNOW_PYTHON;
  const all = flips();
  const rows = [];
  for (const set of sets) {
    const dir = scratch();
    try {
      linkTree(path.join(shared, 'data', set), path.join(dir, 'photos'));
      plantDataset(dir, set, []);
      winnow(['train', dir, '--backbone', mobilenet]);
      const flipsFile = path.join(dir, 'flips.json');
      writeFileSync(flipsFile, JSON.stringify(all.filter((flip) => flip.set === set)));
      const told = await runBundled('sameFeatures', [dir, path.join(bundles, 'engine.mjs'), flipsFile, dir]);
      writeFileSync(path.join(dir, 'told.json'), JSON.stringify(told));
      const theirs = python ? cleanlabOn(python, dir) : null;
      const trials = told.results.map((row, at) => ({ ...row, theirs: theirs?.[at] }));
      const keys = new Set(trials.map(({ kind, rate, features }) => JSON.stringify([kind, rate, features])));
      for (const key of keys) {
        const [kind, rate, features] = JSON.parse(key);
        const some = trials.filter((one) => one.kind === kind && one.rate === rate && one.features === features);
        const meanOf = (of) => Math.round(1000 * mean(some.map(of))) / 1000;
        rows.push({
          ...{ set, kind, rate, features },
          ap: meanOf((one) => one.ap),
          ceiling: meanOf((one) => one.ceiling),
          flags: [meanOf((one) => one.precision), meanOf((one) => one.recall)],
          ...(theirs && {
            cleanlabAp: meanOf((one) => one.theirs.ap),
            cleanlabFlags: [meanOf((one) => one.theirs.precision), meanOf((one) => one.theirs.recall)],
          }),
        });
        console.error(JSON.stringify(rows.at(-1)));
      }
    } finally {
      discard(dir);
    }
  }
  return rows;
};

const cleanlabOn = (python, dir) => {
  const result = spawnSync(python, [path.join(root, 'scripts', 'bench', 'byCleanlab.py'), dir], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (result.status !== 0) throw new Error(result.stderr);
  return JSON.parse(result.stdout);
};
