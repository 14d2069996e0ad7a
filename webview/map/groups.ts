/** What the points are coloured by: groups, each with a colour and a shape, so that colour never stands alone. */

import { byCodePoint } from '../../src/base/compare.js';
import type { MapPoint } from '../../src/protocol/map.js';
import { kindWords } from '../review/words.js';

export const colourings = ['label', 'prediction', 'finding', 'side'] as const;
export type Colouring = (typeof colourings)[number];

/** Null = none of it: no label, nothing found. */
export type GroupKey = string | null;
export interface Group {
  readonly key: GroupKey;
  readonly text: string;
  readonly count: number;
  /** 0-based place among the groups with a value; −1 for none. */
  readonly place: number;
}

export const tones = 8;
export const shapes = ['circle', 'square', 'triangle', 'diamond', 'wedge', 'plus'] as const;
/** 'dot': of what has no value; no group's. */
export type Shape = (typeof shapes)[number] | 'dot';

export const toneOf = ({ place }: Group): number => (place < 0 ? -1 : place % tones);
/** 24 groups differ from each other by colour and shape together; the next ones take the next shape. */
export const shapeOf = ({ place }: Group): Shape =>
  place < 0 ? 'dot' : shapes[(place + Math.floor(place / 24)) % shapes.length]!;

export const keyOf = (point: MapPoint, by: Colouring): GroupKey => point[by];

const none: Readonly<Record<Colouring, string>> = {
  label: 'no label',
  prediction: 'no prediction',
  finding: 'nothing found',
  side: 'on no side yet',
};
const sides: Readonly<Record<string, string>> = { train: 'training', valid: 'validation', test: 'test' };

export const wordsFor = (key: GroupKey, by: Colouring): string => {
  if (key === null) return none[by];
  if (by === 'finding') return kindWords[key as keyof typeof kindWords];
  return by === 'side' ? (sides[key] ?? key) : key;
};

/** Largest first, ties by name; what has no value last. */
export const groupsOf = (points: readonly MapPoint[], by: Colouring): readonly Group[] => {
  const counts = new Map<GroupKey, number>();
  for (const point of points) counts.set(keyOf(point, by), (counts.get(keyOf(point, by)) ?? 0) + 1);
  return [...counts]
    .sort(([a, n], [b, m]) =>
      a === null || b === null ? Number(a === null) - Number(b === null) : m - n || byCodePoint(a, b),
    )
    .map(([key, count], at) => ({ key, text: wordsFor(key, by), count, place: key === null ? -1 : at }));
};

/** "cats/1.jpg, labelled cat, predicted dog, label issue, training" */
export const pointWords = (point: MapPoint): string =>
  [
    point.name,
    point.label === null ? 'no label' : `labelled ${point.label}`,
    point.prediction === null ? 'no prediction' : `predicted ${point.prediction}`,
    ...(point.finding === null ? [] : [wordsFor(point.finding, 'finding')]),
    ...(point.side === null ? [] : [wordsFor(point.side, 'side')]),
  ].join(', ');
