/** What the review says. Words as in JUDGE §§ 3 and 4. */

import type { FindingKind } from '../../src/core/findings/finding.js';
import {
  noFilter,
  type ReviewAction,
  type ReviewFilter,
  type ReviewHeader,
  type ReviewSnapshot,
  type ReviewTile,
} from '../../src/protocol/review.js';
import { count, fileName, percent } from '../shared/words.js';

/** "Reviewed 60. Of the last 20, 3 were wrong. About 5–14 mistakes remain. …" */
export const progressSentence = (header: ReviewHeader): string => {
  const sentences = [`Reviewed ${header.reviewed.toLocaleString('en')}.`];
  if (header.lastWrong) {
    const { wrong, of } = header.lastWrong;
    sentences.push(`Of the last ${of}, ${wrong} ${wrong === 1 ? 'was' : 'were'} wrong.`);
  }
  if (header.remaining) {
    const { low, high, basis } = header.remaining;
    const range = low === high ? `${low}` : `${low}–${high}`;
    const whose = basis === 'model' ? ", by the model's own estimate" : '';
    sentences.push(`About ${range} ${low === high && low === 1 ? 'mistake remains' : 'mistakes remain'}${whose}.`);
  }
  sentences.push(
    header.isStoppingReasonable
      ? 'The last 30 held no mistake: stopping is reasonable.'
      : 'Stopping is reasonable when the last 30 held none.',
  );
  return sentences.join(' ');
};

/** "4 decisions wait for Apply" */
export const pendingSentence = (pending: number): string =>
  pending === 0 ? '' : `${count(pending, 'decision')} ${pending === 1 ? 'waits' : 'wait'} for Apply`;

export const kindWords: Readonly<Record<FindingKind, string>> = {
  'label-conflict': 'label conflict',
  'bad-image': 'bad image',
  'exact-duplicate': 'duplicate',
  'label-issue': 'label issue',
  leak: 'leak',
  'near-duplicate': 'near duplicate',
  outlier: 'outlier',
  'out-of-domain': 'foreign',
  ambiguous: 'ambiguous',
  'low-information': 'nearly flat',
  dark: 'dark',
  light: 'washed out',
  blurry: 'blurred',
  grayscale: 'without colour',
  tiny: 'tiny',
  'odd-aspect': 'odd shape',
  'odd-size': 'odd size',
  'underperforming-group': 'weak group',
  'class-imbalance': 'rare class',
  shortcut: 'shortcut',
};

export const splitWords = { train: 'train', valid: 'validation', test: 'test' } as const;

export const showWords: Readonly<Record<ReviewFilter['show'], string>> = {
  all: 'All',
  undecided: 'Undecided',
  decided: 'Decided',
  out: 'Set aside or trashed',
};

export const arrangeWords: Readonly<Record<ReviewFilter['arrange'], string>> = {
  concern: 'Most surprising first',
  alike: 'Look-alikes together',
  pairs: 'Confused pairs together',
};

const groupNames: Readonly<Record<string, string>> = {
  any: 'with any finding',
  duplicates: 'duplicates of any kind',
  moved: 'moved since you decided',
};
export const kindChoiceWords = (kind: NonNullable<ReviewFilter['kind']>): string =>
  groupNames[kind] ?? kindWords[kind as FindingKind];

