/** What a review shows: which items pass, in which arrangement. */

import type { Split } from '../dataset/item.js';
import { findingKinds, type FindingKind } from '../findings/finding.js';
import type { QueueItem } from './queueItem.js';

/** Beyond single kinds: whatever was found; all ways in which a picture can be there twice; decisions that no longer hold as the file was moved by another hand. */
export const kindGroups = ['any', 'duplicates', 'moved'] as const;
export type KindGroup = (typeof kindGroups)[number];
const duplicateKinds: readonly FindingKind[] = ['exact-duplicate', 'near-duplicate', 'leak'];

export const arrangements = ['concern', 'alike', 'pairs'] as const;
/** 'concern' = what worries most first; 'alike' = look-alikes beside each other; 'pairs' = by given and predicted class. */
export type Arrangement = (typeof arrangements)[number];

export interface QueueFilter {
  /** Each null = all. */
  readonly label: string | null;
  readonly predicted: string | null;
  readonly split: Split | null;
  readonly kind: FindingKind | KindGroup | null;
  /** A provider or a site that the photo came from; '' = none is known. */
  readonly source: string | null;
  /** Words, all of which must occur in a photo's paths, classes or reasons; '' = all. */
  readonly text: string;
  /** 'undecided' hides decided items; 'out' shows set-aside and trashed ones. */
  readonly show: 'all' | 'undecided' | 'decided' | 'out';
  readonly arrange: Arrangement;
  /** Bits of 64 up to which two pictures count as near duplicates, 0–10. */
  readonly alikeBits: number;
}

/** Everything that is in. */
export const noFilter: QueueFilter = {
  label: null,
  predicted: null,
  split: null,
  kind: null,
  source: null,
  text: '',
  show: 'all',
  arrange: 'concern',
  alikeBits: 6,
};

/** Whether an item passes; made once for a list, because a text is taken apart only once. */
export const passing = (filter: QueueFilter): ((item: QueueItem) => boolean) => {
  const words = wordsOf(filter.text);
  return (item) => {
    if ((filter.show === 'out') !== (item.status !== 'in')) return false;
    if (filter.show === 'undecided' && item.decision !== null) return false;
    if (filter.show === 'decided' && item.decision === null) return false;
    if (filter.label !== null && item.label !== filter.label) return false;
    if (filter.predicted !== null && item.predicted !== filter.predicted) return false;
    if (filter.split !== null && item.split !== filter.split) return false;
    if (filter.source !== null && !isFrom(item, filter.source)) return false;
    return isOfKind(item, filter.kind) && words.every((word) => says(item, word));
  };
};

const isFrom = ({ sources }: QueueItem, source: string): boolean =>
  source === '' ? sources.length === 0 : sources.includes(source);

const isOfKind = ({ kinds, isSuperseded }: QueueItem, kind: QueueFilter['kind']): boolean => {
  if (kind === null) return true;
  if (kind === 'moved') return isSuperseded;
  if (kind === 'any') return kinds.length > 0;
  return kind === 'duplicates' ? duplicateKinds.some((one) => kinds.includes(one)) : kinds.includes(kind);
};

const plain = (text: string): string => text.normalize('NFC').toLowerCase();

const wordsOf = (text: string): readonly string[] =>
  plain(text)
    .split(/\s+/)
    .filter((word) => word !== '');

const says = (item: QueueItem, word: string): boolean =>
  [item.label, item.predicted, ...item.paths, ...item.reasons].some(
    (text) => text !== null && plain(text).includes(word),
  );

/** The arrangement in force: of duplicates nobody wants to see but look-alikes together. */
export const arrangementOf = ({ arrange, kind }: QueueFilter): Arrangement =>
  arrange === 'concern' && (kind === 'duplicates' || kind === 'near-duplicate' || kind === 'leak') ? 'alike' : arrange;

export const isSameFilter = (a: QueueFilter, b: QueueFilter): boolean =>
  (Object.keys(noFilter) as (keyof QueueFilter)[]).every((name) => a[name] === b[name]);

const texts: readonly (keyof QueueFilter)[] = ['label', 'predicted', 'source'];
const choices: Partial<Record<keyof QueueFilter, readonly unknown[]>> = {
  split: [null, 'train', 'valid', 'test'],
  kind: [null, ...kindGroups, ...findingKinds],
  show: ['all', 'undecided', 'decided', 'out'],
  arrange: arrangements,
};

/** What was kept by another version may have another shape. */
export const isQueueFilter = (value: unknown): value is QueueFilter => {
  if (typeof value !== 'object' || value === null) return false;
  const given = new Map(Object.entries(value));
  return (
    texts.every((name) => given.get(name) === null || typeof given.get(name) === 'string') &&
    Object.entries(choices).every(([name, allowed]) => allowed.includes(given.get(name))) &&
    typeof given.get('text') === 'string' &&
    Number.isInteger(given.get('alikeBits')) &&
    Number(given.get('alikeBits')) >= 0 &&
    Number(given.get('alikeBits')) <= 10
  );
};
