/** Groups of similar photos that are judged much worse than the rest: something about them is not learnt, or their labels are in doubt. */

import type { ItemId } from '../dataset/item.js';
import type { Finding } from './finding.js';
import type { Ranking } from './ranking.js';

export interface GroupedPhoto {
  readonly id: ItemId;
  readonly path: string;
  /** The group of similar photos it lies in, as the run found them; by the pictures alone, labels play no part. */
  readonly cluster: number;
  /** Kept or relabelled by a person: it counts, but is not shown again. */
  readonly isDecided: boolean;
}

const leastPhotos = 10;
/** Mean label quality below the rest's by this much, with confidence. */
const leastGap = 0.1;
/** A dozen groups are looked at: one in a hundred would be named by chance otherwise. */
const chance = 0.05;

/** Two-sided standard normal quantile by bisection on erf's series; enough for bounds. */
const quantile = (p: number): number => {
  let low = 0;
  let high = 8;
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (upperTail(middle) > p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
};

/** P(Z > z), z ≥ 0. Source: Abramowitz and Stegun 26.2.17; error below 1e-7. */
const upperTail = (z: number): number => {
  const t = 1 / (1 + 0.2316419 * z);
  const poly = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * poly;
};

/**
 * One finding a weak group, its worst photo first. Label quality = the judge's probability of the label (self-confidence);
 * look-alikes count once, with their mean, because they are judged together.
 */
export const weakGroups = (photos: readonly GroupedPhoto[], ranking: Ranking): Finding[] => {
  const rowOf = new Map(ranking.items.map((row) => [row.id, row]));
  const known = photos.flatMap(({ id, path, cluster, isDecided }) => {
    const row = rowOf.get(id);
    return row ? [{ row, path, cluster, isDecided, quality: Math.exp(-row.lossNats) }] : [];
  });
  const clusters = new Map<number, (typeof known)[number][]>();
  for (const photo of known) {
    const some = clusters.get(photo.cluster);
    if (some) some.push(photo);
    else clusters.set(photo.cluster, [photo]);
  }
  const all = momentsOf(families(known));
  const candidates = [...clusters.values()].filter((some) => some.length >= leastPhotos);
  if (clusters.size < 2) return [];
  const z = quantile(chance / Math.max(1, candidates.length));
  return candidates.flatMap((some): Finding[] => {
    const own = families(some);
    if (own.length < leastPhotos) return [];
    const { mean, variance } = momentsOf(own);
    const rest = (all.mean * all.count - mean * own.length) / (all.count - own.length);
    const upper = mean + z * Math.sqrt(variance / own.length);
    const open = some.filter(({ isDecided }) => !isDecided);
    if (!(upper < rest - leastGap) || open.length === 0) return [];
    const right = (part: typeof known): number =>
      Math.round((100 * part.filter(({ row }) => row.prediction === row.label).length) / part.length);
    const others = known.filter(({ cluster }) => cluster !== some[0]!.cluster);
    const labels = commonest(some.map(({ row }) => ranking.vocab[row.label] ?? ''));
    const taken = commonest(
      some.flatMap(({ row }) => (row.prediction === row.label ? [] : [ranking.vocab[row.prediction] ?? ''])),
    );
    return [
      {
        kind: 'underperforming-group',
        score: Math.min(1, 0.4 + 0.6 * (rest - upper)),
        items: [...open].sort((a, b) => a.quality - b.quality).map(({ row, path }) => ({ id: row.id, path })),
        label: labels.length === 1 ? labels[0]! : null,
        suggestion: null,
        why: `${String(some.length)} photos that look similar to the model, mostly ${labels.slice(0, 2).join(' and ')}, are known badly: ${String(right(some))} of 100 are right, elsewhere ${String(right(others))}${taken[0] === undefined ? '' : `; most often they are taken for ${taken[0]}`}. Look at them together: gather more like them, or mend their labels.`,
      },
    ];
  });
};

/** Mean quality of each group of look-alikes. */
const families = (
  photos: readonly { readonly row: Ranking['items'][number]; readonly quality: number }[],
): number[] => {
  const sums = new Map<ItemId, { sum: number; size: number }>();
  for (const { row, quality } of photos) {
    const known = sums.get(row.leftOut) ?? { sum: 0, size: 0 };
    known.sum += quality;
    known.size++;
    sums.set(row.leftOut, known);
  }
  return [...sums.values()].map(({ sum, size }) => sum / size);
};

const momentsOf = (values: readonly number[]): { mean: number; variance: number; count: number } => {
  const mean = values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1);
  return { mean, variance, count: values.length };
};

/** Most frequent first. */
const commonest = (values: readonly string[]): string[] => {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([value]) => value);
};
