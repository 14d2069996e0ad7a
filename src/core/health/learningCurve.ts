/** What more photos of a class would bring: the accuracy that is lost when some of its photos are not learnt from (JUDGE § 3). */

import { seededRandom, type Random } from '../../base/random.js';
import type { Interval } from '../metrics/groupedBootstrap.js';

export interface ClassCurve {
  readonly label: string;
  readonly photos: number;
  /** Photos of the class that were learnt from, and the mean recall over all classes then; ascending, the last one is all. */
  readonly points: readonly { readonly photos: number; readonly accuracy: number }[];
  /** Mean recall gained when the class's photos double, and its 80 % interval. */
  readonly slope: number;
  readonly interval: Interval;
  /** The interval lies above 0. */
  readonly isAdvised: boolean;
}

export interface CurveTask {
  readonly vocab: readonly string[];
  /** Of each row, −1 = none. */
  readonly labels: Int32Array;
  /** Look-alikes are left out together. */
  readonly groups: Int32Array;
  /** Classes to ask about. */
  readonly classes: readonly number[];
  readonly seed: number;
  /** Held-out answers for all rows of a fit on these labels; −1 is not learnt from. */
  readonly predict: (labels: Int32Array) => Promise<Int32Array>;
  /** Before each fit. Throws to cancel. */
  readonly onDraw?: () => void;
}

export const drawsAPoint = 20;
/** Near the end: the steep beginning of a curve would promise too much. */
const fractions = [0.5, 0.7, 0.85];
const resamples = 300;
/** A class of fewer photos or groups has no curve. */
const leastPhotos = 12;
const leastGroups = 8;

export const fitsOf = (classes: number): number => 1 + classes * fractions.length * drawsAPoint;

/** Classes of which a curve can be drawn. */
export const curveClasses = (labels: Int32Array, groups: Int32Array, vocabSize: number): number[] => {
  const photos = new Array<number>(vocabSize).fill(0);
  const families = Array.from({ length: vocabSize }, () => new Set<number>());
  labels.forEach((label, row) => {
    if (label < 0) return;
    photos[label]!++;
    families[label]!.add(groups[row]!);
  });
  return photos.flatMap((n, c) => (n >= leastPhotos && families[c]!.size >= leastGroups ? [c] : []));
};

export const learningCurves = async (task: CurveTask): Promise<ClassCurve[]> => {
  const { labels, groups, vocab, seed } = task;
  const random = seededRandom(seed);
  task.onDraw?.();
  const full = rightOf(await task.predict(labels), labels);
  const curves: ClassCurve[] = [];
  for (const c of task.classes) {
    const rows = Array.from(labels.keys()).filter((row) => labels[row] === c);
    const draws: Uint8Array[][] = [];
    const kept: number[] = [];
    for (const fraction of fractions) {
      const some: Uint8Array[] = [];
      let sum = 0;
      for (let draw = 0; draw < drawsAPoint; draw++) {
        task.onDraw?.();
        const { without, left } = thinned(labels, groups, rows, fraction, random);
        sum += left;
        some.push(rightOf(await task.predict(without), labels));
      }
      draws.push(some);
      kept.push(sum / drawsAPoint);
    }
    const x = [...kept, rows.length].map(Math.log2);
    const once = Float64Array.from(labels, () => 1);
    const inOrder = Array.from({ length: drawsAPoint }, (_, i) => i);
    const accuracies = [
      ...draws.map((some) =>
        meanRecall(
          inOrder.map((i) => some[i]!),
          labels,
          once,
          vocab.length,
        ),
      ),
      meanRecall([full], labels, once, vocab.length),
    ];
    const slope = slopeOf(x, accuracies);
    const slopes = Array.from({ length: resamples }, () => {
      const weights = drawnGroups(groups, random);
      const drawn = (some: readonly Uint8Array[]): Uint8Array[] => inOrder.map(() => some[random.below(drawsAPoint)]!);
      return slopeOf(x, [
        ...draws.map((some) => meanRecall(drawn(some), labels, weights, vocab.length)),
        meanRecall([full], labels, weights, vocab.length),
      ]);
    }).sort((a, b) => a - b);
    const interval = { low: slopes[Math.floor(0.1 * resamples)]!, high: slopes[Math.ceil(0.9 * resamples) - 1]! };
    curves.push({
      label: vocab[c] ?? '',
      photos: rows.length,
      points: [...kept, rows.length].map((photos, i) => ({ photos: Math.round(photos), accuracy: accuracies[i]! })),
      slope,
      interval,
      isAdvised: interval.low > 0,
    });
  }
  return curves.sort((a, b) => b.slope - a.slope);
};

const rightOf = (predictions: Int32Array, labels: Int32Array): Uint8Array =>
  Uint8Array.from(labels, (label, row) => Number(label >= 0 && predictions[row] === label));

/** Labels with about `fraction` of the class's photos left, whole groups at a time, one group at least. */
const thinned = (
  labels: Int32Array,
  groups: Int32Array,
  rows: readonly number[],
  fraction: number,
  random: Random,
): { without: Int32Array; left: number } => {
  const order = random.shuffled([...new Set(rows.map((row) => groups[row]!))]);
  const sizes = new Map<number, number>();
  for (const row of rows) sizes.set(groups[row]!, (sizes.get(groups[row]!) ?? 0) + 1);
  const isKept = new Set<number>();
  let left = 0;
  for (const group of order) {
    const size = sizes.get(group)!;
    if (isKept.size > 0 && left + size / 2 > fraction * rows.length) continue;
    isKept.add(group);
    left += size;
  }
  const without = labels.slice();
  for (const row of rows) if (!isKept.has(groups[row]!)) without[row] = -1;
  return { without, left };
};

/** How often each row's group comes in a draw of as many groups with replacement. */
const drawnGroups = (groups: Int32Array, random: Random): Float64Array => {
  const names = [...new Set(groups)];
  const times = new Map<number, number>();
  for (let i = 0; i < names.length; i++) {
    const group = names[random.below(names.length)]!;
    times.set(group, (times.get(group) ?? 0) + 1);
  }
  return Float64Array.from(groups, (group) => times.get(group) ?? 0);
};

/** Over classes that the weights leave something of; the mean over the given answers. */
const meanRecall = (
  answers: readonly Uint8Array[],
  labels: Int32Array,
  weights: Float64Array,
  classes: number,
): number => {
  const right = new Float64Array(classes);
  const all = new Float64Array(classes);
  labels.forEach((label, row) => {
    const weight = label < 0 ? 0 : weights[row]!;
    if (weight === 0) return;
    all[label] = all[label]! + weight;
    let hits = 0;
    for (const answer of answers) hits += answer[row]!;
    right[label] = right[label]! + (weight * hits) / answers.length;
  });
  let sum = 0;
  let count = 0;
  for (let c = 0; c < classes; c++) {
    if (all[c]! === 0) continue;
    sum += right[c]! / all[c]!;
    count++;
  }
  return count === 0 ? 0 : sum / count;
};

/** Least squares of y on x. */
const slopeOf = (x: readonly number[], y: readonly number[]): number => {
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  let over = 0;
  let under = 0;
  x.forEach((value, i) => {
    over += (value - mx) * (y[i]! - my);
    under += (value - mx) ** 2;
  });
  return under === 0 ? 0 : over / under;
};
