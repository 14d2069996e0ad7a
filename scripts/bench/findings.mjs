// Planted copies, strangers and bad light, found by the product's own command line; with cleanvision beside it where Python has it.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { seeded } from '../seeded.mjs';
import { averagePrecision, discard, linkTree, mobilenet, photosOf, scratch, sets, shared, winnow } from './product.mjs';

const variants = {
  resize: (image, { width }) => image.resize({ width: Math.max(16, Math.round(width / 2)) }).jpeg({ quality: 90 }),
  jpeg30: (image) => image.jpeg({ quality: 30 }),
  crop5: (image, { width, height }) =>
    image
      .extract({
        left: Math.round(width * 0.025),
        top: Math.round(height * 0.025),
        width: Math.max(1, Math.floor(width * 0.95)),
        height: Math.max(1, Math.floor(height * 0.95)),
      })
      .jpeg({ quality: 90 }),
  mirror: (image) => image.flop().jpeg({ quality: 90 }),
  border: (image, { width, height }) =>
    image
      .extend({
        top: Math.round(height * 0.04),
        bottom: Math.round(height * 0.04),
        left: Math.round(width * 0.04),
        right: Math.round(width * 0.04),
        background: '#ffffff',
      })
      .jpeg({ quality: 90 }),
};
const spoilt = {
  dark: (image) => image.linear(0.2, 0),
  light: (image) => image.linear(0.05, 243),
  blurry: (image) => image.resize(400, 400, { fit: 'inside' }).blur(24),
  gray: (image) => image.toColourspace('b-w'),
};

