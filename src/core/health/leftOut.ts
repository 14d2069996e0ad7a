/** Accuracy with each source (web site, product) left out, beside the ordinary one (JUDGE § 3, "groupBy"). */

import { seededRandom } from '../../base/random.js';
import { groupedInterval, type Interval } from '../metrics/groupedBootstrap.js';

/** A photo that was judged; predictions and label are class numbers. */
export interface LeftOutPhoto {
  /** The site or product; null = not known, so it is not counted. */
  readonly part: string | null;
  readonly family: string | number;
  readonly label: number;
  /** Judged without its look-alikes alone. */
  readonly ordinary: number;
  /** Judged without its whole part as well. */
  readonly leftOut: number;
  /** Judged without as many photos of the same classes, drawn at random. */
  readonly atRandom: readonly number[];
}

export interface LeftOutPart {
  readonly name: string;
  readonly photos: number;
  /** Shares right. */
  readonly ordinary: number;
  readonly leftOut: number;
}

export interface LeftOutReport {
  /** Sites or products that were left out. */
  readonly parts: number;
  readonly photos: number;
  /** Photos of a class that would hardly be left without their part: nothing can be said of them. */
  readonly notCounted: number;
  readonly ordinary: number;
  readonly leftOut: number;
  /** With as much left out at random: what having fewer photos costs by itself. */
  readonly atRandom: number;
  /** 95 % of ordinary − leftOut, and of atRandom − leftOut. */
  readonly gap: Interval;
  readonly gapBeyondRandom: Interval;
  /** Both intervals lie above 0. */
  readonly isGap: boolean;
  /** Where most photos are lost first; at most 12. */
  readonly worst: readonly LeftOutPart[];
}

/** Photos of a class outside the part; with fewer its photos are not counted. */
const leastOutside = 5;
const leastPhotos = 20;
const fewParts = 10;

/** The part numbers dealt anew among the photos of each class; −1 stays. */
export const dealtParts = (parts: readonly number[], labels: readonly number[], seed: number): number[] => {
  const random = seededRandom(seed);
  const byLabel = new Map<number, number[]>();
  parts.forEach((part, at) => {
    if (part < 0) return;
    const known = byLabel.get(labels[at]!);
    if (known) known.push(at);
    else byLabel.set(labels[at]!, [at]);
  });
  const out = [...parts];
  for (const places of byLabel.values()) {
    const dealt = random.shuffled(places.map((at) => parts[at]!));
    places.forEach((at, i) => (out[at] = dealt[i]!));
  }
  return out;
};

/** Null when fewer than two parts or 20 photos can be counted. */
export const leftOutReport = (photos: readonly LeftOutPhoto[]): LeftOutReport | null => {
  const inClass = new Map<number, number>();
  const inPart = new Map<string, number>();
  const key = ({ part, label }: LeftOutPhoto): string => `${String(label)} ${part ?? ''}`;
  for (const photo of photos) {
    inClass.set(photo.label, (inClass.get(photo.label) ?? 0) + 1);
    inPart.set(key(photo), (inPart.get(key(photo)) ?? 0) + 1);
  }
  const known = photos.filter(({ part }) => part !== null);
  const counted = known.filter((photo) => inClass.get(photo.label)! - inPart.get(key(photo))! >= leastOutside);
  const parts = new Map<string, LeftOutPhoto[]>();
  for (const photo of counted) {
    const some = parts.get(photo.part!);
    if (some) some.push(photo);
    else parts.set(photo.part!, [photo]);
  }
  if (parts.size < 2 || counted.length < leastPhotos) return null;
  const gap = gapOf(counted, parts.size, (photo) => right(photo, photo.ordinary));
  const gapBeyondRandom = gapOf(counted, parts.size, rightAtRandom);
  return {
    parts: parts.size,
    photos: counted.length,
    notCounted: known.length - counted.length,
    ordinary: mean(counted, (photo) => right(photo, photo.ordinary)),
    leftOut: mean(counted, (photo) => right(photo, photo.leftOut)),
    atRandom: mean(counted, rightAtRandom),
    gap,
    gapBeyondRandom,
    isGap: gap.low > 0 && gapBeyondRandom.low > 0,
    worst: [...parts]
      .map(([name, some]) => ({
        name,
        photos: some.length,
        ordinary: mean(some, (photo) => right(photo, photo.ordinary)),
        leftOut: mean(some, (photo) => right(photo, photo.leftOut)),
      }))
      .sort(
        (a, b) =>
          b.photos * (b.ordinary - b.leftOut) - a.photos * (a.ordinary - a.leftOut) ||
          b.photos - a.photos ||
          (a.name < b.name ? -1 : 1),
      )
      .slice(0, 12),
  };
};

const right = ({ label }: LeftOutPhoto, prediction: number): number => Number(prediction === label);
const rightAtRandom = (photo: LeftOutPhoto): number =>
  photo.atRandom.reduce((sum, prediction) => sum + right(photo, prediction), 0) / photo.atRandom.length;

const mean = (photos: readonly LeftOutPhoto[], of: (photo: LeftOutPhoto) => number): number =>
  photos.reduce((sum, photo) => sum + of(photo), 0) / photos.length;

/** Over families; and over parts too where there are enough of them to draw from: the wider counts. */
const gapOf = (photos: readonly LeftOutPhoto[], parts: number, before: (photo: LeftOutPhoto) => number): Interval => {
  const over = (group: (photo: LeftOutPhoto) => string | number): Interval =>
    groupedInterval(
      photos.map((photo) => ({ group: group(photo), value: before(photo) - right(photo, photo.leftOut) })),
    );
  const byFamily = over(({ family }) => family);
  if (parts < fewParts) return byFamily;
  const byPart = over(({ part }) => part!);
  return { low: Math.min(byFamily.low, byPart.low), high: Math.max(byFamily.high, byPart.high) };
};
