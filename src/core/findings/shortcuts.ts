/** Whether something that is not the subject tells the classes apart: brightness, sharpness, shape, size, file type, site (METHODS, trap 5). */

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
 * @param sites where photos were found; those of unknown origin do not count there.
 */
export const shortcuts = (
  photos: readonly Photo[],
  groups: ReadonlyMap<ItemId, ItemId>,
  sites: ReadonlyMap<ItemId, string>,
): Finding[] => {
  const decoded = asked(
    photos.filter(({ facts }) => facts !== null),
    groups,
  );
  const found = asked(
    photos.filter(({ id }) => sites.has(id)),
    groups,
  );
  return [
    ...(decoded
      ? properties.flatMap(({ name, valuesOf }) => {
          const rows = ranked(decoded.photos.map(({ facts }) => valuesOf(facts!)));
          return shortcut(name, decoded, heldOutRight(rows, decoded.labels, decoded.fold, decoded.vocab.length));
        })
      : []),
    ...(found
      ? shortcut(
          'The site that a photo was found on',
          found,
          heldOutRightByName(
            found.photos.map(({ id }) => sites.get(id)!),
            found,
          ),
        )
      : []),
  ];
};

/** Photos of a class, and what a property would have to tell. */
interface Asked {
  readonly photos: readonly Photo[];
  readonly vocab: readonly string[];
  readonly labels: readonly number[];
  readonly fold: readonly number[];
}

/** Null where too few photos, or one class only, would be asked about. */
const asked = (some: readonly Photo[], groups: ReadonlyMap<ItemId, ItemId>): Asked | null => {
  const photos = some.filter(({ label }) => label !== null);
  const vocab = [...new Set(photos.map(({ label }) => label!))];
  if (photos.length < leastPhotos || vocab.length < 2) return null;
  const labels = photos.map(({ label }) => vocab.indexOf(label!));
  return { photos, vocab, labels, fold: photos.map(({ id }) => foldOf(groups.get(id) ?? id)) };
};

/** @param right photos whose class the property told. */
const shortcut = (name: string, { photos, vocab, labels }: Asked, right: number): Finding[] => {
  const counts = vocab.map((_, c) => labels.filter((label) => label === c).length);
  const largest = Math.max(...counts);
  const baseline = largest / photos.length;
  const accuracy = right / photos.length;
  const margin = 1.96 * Math.sqrt((accuracy * (1 - accuracy)) / photos.length);
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
};

/** As `heldOutRight`, for one name a photo: a naive Bayes with one added photo a name and class (Laplace). */
const heldOutRightByName = (names: readonly string[], { vocab, labels, fold }: Asked): number => {
  const kinds = new Set(names).size;
  let right = 0;
  for (let held = 0; held < folds; held++) {
    const ofClass = vocab.map(() => 0);
    const ofName = new Map<string, number[]>();
    names.forEach((name, at) => {
      if (fold[at] === held) return;
      const counts = ofName.get(name) ?? vocab.map(() => 0);
      ofName.set(name, counts);
      counts[labels[at]!]!++;
      ofClass[labels[at]!]!++;
    });
    names.forEach((name, at) => {
      if (fold[at] !== held) return;
      const chances = ofClass.map((count, c) => (count * ((ofName.get(name)?.[c] ?? 0) + 1)) / (count + kinds));
      if (chances.indexOf(Math.max(...chances)) === labels[at]) right++;
    });
  }
  return right;
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