/** `count` of the list, drawn by seed. */
const take = (list, count, seed) => {
  const random = seeded(seed);
  return list
    .map((value) => ({ value, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .slice(0, count)
    .map(({ value }) => value);
};
const pictureOf = async (file) => {
  const { data, info } = await sharp(file, { autoOrient: true })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .toBuffer({ resolveWithObject: true });
  return { image: sharp(data), info };
};
const copySet = (set) => {
  const dir = scratch();
  linkTree(path.join(shared, 'data', set), dir);
  return dir;
};
const trained = (dir) => winnow(['train', dir, '--backbone', mobilenet, '--views', '1']).out.run;

/** Recall of planted copies a kind of change, and pairs of photos that nobody planted. */
const nearDuplicates = async (set) => {
  const dir = copySet(set);
  try {
    trained(dir);
    const before = families(dir);
    const chosen = take(photosOf(set), 40, 42);
    for (const photo of chosen) {
      const { image, info } = await pictureOf(path.join(shared, 'data', set, photo.path));
      for (const [name, change] of Object.entries(variants)) {
        await change(image.clone(), info).toFile(path.join(dir, `${photo.path}__${name}.jpg`));
      }
    }
    trained(dir);
    const found = families(dir);
    const isTogether = (a, b) => found.some((family) => family.has(a) && family.has(b));
    const recall = Object.fromEntries(
      Object.keys(variants).map((name) => [
        name,
        chosen.filter(({ path: own }) => isTogether(own, `${own}__${name}.jpg`)).length / chosen.length,
      ]),
    );
    return { set, photos: photosOf(set).length, familiesBefore: before.map((family) => [...family]), recall };
  } finally {
    discard(dir);
  }
};
const families = (dir) =>
  winnow(['findings', dir, '--kind', 'near-duplicate', 'leak', 'label-conflict', 'exact-duplicate']).out.findings.map(
    (finding) => new Set(finding.items.map((item) => item.path)),
  );

/** Average precision of strangeness for photos of other sets, 3 %, under labels drawn at random. */
const strangers = (set, seed) => {
  const dir = copySet(set);
  try {
    const own = photosOf(set);
    const vocab = [...new Set(own.map(({ label }) => label))];
    const random = seeded(seed);
    const others = sets
      .filter((other) => other !== set)
      .flatMap((other) => photosOf(other).map((p) => [other, p.path]));
    const planted = take(others, Math.round(0.03 * own.length), seed).map(([other, file], at) => {
      const name = `${vocab[random.below(vocab.length)]}/planted-${at}${path.extname(file)}`;
      writeFileSync(path.join(dir, name), readFileSync(path.join(shared, 'data', other, file)));
      return name;
    });
    const run = trained(dir);
    const runDir = path.join(dir, '.winnow', 'runs', run);
    const { items } = JSON.parse(readFileSync(path.join(runDir, 'items.json'), 'utf8'));
    const { strangeness, isOutlier } = JSON.parse(readFileSync(path.join(runDir, 'oddness.json'), 'utf8'));
    const pathOf = new Map(winnow(['top-losses', dir, '--top', '1000000']).out.items.map((row) => [row.id, row.path]));
    const order = [...items.keys()].sort((a, b) => (strangeness[b] ?? 0) - (strangeness[a] ?? 0));
    const isPlanted = (row) => planted.includes(pathOf.get(items[row].id));
    const flagged = [...items.keys()].filter((row) => isOutlier[row]);
    return {
      set,
      seed,
      planted: planted.length,
      ap: averagePrecision(order.map(isPlanted)),
      flagged: flagged.length,
      flaggedPlanted: flagged.filter(isPlanted).length,
    };
  } finally {
    discard(dir);
  }
};

/** The share of photos on which Winnow and cleanvision agree, a kind: originals and some spoilt on purpose. */
const agreement = async (set, python) => {
  const dir = copySet(set);
  try {
    for (const photo of take(photosOf(set), 40, 7)) {
      const { image } = await pictureOf(path.join(shared, 'data', set, photo.path));
      for (const [name, change] of Object.entries(spoilt)) {
        await change(image.clone())
          .jpeg({ quality: 92 })
          .toFile(path.join(dir, `${photo.path}__${name}.jpg`));
      }
    }
    winnow(['verify', dir]);
    const { findings, properties } = winnow(['findings', dir]).out;
    const said = spawnSync(python, ['-c', cleanvision, dir], { encoding: 'utf8', maxBuffer: 1 << 28 });
    if (said.status !== 0) return { set, error: said.stderr.split('\n').at(-2) };
    const theirs = JSON.parse(said.stdout.slice(said.stdout.indexOf('\n{') + 1));
    const files = Object.keys(theirs);
    const kinds = {
      dark: 'dark',
      light: 'light',
      blurry: 'blurry',
      'low-information': 'low_information',
      grayscale: 'grayscale',
      'odd-aspect': 'odd_aspect_ratio',
      'odd-size': 'odd_size',
    };
    return {
      set,
      files: files.length,
      properties,
      kinds: Object.fromEntries(
        Object.entries(kinds).map(([own, their]) => {
          const flagged = new Set(
            findings.filter(({ kind }) => kind === own).flatMap(({ items }) => items.map((i) => i.path)),
          );
          const both = files.filter((file) => flagged.has(file) && theirs[file][their]).length;
          const same = files.filter((file) => flagged.has(file) === theirs[file][their]).length;
          const many = files.filter((file) => theirs[file][their]).length;
          return [own, { agree: same / files.length, winnow: flagged.size, cleanvision: many, both }];
        }),
      ),
    };
  } finally {
    discard(dir);
  }
};
const cleanvision = `
import sys, os, json
from cleanvision import Imagelab
root = sys.argv[1]
files = [os.path.join(d, f) for d, _, fs in os.walk(root) if '.winnow' not in d for f in fs if f.lower().endswith(('.jpg', '.jpeg', '.png', '.webp', '.gif'))]
lab = Imagelab(filepaths=files)
lab.find_issues({k: {} for k in ['dark', 'light', 'blurry', 'low_information', 'grayscale', 'odd_aspect_ratio', 'odd_size']}, n_jobs=1, verbose=False)
flags = {os.path.relpath(p, root): {c[3:-6]: bool(r[c]) for c in lab.issues.columns if c.startswith('is_')} for p, r in lab.issues.iterrows()}
print()
print(json.dumps(flags))
`;

/** `WINNOW_PYTHON` names a Python with cleanvision; without it that column is left out. */
export const findingsBench = async ({ seeds = 3 } = {}) => {
  const python = process.env.WINNOW_PYTHON;
  const rows = {
    nearDuplicates: [],
    strangers: [],
    agreement: python ? [] : 'set WINNOW_PYTHON to a Python with cleanvision',
  };
  for (const set of sets) {
    rows.nearDuplicates.push(await nearDuplicates(set));
    for (let seed = 0; seed < seeds; seed++) rows.strangers.push(strangers(set, seed));
    if (python) rows.agreement.push(await agreement(set, python));
  }
  return rows;
};
