// The judge on planted wrong labels, on one block and on all, with its ceiling; writes the same features and labels for cleanlab.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { currentRanking } from '../../src/app/currentRanking.js';
import { OpenDataset } from '../../src/app/openDataset.js';
import { labelIssues } from '../../src/core/findings/labelIssues.js';
import { averagePrecision } from '../../src/core/metrics/averagePrecision.js';
import { widthOf, type FeatureBlock } from '../../src/core/training/featureBlock.js';
import { fitModel } from '../../src/core/training/fitModel.js';
import { prepareBlock } from '../../src/core/training/preparedBlock.js';
import { openRun } from '../../src/engine/fit/openRun.js';
import { createLinearAlgebra } from '../../src/engine/session/createLinearAlgebra.js';
import { openStore } from '../../src/node/datasetStore.js';
import { EngineProcess } from '../../src/node/engineProcess.js';

interface Flip {
  readonly kind: string;
  readonly rate: number;
  readonly seed: number;
  readonly path: string;
  readonly wrong: string;
}
/** `dir`: trained on the true labels. `flipsFile`: the set's flips. `out`: where features and labels go. */
const [dir = '', bundle = '', flipsFile = '', out = ''] = process.argv.slice(2);
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const engine = new EngineProcess({ bundle: path.resolve(bundle), nodePath: null, rung: 'auto', log: silent });
const dataset = new OpenDataset(await openStore(path.resolve(dir)), engine, silent);
const ranked = await currentRanking(dataset);
if (!ranked) throw new Error('train first');
const { run } = ranked.config;
const algebra = createLinearAlgebra();
const { items, blocks, groups, record } = await openRun(algebra, {
  run,
  runDir: dataset.store.runs.dirOf(run),
  cacheDir: dataset.store.cacheDir,
});
const { vocab, seed } = record;
const { scan } = await dataset.snapshot();
const pathsOf = new Map(scan.items.map(({ id, paths }) => [id, paths]));
const truth = Int32Array.from(items, ({ id }) => vocab.indexOf(pathsOf.get(id)![0]!.split('/')[1]!));
const rows = Int32Array.from(items.keys());

const blockSets: Readonly<Record<string, readonly FeatureBlock[]>> = {
  one: blocks.filter(({ id }) => id === 'a'),
  all: blocks,
};
const prepared = new Map(
  await Promise.all(
    blocks.map(async (block) => [block.id, await prepareBlock(algebra, block, rows, { seed })] as const),
  ),
);
const judge = async (labels: Int32Array, some: readonly FeatureBlock[]): Promise<Float64Array> => {
  const task = { blocks: some.map(({ id }) => prepared.get(id)!), vocab, labels, groups, seed, hasVotes: true };
  return (await fitModel(algebra, task)).probabilities;
};
const clean = new Map(
  await Promise.all(Object.entries(blockSets).map(async ([name, some]) => [name, await judge(truth, some)] as const)),
);

const flips = JSON.parse(readFileSync(flipsFile, 'utf8')) as readonly Flip[];
const trials = [...new Set(flips.map(({ kind, rate, seed: s }) => `${kind} ${rate} ${s}`))];
const results = [];
for (const trial of trials) {
  const wrong = new Map(
    flips
      .filter(({ kind, rate, seed: s }) => `${kind} ${rate} ${s}` === trial)
      .map((flip) => [`photos/${flip.path}`, vocab.indexOf(flip.wrong)]),
  );
  const labels = truth.map((label, row) => {
    const flipped = pathsOf.get(items[row]!.id)!.find((name) => wrong.has(name));
    return flipped === undefined ? label : wrong.get(flipped)!;
  });
  const isWrong = labels.map((label, row) => (label === truth[row] ? 0 : 1));
  const planted = isWrong.reduce((a, b) => a + b, 0);
  const orderedBy = (probabilities: Float64Array): number => {
    const surprise = Array.from(labels, (label, row) => 1 - probabilities[row * vocab.length + label]!);
    return averagePrecision(
      Array.from(isWrong, (is) => is === 1),
      surprise,
    )!;
  };
  for (const [features, some] of Object.entries(blockSets)) {
    const probabilities = await judge(labels, some);
    const flagged = labelIssues(probabilities, [...labels], vocab.length);
    const right = flagged.filter((is, row) => is && isWrong[row] === 1).length;
    const [kind, rate, at] = trial.split(' ');
    results.push({
      ...{ kind, rate: Number(rate), seed: Number(at), features },
      ap: orderedBy(probabilities),
      ceiling: orderedBy(clean.get(features)!),
      flagged: flagged.filter(Boolean).length,
      precision: right / Math.max(1, flagged.filter(Boolean).length),
      recall: right / planted,
      labels: [...labels],
    });
  }
}
for (const [name, some] of Object.entries(blockSets)) {
  some.forEach((block, at) => writeFileSync(path.join(out, `${name}.${at}.f32`), block.rows.read(rows)));
}
console.log(
  JSON.stringify({
    n: items.length,
    widths: Object.fromEntries(Object.entries(blockSets).map(([name, some]) => [name, some.map(widthOf)])),
    truth: [...truth],
    results,
  }),
);
dataset.dispose();
engine.dispose();
