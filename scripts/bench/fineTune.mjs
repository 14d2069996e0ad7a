// Fine-tuning beside the predictor on grouped folds, beside fastai's own answers on its split, and its time beside fastai's.
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../prepare.mjs';
import { seeded } from '../seeded.mjs';
import { buildBinding, lacking } from '../tfnode/build.mjs';
import { discard, linkTree, mean, mobilenet, photosOf, scratch, sets, shared, winnow } from './product.mjs';
import { runBundled } from './speed.mjs';

const network = ['--backbone', mobilenet];
const seeds = (process.env.WINNOW_SEEDS ?? '1').split(',').map(Number);
const onlySets = (process.env.WINNOW_SETS ?? sets.join(',')).split(',');
const more = (process.env.WINNOW_FINE_TUNE ?? '').split(' ').filter(Boolean);
const folds = 5;
/** Where the answers about each photo are added, a line a photo; what is there already is not computed again. */
const rowsFile = process.env.WINNOW_ROWS;

/** A copy of the set whose sides are what `isValid` says. */
const arranged = (set, isValid) => {
  const dir = scratch();
  linkTree(path.join(shared, 'data', set), dir);
  const rows = photosOf(set).map(({ path: file }) => `${file},${isValid(file) ? 'valid' : 'train'}`);
  writeFileSync(path.join(dir, 'sides.csv'), ['path,split', ...rows].join('\n') + '\n');
  const split = { by: 'csv', file: 'sides.csv', path: 'path', column: 'split' };
  writeFileSync(path.join(dir, 'winnow.json'), JSON.stringify({ version: 1, split }));
  return dir;
};

const argmax = (row) => row.indexOf(Math.max(...row));
const blended = (a, b) => a.map((p, at) => Math.sqrt(Math.max(p, 1e-7) * Math.max(b[at], 1e-7)));
const rowsOf = (file) => new Map(JSON.parse(readFileSync(file, 'utf8')).rows.map((row) => [row.id, row]));

/** Each validation photo: right by the predictor that was fitted on the others, by the network, by both. */
const judge = (set, isValid, seed) => {
  const dir = arranged(set, isValid);
  try {
    // The predictor is the same whatever else the judge looks at.
    const trained = winnow(['train', dir, ...network, '--views', '1']).out;
    const tuned = winnow(['fine-tune', dir, ...network, '--seed', String(seed), '--device', 'cpu', ...more]).out;
    console.error(
      set,
      tuned.epochs.map(({ epoch, validLoss, accuracy }) => [epoch, validLoss, accuracy].join(' ')),
    );
    const predictor = rowsOf(path.join(dir, '.winnow', 'runs', trained.run, 'validation.json'));
    const own = rowsOf(path.join(path.dirname(tuned.model), 'validation.json'));
    const { items } = JSON.parse(readFileSync(path.join(dir, '.winnow', 'runs', trained.run, 'items.json'), 'utf8'));
    const groups = new Map(items.map(({ id, group }) => [id, group]));
    return [...own].map(([id, { label, probabilities }]) => {
      const before = predictor.get(id).probabilities;
      return {
        id,
        group: `${set} ${groups.get(id)}`,
        predictor: argmax(before) === label,
        network: argmax(probabilities) === label,
        together: argmax(blended(before, probabilities)) === label,
      };
    });
  } finally {
    discard(dir);
  }
};

const groupBy = (rows, keyOf) => {
  const groups = new Map();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return groups;
};

/** Mean of after − before in points, and the central 95 % over draws of whole groups. */
const paired = (rows, before, after) => {
  const groups = groupBy(rows, (row) => row.group);
  const list = [...groups.values()].map((own) => ({
    gain: own.reduce((sum, row) => sum + Number(row[after]) - Number(row[before]), 0),
    size: own.length,
  }));
  const random = seeded(42);
  const draws = Array.from({ length: 2000 }, () => {
    let [gain, size] = [0, 0];
    for (let at = 0; at < list.length; at++) {
      const drawn = list[Math.floor(random.next() * list.length)];
      gain += drawn.gain;
      size += drawn.size;
    }
    return (100 * gain) / size;
  }).sort((a, b) => a - b);
  return {
    mean: 100 * mean(rows.map((row) => Number(row[after]) - Number(row[before]))),
    low: draws[50],
    high: draws[1949],
  };
};

