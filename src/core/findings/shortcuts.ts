/** Whether something that is not the subject tells the classes apart: brightness, sharpness, shape, size, file type, site (METHODS, trap 5). */

import type { ItemId } from '../dataset/item.js';
import type { Finding } from './finding.js';
import type { Photo } from './photo.js';

interface Property {
  readonly name: string;
  /** Numbers of a photo. */
  readonly values: readonly ((facts: NonNullable<Photo['facts']>) => number)[];
}

const formats = ['jpeg', 'png', 'webp', 'gif', 'avif'] as const;
const properties: readonly Property[] = [
  { name: 'Brightness', values: [({ look }) => look.brightest, ({ look }) => look.darkest] },
  { name: 'Sharpness', values: [({ look }) => look.sharpness] },
  { name: 'The shape of the picture', values: [({ width, height }) => Math.log(width / height)] },
  { name: 'The size of the picture', values: [({ width }) => Math.log(width), ({ height }) => Math.log(height)] },
  {
    name: 'The file type',
    values: formats.map(
      (own) =>
        ({ format }) =>
          Number(own === format),
    ),
  },
];
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
      ? properties.flatMap(({ name, values }) => {
          const columns = values.map((valueOf) =>
            ranked(Float64Array.from(decoded.photos, ({ facts }) => valueOf(facts!))),
          );
          return shortcut(name, decoded, heldOutRight(columns, decoded));
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
  /** Index into `vocab`, and the fold that leaves it out. */
  readonly labels: Int32Array;
  readonly fold: Int32Array;
}

/** Null where too few photos, or one class only, would be asked about. */
const asked = (some: readonly Photo[], groups: ReadonlyMap<ItemId, ItemId>): Asked | null => {
  const photos = some.filter(({ label }) => label !== null);
  const vocab = [...new Set(photos.map(({ label }) => label!))];
  if (photos.length < leastPhotos || vocab.length < 2) return null;
  const indexOf = new Map(vocab.map((label, index) => [label, index]));
  const labels = Int32Array.from(photos, ({ label }) => indexOf.get(label!)!);
  return { photos, vocab, labels, fold: Int32Array.from(photos, ({ id }) => foldOf(groups.get(id) ?? id)) };
};

/** @param right photos whose class the property told. */
const shortcut = (name: string, { photos, vocab, labels }: Asked, right: number): Finding[] => {
  const counts = vocab.map(() => 0);
  for (const label of labels) counts[label]!++;
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
const ranked = (column: Float64Array): Float64Array => {
  const order = Int32Array.from(column.keys()).sort((a, b) => column[a]! - column[b]!);
  const places = new Float64Array(column.length);
  for (let from = 0, to = 1; from < order.length; from = to++) {
    while (to < order.length && column[order[to]!] === column[order[from]!]) to++;
    for (const at of order.subarray(from, to)) places[at] = (from + to - 1) / 2 / column.length;
  }
  return places;
};

/** Ids are hashes: their last digits are as good as drawn. */
const foldOf = (id: string): number => {
  let sum = 0;
  for (let at = 0; at < id.length; at++) sum = (sum * 31 + id.charCodeAt(at)) % 1_000_003;
  return sum % folds;
};

/** Photos that a Gaussian naive Bayes, made of the other folds, answers right. @param columns one number a photo each. */
const heldOutRight = (columns: readonly Float64Array[], { vocab, labels, fold }: Asked): number => {
  const floors = columns.map((column) => varianceOf(column) * 1e-3 + 1e-9);
  let right = 0;
  for (let held = 0; held < folds; held++) {
    const counts = new Float64Array(vocab.length);
    for (let at = 0; at < labels.length; at++) if (fold[at] !== held) counts[labels[at]!]!++;
    const parts = columns.map((column, j) => {
      const means = new Float64Array(vocab.length);
      for (let at = 0; at < labels.length; at++) if (fold[at] !== held) means[labels[at]!]! += column[at]!;
      for (let c = 0; c < means.length; c++) means[c]! /= counts[c]!;
      const variances = new Float64Array(vocab.length);
      for (let at = 0; at < labels.length; at++)
        if (fold[at] !== held) variances[labels[at]!]! += (column[at]! - means[labels[at]!]!) ** 2;
      for (let c = 0; c < means.length; c++) variances[c] = variances[c]! / counts[c]! + floors[j]!;
      return { column, means, variances };
    });
    for (let at = 0; at < labels.length; at++) {
      if (fold[at] !== held) continue;
      let best = -1;
      let most = -Infinity;
      for (let c = 0; c < vocab.length; c++) {
        if (counts[c]! < 2) continue;
        let score = Math.log(counts[c]!);
        for (const { column, means, variances } of parts)
          score -= 0.5 * (Math.log(variances[c]!) + (column[at]! - means[c]!) ** 2 / variances[c]!);
        if (score > most) [best, most] = [c, score];
      }
      if (best === labels[at]) right++;
    }
  }
  return right;
};

const varianceOf = (values: Float64Array): number => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
};
