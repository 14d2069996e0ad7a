// What answers are worth and what they cost: calibration against a perfect model's, and `predict` on 1,000 new files against the bare engine.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
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
import { runBundled } from './speed.mjs';

/** Calibration error of held-out rows and its 95th percentile for a perfect model with the same confidences. */
export const calibrationBench = () => {
  const rows = [];
  for (const set of sets) {
    const dir = scratch();
    try {
      linkTree(path.join(shared, 'data', set), path.join(dir, 'photos'));
      for (const [backbone, args] of [
        ['embedded', []],
        ['mobilenet', ['--backbone', mobilenet]],
      ]) {
        plantDataset(dir, set, []);
        const { out } = winnow(['train', dir, ...args], { WINNOW_HOME: path.join(dir, 'home') });
        const { accuracy, ece, perfectEce } = out.outOfFold;
        rows.push({ set, backbone, photos: out.items, accuracy, ece, perfectEce, isWithin: ece <= perfectEce });
        console.error(JSON.stringify(rows.at(-1)));
      }
    } finally {
      discard(dir);
    }
  }
  return rows;
};

/** The same files through `predict` and through the engine's embedding alone, each with a cold engine, in turn. */
export const predictBench = async ({ count = 1000, rounds = 3 } = {}) => {
  const dir = scratch();
  const env = { WINNOW_HOME: path.join(dir, 'home') };
  try {
    linkTree(path.join(shared, 'data', 'bears'), path.join(dir, 'model', 'photos'));
    plantDataset(path.join(dir, 'model'), 'bears', []);
    winnow(['train', path.join(dir, 'model'), '--backbone', mobilenet, '--views', '1'], env);
    const all = sets.flatMap((set) =>
      photosOf(set).map((photo) => ({ set, file: path.join(shared, 'data', set, photo.path) })),
    );
    const files = all.slice(0, count).map(({ set, file }, at) => {
      const to = path.join(dir, 'new', set, `${String(at)}${path.extname(file)}`);
      mkdirSync(path.dirname(to), { recursive: true });
      // A byte behind the end: a file that the model has not seen.
      writeFileSync(to, Buffer.concat([readFileSync(file), Buffer.from([0])]));
      return to;
    });
    const measured = [];
    for (let round = 0; round < rounds; round++) {
      const bare = winnow(['train', path.join(dir, 'new'), '--backbone', mobilenet, '--views', '1'], {
        WINNOW_HOME: path.join(dir, `bare-${String(round)}`),
      });
      const asked = winnow(['predict', path.join(dir, 'model'), ...files], env);
      // What a cold engine costs before the first picture; the editor's is warm.
      const { wallMs: startMs } = winnow(['predict', path.join(dir, 'model'), files[0]], env);
      const failed = asked.out.predictions.filter((answer) => 'error' in answer).length;
      measured.push({
        bareMs: bare.out.timingMs.embed,
        predictMs: asked.wallMs,
        startMs,
        failed,
        share: bare.out.timingMs.embed / (asked.wallMs - startMs),
      });
      console.error(JSON.stringify(measured.at(-1)));
    }
    measured.sort((a, b) => a.share - b.share);
    const cancel = await runBundled(
      'cancel',
      [path.join(dir, 'model'), path.join(bundles, 'engine.mjs'), ...files],
      env,
    );
    return { files: files.length, cancel, ...measured[Math.floor(rounds / 2)] };
  } finally {
    discard(dir);
  }
};
