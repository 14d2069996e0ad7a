// The sample dataset on the embedded backbone: whether it can be told apart, and whether planted mistakes are found.
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { countFound } from '../demo/countFound.mjs';
import { unlabelledIn } from '../demo/sample.mjs';
import { discard, scratch, winnow } from './product.mjs';
import { runBundled } from './speed.mjs';

/** A row a seed: held-out accuracy on true labels, of the mean colour alone, and what was found of what was planted. */
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
      const key = JSON.parse(readFileSync(keyFile, 'utf8'));
      const most = 1.5 * key.planted['label-issue'].length;
      const top = winnow(['top-losses', planted, '--top', String(most)], env).out.items;
      const { findings } = winnow(['findings', planted], env).out;
      const { predictions } = winnow(['predict', planted, ...unlabelledIn(planted)], env).out;
      rows.push({
        seed,
        accuracy: onTruth.outOfFold.accuracy,
        judge: onTruth.judge.accuracy,
        meanColour,
        ...countFound(key, { findings, top, predictions }),
        unseen: predictions.filter(({ certainty }) => certainty === 'unseen').length,
      });
      console.error(JSON.stringify(rows.at(-1)));
    } finally {
      discard(dir);
    }
  }
  return rows;
};
