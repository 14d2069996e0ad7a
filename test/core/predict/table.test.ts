import { expect, it } from 'vitest';
import { predictionCsv, predictionLines } from '../../../src/core/export/predictionTable.js';
import type { FailedPrediction, Prediction } from '../../../src/core/predict/prediction.js';

const answer: Prediction = {
  path: 'a "b".jpg',
  prediction: '=1+1',
  probabilities: { '=1+1': 0.75, dog: 0.25 },
  basis: 'new',
  certainty: 'unsure',
  inDomain: { percentile: 41.26, isOutOfDomain: false },
  difference: { own: '=1+1', other: 'dog', margin: 0.1, percentile: 72 },
  nearest: [],
};
const failed: FailedPrediction = { path: 'c.jpg', error: { code: 'bad-image', message: 'It is cut, sadly.' } };

it('answers as CSV: a row each, a column a class, nothing that a spreadsheet would run', () => {
  const other: Prediction = { ...answer, path: 'd', probabilities: { fox: 1 }, inDomain: null, difference: null };
  expect(predictionCsv([answer, failed, other]).split('\r\n')).toEqual([
    '\ufefffile,prediction,certainty,in_domain_percentile,next_class,difference_percentile,error,p(=1+1),p(dog),p(fox)',
    `"a ""b"".jpg",'=1+1,unsure,41.3,dog,72.0,,0.750000,0.250000,`,
    'c.jpg,,,,,,"It is cut, sadly.",,,',
    `d,'=1+1,unsure,,,,,,,1.000000`,
    '',
  ]);
});

it('answers as JSON lines are those of predict', () => {
  const lines = predictionLines([answer, failed]).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([answer, failed]);
});
