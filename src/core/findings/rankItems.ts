/** The ranking that everything shown is drawn from, made of two models' held-out rows (JUDGE §§ 1, 2, 4). */

import { byCodePoint } from '../../base/compare.js';
import type { ItemId } from '../dataset/item.js';
import { argmax } from '../metrics/accuracy.js';
import { natsOf } from '../metrics/nats.js';
import { labelIssues } from './labelIssues.js';
import type { RankedItem, Ranking, UnlabelledItem } from './ranking.js';

export interface RankInput {
  readonly run: string;
  readonly vocab: readonly string[];
  /** Items in row order; `label` an index into `vocab`, null = none; `isOut` = trashed or set aside. */
  readonly items: readonly {
    readonly id: ItemId;
    readonly group: ItemId;
    readonly label: number | null;
    readonly isOut: boolean;
  }[];
  /** [n, vocab.length] each. */
  readonly predictor: ArrayLike<number>;
  readonly judge: ArrayLike<number>;
  /** ε of the judge, and the number of classes it could answer with. */
  readonly epsilon: number;
  readonly classes: number;
}

/** 1 − q(label), q(k) ∝ p(k)·(1 − ε if k is the label, else ε/(K − 1)). */
export const wrongProbability = (p: number, epsilon: number, classes: number): number => {
  const right = p * (1 - epsilon);
  const wrong = ((1 - p) * epsilon) / Math.max(1, classes - 1);
  return right + wrong === 0 ? 1 : wrong / (right + wrong);
};

export const rankItems = (input: RankInput): Ranking => {
  const { vocab, items, predictor, judge } = input;
  const width = vocab.length;
  const labelled: number[] = [];
  const unlabelled: UnlabelledItem[] = [];
  items.forEach((item, row) => {
    if (item.isOut) return;
    if (item.label !== null) {
      labelled.push(row);
      return;
    }
    const prediction = argmax(predictor, row * width, width);
    unlabelled.push({
      id: item.id,
      suggestion: argmax(judge, row * width, width),
      prediction,
      probability: predictor[row * width + prediction]!,
    });
  });
  const labels = labelled.map((row) => items[row]!.label!);
  const isIssue = labelIssues(rowsOf(judge, labelled, width, items.length), labels, width);
  const ranked = labelled.map((row, at): RankedItem => {
    const { id, group } = items[row]!;
    const label = labels[at]!;
    const start = row * width;
    const p = judge[start + label]!;
    const suggestion = argmax(judge, start, width);
    const prediction = argmax(predictor, start, width);
    const second = nextBest(predictor, start, width, prediction);
    return {
      id,
      label,
      lossNats: natsOf(p),
      surprise: Math.round(100 * (1 - p)),
      suggestion: suggestion === label ? null : suggestion,
      prediction,
      probability: predictor[start + prediction]!,
      labelProbability: predictor[start + label]!,
      second,
      secondProbability: second === prediction ? 0 : predictor[start + second]!,
      isLabelIssue: isIssue[at]!,
      wrongProbability: wrongProbability(p, input.epsilon, input.classes),
      leftOut: group,
    };
  });
  ranked.sort((a, b) => b.lossNats - a.lossNats || byCodePoint(a.id, b.id));
  unlabelled.sort((a, b) => byCodePoint(a.id, b.id));
  return { run: input.run, vocab, items: ranked, unlabelled };
};

/** Those of `rows`, in that order; what is there itself where that is all of them. */
const rowsOf = (values: ArrayLike<number>, rows: readonly number[], width: number, all: number): ArrayLike<number> => {
  if (rows.length === all) return values;
  const out = new Float64Array(rows.length * width);
  rows.forEach((row, at) => {
    for (let c = 0; c < width; c++) out[at * width + c] = values[row * width + c]!;
  });
  return out;
};

/** The most probable class but `best`; `best` itself where there is no other. */
const nextBest = (rows: ArrayLike<number>, start: number, width: number, best: number): number => {
  let second = best === 0 && width > 1 ? 1 : 0;
  for (let c = 0; c < width; c++) if (c !== best && rows[start + c]! > rows[start + second]!) second = c;
  return second;
};
