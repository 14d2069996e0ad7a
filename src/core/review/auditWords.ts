/** What an audit says, in sentences (JUDGE §§ 3, 4); the same in the editor and on the command line. */

import type { AuditAccuracy, AuditResults, Share } from './audit.js';

/** About two seconds a photo: sixty in two minutes. */
export const timeLeft = (left: number): string => {
  const minutes = Math.round((left * 2) / 60);
  return left * 2 < 45 ? 'less than a minute left' : `about ${minutes} minute${minutes === 1 ? '' : 's'} left`;
};

/** Never narrower than it is: low is rounded down, high up. */
const low = (part: number): string => `${Math.floor(100 * part)} %`;
const high = (part: number): string => `${Math.ceil(100 * part - 1e-9)} %`;
const round = (part: number): string => `${Math.round(100 * part)} %`;

const between = ({ count, of, low: from, high: to }: Share): string => {
  if (count === 0) return `under ${high(to)} of all labels`;
  if (count === of) return `over ${low(from)} of all labels`;
  return `between ${low(from)} and ${high(to)} of all labels`;
};

const wrong = (share: Share): string =>
  `${share.count === 0 ? 'none' : share.count.toLocaleString('en')} of ${share.of.toLocaleString('en')}`;

/** The headline: the share of wrong labels, before any decision. */
export const shareSentence = ({ wrongBefore }: AuditResults): string =>
  wrongBefore.of === 0
    ? 'No answer names a class, so the audit cannot say how many labels are wrong.'
    : `As the labels came, ${wrong(wrongBefore)} ${wrongBefore.count > 1 ? 'were' : 'was'} wrong: ${between(wrongBefore)}.`;

export const nowSentence = ({ wrongNow, mended }: AuditResults): string | null =>
  mended === 0 || wrongNow.of === 0
    ? null
    : `As they are now, ${wrong(wrongNow)} ${wrongNow.count > 1 ? 'are' : 'is'} wrong: ${between(wrongNow)}.`;

export const remainingSentence = ({ remaining, images }: AuditResults): string | null => {
  if (remaining === null) return null;
  const among = `in ${images.toLocaleString('en')} photos`;
  if (remaining.high === 0) return `No mistake remains ${among} that these answers could show.`;
  return remaining.low === remaining.high
    ? `About ${remaining.low.toLocaleString('en')} ${remaining.low === 1 ? 'mistake remains' : 'mistakes remain'} ${among}.`
    : `About ${remaining.low.toLocaleString('en')}–${remaining.high.toLocaleString('en')} mistakes remain ${among}.`;
};

const points = (part: number): string => (Math.round(1000 * part) / 10).toLocaleString('en');

const verdict = ({ difference, verdict: said, before }: AuditAccuracy): string => {
  if (said === 'cannot-tell') return `${before.of.toLocaleString('en')} photos cannot tell these two apart.`;
  const [from, to] = said === 'better' ? [difference.low, difference.high] : [-difference.high, -difference.low];
  return `That is ${said === 'better' ? 'better' : 'worse'} by ${points(from)} to ${points(to)} points.`;
};

export const accuracySentence = ({ accuracy, mended }: AuditResults): string => {
  if (accuracy === null)
    return mended === 0
      ? 'No label has been changed yet, so there is no before and after.'
      : 'There are too few answers to compare the model before and after cleaning.';
  const { before, after } = accuracy;
  return `Judged without having seen the photos, the model is right on ${round(before.count / before.of)} of the answers when it learns from the labels as they came, and on ${round(after.count / after.of)} with the labels now. ${verdict(accuracy)}`;
};

/** Accuracy against labels that the judge helped to choose is agreement, never improvement (JUDGE § 3). */
export const agreementSentence = (mended: number): string =>
  `${mended.toLocaleString('en')} ${mended === 1 ? 'label was' : 'labels were'} changed since they came, with the model's suggestions in sight: what follows is agreement with the labels now, not a sign that the model got better. Winnow: Audit Labels can tell.`;

/** All that is said, most important first. */
export const auditSentences = (results: AuditResults): string[] =>
  [
    shareSentence(results),
    nowSentence(results),
    remainingSentence(results),
    accuracySentence(results),
    results.cannotTell === 0
      ? null
      : `${results.cannotTell.toLocaleString('en')} of the photos could not be told; they count nowhere.`,
  ].filter((sentence) => sentence !== null);
