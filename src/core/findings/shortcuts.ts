/** Whether something that is not the subject tells the classes apart: brightness, sharpness, shape, size, colour, file type (METHODS, trap 5). */

import type { ItemId } from '../dataset/item.js';
import type { Finding } from './finding.js';
import type { Photo } from './photo.js';

interface Property {
  readonly name: string;
  /** Numbers of a photo; the same count for each. */
  readonly valuesOf: (facts: NonNullable<Photo['facts']>) => readonly number[];
}

const properties: readonly Property[] = [
  { name: 'Brightness', valuesOf: ({ look }) => [look.brightest, look.darkest] },
  { name: 'Sharpness', valuesOf: ({ look }) => [look.sharpness] },
  { name: 'The shape of the picture', valuesOf: ({ width, height }) => [Math.log(width / height)] },
  { name: 'The size of the picture', valuesOf: ({ width, height }) => [Math.log(width), Math.log(height)] },
  { name: 'The file type', valuesOf: ({ format }) => formats.map((own) => Number(own === format)) },
];
const formats = ['jpeg', 'png', 'webp', 'gif', 'avif'] as const;
const folds = 5;
const leastPhotos = 50;
/** Share of photos right beyond always answering the largest class, with 95 % confidence, from which it is said. */
const leastGain = 0.2;

/**
 * One finding a property, without items. Colour is left out: it is often what the classes are.
 * @param groups photos that must not be on both sides of a fold; absent = alone.
 */
export const shortcuts = (photos: readonly Photo[], groups: ReadonlyMap<ItemId, ItemId>): Finding[] => {
  const known = photos.filter(({ facts, label }) => facts !== null && label !== null);
  const vocab = [...new Set(known.map(({ label }) => label))];
  if (known.length < leastPhotos || vocab.length < 2) return [];
  const labels = known.map(({ label }) => vocab.indexOf(label));
  const counts = vocab.map((_, c) => labels.filter((label) => label === c).length);
  const largest = Math.max(...counts);
  const baseline = largest / known.length;
  const fold = known.map(({ id }) => foldOf(groups.get(id) ?? id));
  return properties.flatMap(({ name, valuesOf }): Finding[] => {
    const rows = ranked(known.map(({ facts }) => valuesOf(facts!)));
    const right = heldOutRight(rows, labels, fold, vocab.length);
    const accuracy = right / known.length;
    const margin = 1.96 * Math.sqrt((accuracy * (1 - accuracy)) / known.length);
    if (accuracy - margin - baseline < leastGain) return [];
    return [
      {
        kind: 'shortcut',
        score: 0.6 * ((accuracy - baseline) / (1 - baseline)),
        items: [],
        label: null,
        suggestion: null,
        why: `${name} alone tells the class of ${String(Math.round(100 * accuracy))} photos of 100 (always answering ${vocab[counts.indexOf(largest)] ?? ''}: ${String(Math.round(100 * baseline))}). The model may learn that in place of the subject: gather the classes from the same places.`,
      },
    ];
  });
};

/** Each number's place among those of its column, 0–1, equals sharing theirs: one enormous photo would else widen its class until nothing tells it. */
const ranked = (rows: readonly (readonly number[])[]): number[][] => {
  const columns = rows[0]!.map((_, j) => {
    const sorted = rows.map((row) => row[j]!).sort((a, b) => a - b);
    const sums = new Map<number, { places: number; count: number }>();
    sorted.forEach((value, place) => {
      const { places, count } = sums.get(value) ?? { places: 0, count: 0 };
      sums.set(value, { places: places + place, count: count + 1 });
    });
    return new Map([...sums].map(([value, { places, count }]) => [value, places / count / rows.length]));
  });
  return rows.map((row) => row.map((value, j) => columns[j]!.get(value)!));
};

/** Ids are hashes: their last digits are as good as drawn. */
const foldOf = (id: string): number => {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) % 1_000_003;
  return sum % folds;
};

/** Photos that a Gaussian naive Bayes, made of the other folds, answers right. */
const heldOutRight = (
  rows: readonly (readonly number[])[],
  labels: readonly number[],
  fold: readonly number[],
  classes: number,
): number => {
  const width = rows[0]!.length;
  const spread = Array.from({ length: width }, (_, j) => varianceOf(rows.map((row) => row[j]!)) * 1e-3 + 1e-9);
  let right = 0;
  for (let held = 0; held < folds; held++) {
    const models = Array.from({ length: classes }, (_, c) => {
      const own = rows.filter((_row, at) => labels[at] === c && fold[at] !== held);
      return own.length < 2
        ? null
        : {
            prior: Math.log(own.length),
            parts: spread.map((floor, j) => {
              const values = own.map((row) => row[j]!);
              return { mean: values.reduce((a, b) => a + b, 0) / values.length, variance: varianceOf(values) + floor };
            }),
          };
    });
    rows.forEach((row, at) => {
      if (fold[at] !== held) return;
      let best = -1;
      let most = -Infinity;
      models.forEach((model, c) => {
        if (!model) return;
        let score = model.prior;
        model.parts.forEach(({ mean, variance }, j) => {
          score -= 0.5 * (Math.log(variance) + (row[j]! - mean) ** 2 / variance);
        });
        if (score > most) [best, most] = [c, score];
      });
      if (best === labels[at]) right++;
    });
  }
  return right;
};

const varianceOf = (values: readonly number[]): number => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
};
