/** What cleaning changed: in the data, on the audited photos, and for which photos the answer turned over. */

import { byCodePoint } from '../../base/compare.js';
import type { ItemId } from '../dataset/item.js';
import type { AuditResults } from '../review/audit.js';

/** A photo as it was before any decision and as it is now; labels by name. */
export interface CleanedPhoto {
  readonly id: ItemId;
  readonly path: string;
  readonly status: 'in' | 'set-aside' | 'trashed';
  readonly labelBefore: string | null;
  readonly labelNow: string | null;
  /** Held-out predictions of the model on the labels before and on those now; null = not judged. */
  readonly predictionBefore: string | null;
  readonly predictionNow: string | null;
  /** The answer of the audit; null = not asked, or could not be told. */
  readonly audited: string | null;
}

export interface Flip {
  readonly id: ItemId;
  readonly path: string;
  /** What it is: the audit's answer, else a label that nobody changed. */
  readonly label: string;
  readonly isAudited: boolean;
  readonly before: string;
  readonly now: string;
}

export interface CleaningReport {
  /** Photos whose label is another one now, and those taken out. */
  readonly relabelled: number;
  readonly trashed: number;
  readonly setAside: number;
  /** Relabels and trashed photos: what the figures against the labels of now must not be praised for. */
  readonly mended: number;
  /** Most frequent first, at most 12. */
  readonly relabels: readonly { readonly from: string; readonly to: string; readonly count: number }[];
  /** Items of the audit's sample; 0 before the first train. */
  readonly audit: { readonly asked: number; readonly answered: number; readonly results: AuditResults | null };
  /** Null when no label has changed, or no model can be asked. At most 50 photos each; the counts are of all. */
  readonly flips: {
    readonly toRight: number;
    readonly toWrong: number;
    readonly nowRight: readonly Flip[];
    readonly nowWrong: readonly Flip[];
  } | null;
}

const mostRelabels = 12;
const mostFlips = 50;

export const cleaningOf = (
  photos: readonly CleanedPhoto[],
  audit: CleaningReport['audit'],
  mended: number,
): CleaningReport => {
  const relabelled = photos.filter(
    ({ status, labelBefore, labelNow }) => status === 'in' && labelBefore !== null && labelNow !== labelBefore,
  );
  const flows = new Map<string, { from: string; to: string; count: number }>();
  for (const { labelBefore, labelNow } of relabelled) {
    if (labelBefore === null || labelNow === null) continue;
    const key = JSON.stringify([labelBefore, labelNow]);
    const flow = flows.get(key) ?? { from: labelBefore, to: labelNow, count: 0 };
    flow.count++;
    flows.set(key, flow);
  }
  const out = (status: CleanedPhoto['status']): number => photos.filter((photo) => photo.status === status).length;
  return {
    relabelled: relabelled.length,
    trashed: out('trashed'),
    setAside: out('set-aside'),
    mended,
    relabels: [...flows.values()]
      .sort((a, b) => b.count - a.count || byCodePoint(a.from, b.from) || byCodePoint(a.to, b.to))
      .slice(0, mostRelabels),
    audit,
    flips: photos.some(({ predictionBefore, predictionNow }) => predictionBefore !== null && predictionNow !== null)
      ? flipsOf(photos)
      : null,
  };
};

const flipsOf = (photos: readonly CleanedPhoto[]): NonNullable<CleaningReport['flips']> => {
  const flips = photos.flatMap((photo): Flip[] => {
    const { id, path, status, predictionBefore: before, predictionNow: now, audited } = photo;
    // A label that was changed with the model's suggestion in sight cannot say which of its answers is right.
    const label = audited ?? (photo.labelNow === photo.labelBefore ? photo.labelNow : null);
    if (status !== 'in' || label === null || before === null || now === null) return [];
    return (before === label) === (now === label)
      ? []
      : [{ id, path, label, isAudited: audited !== null, before, now }];
  });
  const byAudit = (a: Flip, b: Flip): number =>
    Number(b.isAudited) - Number(a.isAudited) || byCodePoint(a.path, b.path);
  const right = flips.filter(({ now, label }) => now === label).sort(byAudit);
  const wrong = flips.filter(({ now, label }) => now !== label).sort(byAudit);
  return {
    toRight: right.length,
    toWrong: wrong.length,
    nowRight: right.slice(0, mostFlips),
    nowWrong: wrong.slice(0, mostFlips),
  };
};

const count = (n: number, one: string, many: string): string => `${n.toLocaleString('en')} ${n === 1 ? one : many}`;

export const cleaningSentences = (report: CleaningReport): string[] => {
  const { relabelled, trashed, setAside, audit, flips } = report;
  if (relabelled + trashed + setAside === 0) return ['Nothing has been changed yet: the labels are as they came.'];
  const parts = [
    relabelled > 0 ? `${count(relabelled, 'photo has', 'photos have')} another label` : null,
    trashed > 0 ? `${count(trashed, 'is', 'are')} in the trash` : null,
    setAside > 0 ? `${count(setAside, 'is', 'are')} set aside` : null,
  ].filter((part) => part !== null);
  const sentences = [`Since the labels came, ${listed(parts)}.`];
  if (audit.results === null)
    sentences.push(
      audit.asked === 0
        ? 'Whether the model got better nobody can say yet: that takes the audit.'
        : `Whether the model got better, only the audit can say: ${audit.answered.toLocaleString('en')} of ${audit.asked.toLocaleString('en')} photos are answered.`,
    );
  if (flips !== null)
    sentences.push(
      flips.toRight + flips.toWrong === 0
        ? 'No photo whose label nobody changed is answered otherwise than before.'
        : `Among photos that were audited or whose label nobody changed, ${count(flips.toRight, 'is', 'are')} right now that ${flips.toRight === 1 ? 'was' : 'were'} wrong, and ${count(flips.toWrong, 'is', 'are')} wrong that ${flips.toWrong === 1 ? 'was' : 'were'} right. That is what changed, not a measure of improvement.`,
    );
  return sentences;
};

const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)!}`;