/** "labelled cat, predicted dog, undecided, with “beach”". */
export const filterSentence = (filter: ReviewFilter): string => {
  const parts = [
    filter.label === null ? '' : `labelled ${filter.label}`,
    filter.predicted === null ? '' : `predicted ${filter.predicted}`,
    filter.split === null ? '' : `in ${splitWords[filter.split]}`,
    filter.kind === null ? '' : kindChoiceWords(filter.kind),
    filter.source === null ? '' : filter.source === '' ? 'of no known source' : `from ${filter.source}`,
    filter.show === 'all' ? '' : showWords[filter.show].toLowerCase(),
    filter.text.trim() === '' ? '' : `with “${filter.text.trim()}”`,
    filter.alikeBits === noFilter.alikeBits ? '' : `alike up to ${filter.alikeBits} bits`,
    filter.arrange === 'concern' ? '' : arrangeWords[filter.arrange].toLowerCase(),
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'everything that is in' : parts.join(', ');
};

/** "6 bits of 64: 12 pairs in 8 groups". */
export const thresholdSentence = (bits: number, alike: NonNullable<ReviewSnapshot['alike']>): string =>
  `${bits} bits of 64: ${count(alike.pairs[bits] ?? 0, 'pair')} in ${count(alike.groups[bits] ?? 0, 'group')}`;

/** The heading of a group, on its first photo; null = the photo before is of the same group. */
export const groupHeading = (tile: ReviewTile, before: ReviewTile | undefined): string | null => {
  if (tile.group === null || before?.group?.key === tile.group.key) return null;
  const many = tile.group.of.toLocaleString('en');
  if (isPair(tile)) return `${labelNow(tile)} → ${tile.prediction ?? ''}: ${many}`;
  return `${many} alike`;
};

/** What a photo says of its group, on a second line of its own. */
export const groupWords = (tile: ReviewTile): string =>
  tile.group === null || isPair(tile) ? '' : tile.group.isBest ? 'keep this' : 'same picture';

const isPair = (tile: ReviewTile): boolean => tile.group?.key.startsWith('[') ?? false;
const labelNow = (tile: ReviewTile): string => tile.label ?? 'no label';

/** "Relabel 143 photos to dog?" */
export const confirmSentence = (action: ReviewAction, howMany: number): string => {
  const photos = count(howMany, 'photo');
  switch (action.kind) {
    case 'relabel':
      return `Relabel ${photos} to ${action.to}?`;
    case 'accept':
      return `Accept the suggestions for ${photos}?`;
    case 'keep':
      return `Keep the labels of ${photos}?`;
    case 'set-aside':
      return `Set ${photos} aside?`;
    case 'trash':
      return `Mark ${photos} for the trash?`;
    case 'restore':
      return `Bring ${photos} back?`;
  }
};

export interface Verdict {
  readonly icon: string;
  readonly text: string;
}

/** How a decided tile is marked; null while it is undecided. */
export const verdict = (tile: ReviewTile): Verdict | null => {
  if (tile.status === 'trashed') return { icon: 'trash', text: 'Trashed' };
  if (tile.status === 'set-aside') return { icon: 'archive', text: 'Set aside' };
  if (tile.decision === 'relabel') return { icon: 'tag', text: 'Relabelled' };
  if (tile.decision === 'keep') return { icon: 'check', text: 'Kept' };
  return null;
};

/** "cat → dog" after a relabel, else the label. */
export const labelWords = (tile: ReviewTile): string => {
  const label = tile.label ?? 'no label';
  return tile.decision === 'relabel' && tile.folderLabel !== null && tile.folderLabel !== tile.label
    ? `${tile.folderLabel} → ${label}`
    : label;
};

/** The whole tile for assistive technology. */
export const tileName = (tile: ReviewTile, index: number, total: number, isSaving: boolean): string =>
  [
    fileName(tile.path),
    tile.label === null
      ? 'no label'
      : `labelled ${labelWords(tile)}${tile.labelProbability === null ? '' : ` ${percent(tile.labelProbability)}`}`,
    tile.prediction !== null
      ? `predicted ${tile.prediction} ${percent(tile.probability)}`
      : tile.status === 'in'
        ? 'not judged yet'
        : '',
    tile.surprise === null ? '' : `surprise ${tile.surprise} of 100`,
    tile.suggestion === null ? '' : `suggestion ${tile.suggestion}${differs(tile) ? ', a second opinion' : ''}`,
    ...tile.kinds.map((kind) => kindWords[kind]),
    tile.copies > 1 ? `${tile.copies} copies` : '',
    tile.group === null
      ? ''
      : `one of ${tile.group.of} ${isPair(tile) ? 'between these two' : `alike${tile.group.isBest ? ', the largest' : ''}`}`,
    isSaving ? 'saving' : (verdict(tile)?.text ?? 'undecided'),
    `${index + 1} of ${total}`,
  ]
    .filter((part) => part !== '')
    .join(', ');

/** The judge suggests something else than the predictor answers. */
export const differs = (tile: ReviewTile): boolean =>
  tile.suggestion !== null && tile.suggestion !== tile.prediction && tile.suggestion !== tile.label;

/** Why a name cannot be a class; null when it can. The host checks again. */
export const classNameTrouble = (name: string): string | null => {
  if (name.trim() === '') return 'Type a name for the new class.';
  if (/[\\/]/.test(name) || name === '.' || name === '..')
    return 'A class is a folder: its name cannot contain / or \\.';
  return null;
};
