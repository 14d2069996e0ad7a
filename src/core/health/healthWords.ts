/** What the health of a dataset is called: sentences for the page and for the command line (JUDGE § 4). */

import type { FindingKind } from '../findings/finding.js';
import type { Calibration } from '../metrics/calibrationBins.js';
import { percent } from '../metrics/percent.js';
import type { Interval } from '../metrics/groupedBootstrap.js';
import type { LeftOutHealth, LookAlikeHealth } from './healthReport.js';
import type { LeftOutReport } from './leftOut.js';

export const points = (share: number): string => {
  const value = Math.round(100 * share);
  return `${value < 0 ? '−' : ''}${String(Math.abs(value))}`;
};
export const between = ({ low, high }: Interval): string =>
  `${String(Math.round(100 * low))}–${String(Math.round(100 * high))} %`;
const count = (n: number, one: string, many = `${one}s`): string => `${n.toLocaleString('en')} ${n === 1 ? one : many}`;

const phrases: Readonly<Record<FindingKind, readonly [one: string, many: string]>> = {
  'label-conflict': ['picture lies under two labels', 'pictures lie under two labels'],
  'bad-image': ['file cannot be read as an image', 'files cannot be read as images'],
  'exact-duplicate': ['photo lies here more than once', 'photos lie here more than once'],
  'label-issue': ['label is probably wrong', 'labels are probably wrong'],
  leak: ['picture lies on two sides of the split', 'pictures lie on two sides of the split'],
  'near-duplicate': ['picture is there in several versions', 'pictures are there in several versions'],
  outlier: ['photo is unlike all others of its class', 'photos are unlike all others of their class'],
  'out-of-domain': ['photo is like nothing else here', 'photos are like nothing else here'],
  ambiguous: ['photo is as much one class as another', 'photos are as much one class as another'],
  'low-information': ['photo is nearly one flat colour', 'photos are nearly one flat colour'],
  dark: ['photo is nearly black', 'photos are nearly black'],
  light: ['photo is nearly white', 'photos are nearly white'],
  blurry: ['photo is blurred', 'photos are blurred'],
  grayscale: ['photo is without colour', 'photos are without colour'],
  tiny: ['photo is tiny', 'photos are tiny'],
  'odd-aspect': ['photo is oddly shaped', 'photos are oddly shaped'],
  'odd-size': ['photo is oddly large or small', 'photos are oddly large or small'],
  'underperforming-group': ['group of similar photos is known badly', 'groups of similar photos are known badly'],
  'class-imbalance': ['class has far fewer photos than the largest', 'classes have far fewer photos than the largest'],
  shortcut: ['thing beside the subject tells the classes apart', 'things beside the subject tell the classes apart'],
};
/** What follows the number of findings of a kind. */
export const findingPhrase = (kind: FindingKind, n: number): string => phrases[kind][n === 1 ? 0 : 1];

export const calibrationSentence = ({ error, perfectError }: Calibration): string =>
  error <= perfectError
    ? 'When it says 80 %, about 80 of 100 such answers are right: its confidence is as honest as a perfect model of this size could show.'
    : 'Its confidence is off by more than chance explains: read the shares below before you rely on a single probability.';

export const lookAlikeSentences = (health: LookAlikeHealth): string[] => {
  const { pairs, straddling, accuracyAlone: alone, accuracyTogether: together, difference } = health;
  if (pairs === 0)
    return ['No two photos look nearly the same, so none can be learnt on one side and asked on the other.'];
  const kept = `${count(pairs, 'pair')} of photos look nearly the same. They are kept on one side; without that, ${
    straddling === 0 ? 'none' : straddling === pairs ? 'all' : straddling.toLocaleString('en')
  } of them would have lain on two.`;
  if (alone === null || together === null || difference === null) return [kept];
  const shown = `Judged with its look-alikes still in sight, ${percent(alone)} of the photos would seem right; without them it is ${percent(together)}.`;
  return [kept, difference.low > 0 ? `${shown} The first figure would have been flattery.` : shown];
};

export interface LeftOutWords {
  /** 'web site' or 'product'. */
  readonly one: string;
  readonly warning: string;
}
export const siteWords: LeftOutWords = {
  one: 'web site',
  warning: 'It may be recognising the shop, not the shoe.',
};
export const productWords: LeftOutWords = {
  one: 'product',
  warning: 'It may be recognising single products, not what the class has in common.',
};

export const leftOutSentences = (report: LeftOutReport, { one, warning }: LeftOutWords): string[] => {
  const sentences = [
    `With each of ${count(report.parts, one)} left out in turn, ${percent(report.leftOut)} of ${count(report.photos, 'photo')} are right; ordinarily it is ${percent(report.ordinary)}.`,
  ];
  if (report.isGap)
    sentences.push(
      `${warning} The gap is ${points(report.gap.low)} to ${points(report.gap.high)} points, more than having fewer photos explains: gather each class from more ${one}s.`,
    );
  else if (report.gap.low > 0)
    sentences.push(
      `The gap is ${points(report.gap.low)} to ${points(report.gap.high)} points, but leaving out as many photos at random costs about as much (${percent(report.atRandom)}): it is short of photos rather than tied to a ${one}.`,
    );
  else sentences.push(`That is no difference that these photos can tell from chance.`);
  if (report.notCounted > 0)
    sentences.push(
      `${count(report.notCounted, 'photo')} ${report.notCounted === 1 ? 'is' : 'are'} not counted: nearly all of the class comes from one ${one}, so nothing is left to compare with.`,
    );
  return sentences;
};

export const leftOutLines = (health: LeftOutHealth, words: LeftOutWords): readonly string[] =>
  health.known ? leftOutSentences(health.known, words) : [health.missing];
