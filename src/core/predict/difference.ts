/** How different a picture is from the class it resembles next: where its lead stands among one's own photos (JUDGE § 4). */

import { seededRandom } from '../../base/random.js';

export interface Difference {
  /** The class that the picture is taken for. */
  readonly own: string;
  /** The nearest other class. */
  readonly other: string;
  /** Distance to `other` less distance to `own`; below 0 the nearest photos are those of `other`. */
  readonly margin: number;
  /** Share of one's own photos of `own`, held-out, whose margin is smaller, 0–100. */
  readonly percentile: number;
}

/** Labelled photos that distances are taken to. */
export interface ReferencePhotos {
  /** Class of each, an index into `vocab`. */
  readonly labels: Int32Array;
  readonly groups: Int32Array;
  readonly vocab: readonly string[];
  /** Distances of one of them to all. */
  readonly distancesFrom: (at: number) => Float32Array;
  readonly seed: number;
}

const neighbours = 5;
/** With fewer a percentile says nothing. */
const leastOwn = 5;
/** Enough for a percentile to stand within ± 3. */
const mostOwn = 200;

export class Differences {
  readonly #photos: ReferencePhotos;
  /** Margins of one's own photos by class, ascending; each is made when the class is first asked for. */
  readonly #known = new Map<number, Float64Array>();

  constructor(photos: ReferencePhotos) {
    this.#photos = photos;
  }

  /**
   * @param distances to each reference photo.  @param group of the picture, null = none: its members are left out.
   * @param own index of the class that it is taken for.
   * @returns null where there is nothing to compare with: a class of fewer than five photos, no other class.
   */
  of(distances: Float32Array, group: number | null, own: number): Difference | null {
    const { vocab } = this.#photos;
    return differenceAmong(this.#marginsOf(own), this.#margin(distances, group, own), vocab, own);
  }

  #marginsOf(own: number): Float64Array {
    const known = this.#known.get(own);
    if (known) return known;
    const { labels, groups, distancesFrom, seed } = this.#photos;
    const photos = [...labels.keys()].filter((at) => labels[at] === own);
    const some = photos.length > mostOwn ? seededRandom(seed).shuffled(photos).slice(0, mostOwn) : photos;
    const margins = Float64Array.from(
      some.flatMap((at) => this.#margin(distancesFrom(at), groups[at]!, own)?.margin ?? []),
    ).sort();
    this.#known.set(own, margins);
    return margins;
  }

  #margin(distances: Float32Array, group: number | null, own: number): Lead | null {
    const { labels, groups, vocab } = this.#photos;
    return leadOf(distances, labels, (at) => groups[at] === group, vocab.length, own);
  }
}

export interface Lead {
  readonly margin: number;
  /** Index of the nearest other class. */
  readonly other: number;
}

/** Mean distance to the nearest five of the nearest other class less that to the nearest five of `own`; null where one has none. */
export const leadOf = (
  distances: ArrayLike<number>,
  labels: ArrayLike<number>,
  isSkipped: (at: number) => boolean,
  classes: number,
  own: number,
): Lead | null => {
  const nearest = Array.from({ length: classes }, () => new Float64Array(neighbours).fill(Infinity));
  for (let at = 0; at < labels.length; at++) {
    if (!isSkipped(at)) insert(nearest[labels[at]!]!, distances[at]!);
  }
  const means = nearest.map(meanOfSome);
  let other = -1;
  for (const [index, mean] of means.entries()) {
    if (index !== own && (other < 0 || mean < means[other]!)) other = index;
  }
  const margin = (means[other] ?? Infinity) - (means[own] ?? Infinity);
  return Number.isFinite(margin) ? { margin, other } : null;
};

/** @param margins of one's own photos of `own`, ascending. */
export const differenceAmong = (
  margins: ArrayLike<number>,
  lead: Lead | null,
  vocab: readonly string[],
  own: number,
): Difference | null => {
  if (margins.length < leastOwn || !lead) return null;
  const below = Array.from(margins).findIndex((margin) => margin >= lead.margin);
  return {
    own: vocab[own]!,
    other: vocab[lead.other]!,
    margin: lead.margin,
    percentile: (100 * (below < 0 ? margins.length : below)) / margins.length,
  };
};

/** Keeps the smallest, ascending. */
const insert = (smallest: Float64Array, value: number): void => {
  let at = smallest.length - 1;
  if (value >= smallest[at]!) return;
  for (; at > 0 && smallest[at - 1]! > value; at--) smallest[at] = smallest[at - 1]!;
  smallest[at] = value;
};

/** Of those that there are; infinite for none. */
const meanOfSome = (values: Float64Array): number => {
  const some = values.filter(Number.isFinite);
  return some.length === 0 ? Infinity : some.reduce((sum, value) => sum + value, 0) / some.length;
};

/** '72 %'; 0 and 100 are true of one's own photos only as far as there are any. */
const share = (percentile: number): string => `${String(Math.round(percentile))} %`;

/** In a sentence for a person. @param whose the photos are. */
export const differenceSentence = ({ own, other, margin, percentile }: Difference, whose = 'your own'): string =>
  margin > 0
    ? `Closer to ${own} than to ${other}, by more than ${share(percentile)} of ${whose} ${own} photos are.`
    : `Closer to ${other} than to ${own}; ${share(100 - percentile)} of ${whose} ${own} photos are closer to ${own} than this.`;
