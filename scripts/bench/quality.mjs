// Accuracy on clean labels, and planted wrong labels found, beside cleanlab's figures on the same photos and flips.
import path from 'node:path';
import {
  averagePrecision,
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

/** ../shared/data/README.md: 5-fold logistic regression (best C) on the same features; cleanlab's default ranking and filter on it. */
const logistic = { bears: 0.988, trashnet: 0.783, caltech8: 0.909 };
const cleanlab = {
  'bears random 0.05': [0.998, 0.98, 0.81],
  'bears random 0.1': [0.999, 0.98, 0.92],
  'bears confusable 0.05': [0.995, 0.98, 0.84],
  'bears confusable 0.1': [0.997, 0.97, 0.94],
  'trashnet random 0.05': [0.651, 0.23, 0.83],
  'trashnet random 0.1': [0.719, 0.4, 0.79],
  'trashnet confusable 0.05': [0.439, 0.22, 0.69],
  'trashnet confusable 0.1': [0.528, 0.34, 0.71],
  'caltech8 random 0.05': [0.932, 0.5, 0.76],
  'caltech8 random 0.1': [0.93, 0.66, 0.8],
  'caltech8 confusable 0.05': [0.802, 0.42, 0.71],
  'caltech8 confusable 0.1': [0.863, 0.62, 0.77],
};

export const accuracyBench = () => {
  const rows = [];
  for (const set of sets) {
    const dir = scratch();
    try {
      linkTree(path.join(shared, 'data', set), path.join(dir, 'photos'));
      plantDataset(dir, set, []);
      const { out } = winnow(['train', dir, '--backbone', mobilenet]);
      rows.push({
        set,
        items: out.items,
        logistic: logistic[set],
        predictor: out.outOfFold.accuracy,
        judge: out.judge.accuracy,
        loss: out.outOfFold.loss,
        ece: out.outOfFold.ece,
        validation: out.validation.accuracy,
      });
    } finally {
      discard(dir);
    }
  }
  return rows;
};

export const flipsBench = ({ seeds = 5 } = {}) => {
  const all = flips();
  const rows = [];
  for (const set of sets) {
    const dir = scratch();
    try {
      linkTree(path.join(shared, 'data', set), path.join(dir, 'photos'));
      for (const kind of ['random', 'confusable']) {
        for (const rate of [0.05, 0.1]) {
          const each = [];
          for (let seed = 0; seed < seeds; seed++) {
            const wrong = all.filter((f) => f.set === set && f.kind === kind && f.rate === rate && f.seed === seed);
            plantDataset(dir, set, wrong);
            winnow(['train', dir, '--backbone', mobilenet]);
            const { out } = winnow(['top-losses', dir, '--top', '1000000']);
            const isWrong = new Set(wrong.map((flip) => `photos/${flip.path}`));
            const hits = out.items.map((item) => [item.path, ...item.copies].some((name) => isWrong.has(name)));
            const flagged = winnow(['findings', dir, '--kind', 'label-issue']).out.findings;
            const right = flagged.filter((finding) => isWrong.has(finding.items[0].path)).length;
            each.push({
              ap: averagePrecision(hits),
              flagged: flagged.length,
              precision: right / Math.max(1, flagged.length),
              recall: right / wrong.length,
            });
          }
          const [ap, precision, recall] = cleanlab[`${set} ${kind} ${rate}`];
          rows.push({
            set,
            kind,
            rate,
            ap: mean(each.map((e) => e.ap)),
            cleanlabAp: ap,
            flagged: mean(each.map((e) => e.flagged)),
            precision: mean(each.map((e) => e.precision)),
            recall: mean(each.map((e) => e.recall)),
            cleanlabPrecision: precision,
            cleanlabRecall: recall,
          });
          console.error(JSON.stringify(rows.at(-1)));
        }
      }
    } finally {
      discard(dir);
    }
  }
  return rows;
};
