// The sample dataset on the embedded backbone: whether it can be told apart, and whether planted wrong labels come first.
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { discard, scratch, winnow } from './product.mjs';
import { runBundled } from './speed.mjs';

/** A row a seed: held-out accuracy on true labels, of the mean colour alone, and planted wrong labels among the first 27. */
export const sampleBench = async ({ seeds = [1, 2, 3, 4, 5] } = {}) => {
  const rows = [];
  for (const seed of seeds) {
    const dir = scratch();
    try {
      const [planted, clean, keyFile] = [
        path.join(dir, 'planted'),
        path.join(dir, 'clean'),
        path.join(dir, 'key.json'),
      ];
      const env = { WINNOW_HOME: path.join(dir, 'home') };
      winnow(['sample', planted, '--seed', String(seed), '--key', keyFile], env);
      const { plain, meanColour } = await runBundled('sample', [String(seed), planted]);
      for (const { path: file, kind } of plain) {
        mkdirSync(path.join(clean, kind), { recursive: true });
        cpSync(path.join(planted, file), path.join(clean, kind, path.basename(file)));
      }
      const onTruth = winnow(['train', clean, '--backbone', 'embedded'], env).out;
      winnow(['train', planted, '--backbone', 'embedded'], env);
      const wrong = new Set(JSON.parse(readFileSync(keyFile, 'utf8')).planted['label-issue']);
      const top = winnow(['top-losses', planted, '--top', String(1.5 * wrong.size)], env).out.items;
      const found = top.filter((item) => wrong.has(item.path)).length;
      rows.push({
        seed,
        accuracy: onTruth.outOfFold.accuracy,
        judge: onTruth.judge.accuracy,
        meanColour,
        planted: wrong.size,
        found,
      });
      console.error(JSON.stringify(rows.at(-1)));
    } finally {
      discard(dir);
    }
  }
  return rows;
};
