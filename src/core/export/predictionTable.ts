/** Answers of the prediction pane as files for other programs. */

import type { FailedPrediction, Prediction } from '../predict/prediction.js';
import { csvText } from './answersCsv.js';

type Answers = readonly (Prediction | FailedPrediction)[];

/** One row an answer; a column `p(CLASS)` a class of any of them, in the order in which they appear. */
export const predictionCsv = (answers: Answers): string => {
  const classes = [
    ...new Set(answers.flatMap((answer) => ('error' in answer ? [] : Object.keys(answer.probabilities)))),
  ];
  const head = [
    'file',
    'prediction',
    'certainty',
    'in_domain_percentile',
    'next_class',
    'difference_percentile',
    'error',
  ];
  const rows = answers.map((answer) => {
    if ('error' in answer) return [answer.path, '', '', '', '', '', answer.error.message, ...classes.map(() => '')];
    const { path, prediction, certainty, inDomain, difference, probabilities } = answer;
    return [
      path,
      prediction,
      certainty,
      inDomain?.percentile.toFixed(1) ?? '',
      difference?.other ?? '',
      difference?.percentile.toFixed(1) ?? '',
      '',
      ...classes.map((label) => (Object.hasOwn(probabilities, label) ? (probabilities[label] ?? 0).toFixed(6) : '')),
    ];
  });
  return csvText([[...head, ...classes.map((label) => `p(${label})`)], ...rows]);
};

/** One answer a line, as `predict --json` has them. */
export const predictionLines = (answers: Answers): string =>
  answers.map((answer) => `${JSON.stringify(answer)}\n`).join('');