/** Folds of whole groups, as even as shuffling makes them. */
const foldsOf = (set, seed) => {
  const dir = arranged(set, () => false);
  try {
    const { run } = winnow(['train', dir, ...network]).out;
    const { items } = JSON.parse(readFileSync(path.join(dir, '.winnow', 'runs', run, 'items.json'), 'utf8'));
    const pathOf = new Map(
      winnow(['top-losses', dir, '--top', '100000']).out.items.map((item) => [item.id, item.path]),
    );
    const random = seeded(seed);
    const groups = [...groupBy(items, ({ group }) => group).values()]
      .map((own) => ({ own, at: random.next() }))
      .sort((a, b) => a.at - b.at);
    const foldOf = new Map();
    groups.forEach(({ own }, at) => own.forEach(({ id }) => foldOf.set(pathOf.get(id), at % folds)));
    return foldOf;
  } finally {
    discard(dir);
  }
};

const shares = (rows) => ({
  photos: rows.length,
  predictor: mean(rows.map((row) => Number(row.predictor))),
  network: mean(rows.map((row) => Number(row.network))),
  together: mean(rows.map((row) => Number(row.together))),
});

/** Answers of earlier runs, where they are kept. */
const knownRows = () =>
  rowsFile && existsSync(rowsFile)
    ? readFileSync(rowsFile, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    : [];

export const fineTuneBench = () => {
  const all = knownRows();
  for (const set of onlySets) {
    for (const seed of seeds) {
      const done = new Set(all.filter((row) => row.set === set && row.seed === seed).map(({ fold }) => fold));
      if (done.size === folds) continue;
      const foldOf = foldsOf(set, seed);
      for (let fold = 0; fold < folds; fold++) {
        if (done.has(fold)) continue;
        const rows = judge(set, (file) => foldOf.get(file) === fold, seed).map((row) => ({ ...row, set, seed, fold }));
        if (rowsFile) appendFileSync(rowsFile, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
        all.push(...rows);
        console.error(set, 'seed', seed, 'fold', fold, JSON.stringify(shares(rows)));
      }
    }
  }
  return {
    settings: more,
    runs: groupBy(all, ({ set, seed, fold }) => [set, seed, fold].join(' ')).size,
    bySet: Object.fromEntries([...groupBy(all, ({ set }) => set)].map(([set, rows]) => [set, shares(rows)])),
    networkMinusPredictor: paired(all, 'predictor', 'network'),
    togetherMinusPredictor: paired(all, 'predictor', 'together'),
  };
};

const csv = (file) =>
  readFileSync(path.join(shared, 'data', file), 'utf8')
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(','));

/** On fastai's split, beside what fastai's `fine_tune(3)` of the same network answered, photo by photo. */
export const fastaiBench = async () => {
  const all = [];
  const bySet = {};
  for (const set of onlySets) {
    const sides = new Map(
      csv('splits.csv')
        .filter(([of]) => of === set)
        .map(([, file, side]) => [file, side]),
    );
    const theirs = new Map(
      csv('fastai_predictions.csv')
        .filter(([of, rate]) => of === set && Number(rate) === 0)
        .map(([, , file, label, prediction]) => [file, label === prediction]),
    );
    const dir = arranged(set, (file) => sides.get(file) === 'valid');
    const ids = new Map();
    try {
      winnow(['train', dir, ...network]);
      for (const item of winnow(['top-losses', dir, '--top', '100000']).out.items) ids.set(item.id, item.path);
    } finally {
      discard(dir);
    }
    const rows = judge(set, (file) => sides.get(file) === 'valid', seeds[0]).flatMap((row) => {
      const fastai = theirs.get(ids.get(row.id));
      return fastai === undefined ? [] : [{ ...row, fastai }];
    });
    bySet[set] = { ...shares(rows), fastai: mean(rows.map((row) => Number(row.fastai))) };
    console.error(set, JSON.stringify(bySet[set]));
    all.push(...rows);
  }
  return {
    settings: more,
    bySet,
    networkMinusFastai: paired(all, 'fastai', 'network'),
    togetherMinusFastai: paired(all, 'fastai', 'together'),
  };
};

/** Seconds of the same work: `--recipe fastai`, one frozen epoch and three, batch 32, and fastai itself where Python has it. */
export const fineTuneTimeBench = async () => {
  const python = process.env.WINNOW_PYTHON;
  const set = onlySets[0];
  const dir = arranged(set, (file) =>
    csv('splits.csv').some(([of, name, side]) => of === set && name === file && side === 'valid'),
  );
  const same = ['--epochs', '3', '--batch', '32', '--device', 'cpu'];
  try {
    const timed = (recipe) => winnow(['fine-tune', dir, ...network, ...same, '--recipe', recipe]).wallMs / 1000;
    const seconds = { winnow: timed('winnow'), winnowAsFastai: timed('fastai') };
    if (!python) return { set, seconds };
    const work = scratch();
    try {
      cpSync(path.join(shared, 'peers'), path.join(work, 'peers'), { recursive: true });
      for (const part of ['data', 'models']) linkTree(path.join(shared, part), path.join(work, part));
      mkdirSync(path.join(work, 'peers', 'cache'), { recursive: true });
      writeFileSync(path.join(work, 'peers', 'cache', 'check.ok'), '');
      const started = performance.now();
      const run = spawnSync(python, ['fastai_bench.py', `../data/${set}`, '3'], {
        cwd: path.join(work, 'peers'),
        encoding: 'utf8',
      });
      if (run.status !== 0) throw new Error(run.stderr);
      const told = JSON.parse(run.stdout.split('\n').find((line) => line.startsWith('{')));
      const fastai = told.seconds;
      return {
        set,
        seconds: { ...seconds, fastai, fastaiWithItsStart: (performance.now() - started) / 1000 },
        ratio: seconds.winnow / fastai,
        ratioAsFastai: seconds.winnowAsFastai / fastai,
      };
    } finally {
      discard(work);
    }
  } finally {
    discard(dir);
  }
};

/** One step of the whole network on `WINNOW_DEVICE`, `WINNOW_BATCH` photos, and PyTorch's on the same device where Python has it. */
export const stepsBench = async () => {
  const device = process.env.WINNOW_DEVICE ?? 'cpu';
  const batch = process.env.WINNOW_BATCH ?? (device === 'cpu' ? '8' : '64');
  const [winnow] = await runBundled('trainers', [mobilenet, device, batch, device === 'cpu' ? '8' : '60']);
  const python = process.env.WINNOW_PYTHON;
  if (!python) return { winnow };
  const script = path.join(root, 'scripts', 'bench', 'byTorch.py');
  const run = spawnSync(python, [script, device === 'cpu' ? 'cpu' : 'cuda', batch], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  return { winnow, torch: JSON.parse(run.stdout) };
};

/** A step by onnxruntime and by TensorFlow.js on the processor, in turn. */
export const trainersBench = async () => {
  const missing = lacking();
  if (missing.length > 0) throw new Error(`Building the binding of TensorFlow.js needs ${missing.join(', ')}.`);
  const home = scratch();
  try {
    const scope = path.join(home, 'data', 'tensorflow', 'node_modules', '@tensorflow');
    mkdirSync(scope, { recursive: true });
    const built = path.join(buildBinding(), 'node_modules', '@tensorflow', 'tfjs-node');
    symlinkSync(built, path.join(scope, 'tfjs-node-gpu'), 'dir');
    return await runBundled('trainers', [mobilenet, 'cpu,cuda'], { WINNOW_HOME: home });
  } finally {
    discard(home);
  }
};
