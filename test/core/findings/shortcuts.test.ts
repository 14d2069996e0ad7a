import fc from 'fast-check';
import { expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/random.js';
import type { ItemId } from '../../../src/core/dataset/item.js';
import type { Photo } from '../../../src/core/findings/photo.js';
import { shortcuts } from '../../../src/core/findings/shortcuts.js';
import { plainLook } from './plainLook.js';

const foldOf = (id: string): number =>
  Array.from(id).reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_003, 0) % 5;
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const variance = (values: readonly number[]): number => mean(values.map((value) => (value - mean(values)) ** 2));

/** Share right of a Gaussian naive Bayes over places within columns, each photo answered without its fold; as plainly as can be. */
const plainShare = (
  rows: readonly (readonly number[])[],
  labels: readonly string[],
  ids: readonly string[],
): number => {
  const places = rows.map((row) =>
    row.map((value, j) => {
      const below = rows.filter((other) => other[j]! < value).length;
      const equal = rows.filter((other) => other[j] === value).length;
      return (below + (equal - 1) / 2) / rows.length;
    }),
  );
  const floors = rows[0]!.map((_, j) => variance(places.map((row) => row[j]!)) * 1e-3 + 1e-9);
  const right = places.filter((row, at) => {
    const scores = [...new Set(labels)].flatMap((label) => {
      const own = places.filter((_, i) => labels[i] === label && foldOf(ids[i]!) !== foldOf(ids[at]!));
      if (own.length < 2) return [];
      const score = row.reduce((sum, value, j) => {
        const column = own.map((other) => other[j]!);
        const wide = variance(column) + floors[j]!;
        return sum - 0.5 * (Math.log(wide) + (value - mean(column)) ** 2 / wide);
      }, Math.log(own.length));
      return [{ label, score }];
    });
    return scores.reduce((best, next) => (next.score > best.score ? next : best)).label === labels[at];
  });
  return right.length / rows.length;
};

it('tells what a naive Bayes written plainly tells, with equal values and small classes', () => {
  let told = 0;
  fc.assert(
    fc.property(
      fc.integer({ min: 50, max: 120 }),
      fc.integer({ min: 2, max: 4 }),
      fc.integer({ min: 2, max: 30 }),
      fc.nat(1e6),
      (count, classes, levels, seed) => {
        const random = seededRandom(seed);
        const labels = Array.from({ length: count }, () => `class ${String(Math.floor(classes * random.next() ** 2))}`);
        const level = (of: number): number => Math.floor(levels * random.next() + of) / levels;
        const photos = labels.map((label, at): Photo => {
          const of = (4 * Number(label.at(-1)!) * levels) / classes;
          const look = { ...plainLook, brightest: level(of), darkest: level(0) };
          const facts = {
            width: 400,
            height: 300,
            format: 'jpeg',
            phash: '0'.repeat(16),
            isLowInformation: false,
          } as const;
          return {
            id: `${String(at)}-${String(seed)}` as ItemId,
            path: `${String(at)}.jpg`,
            label,
            side: 'train',
            isDecided: false,
            facts: { ...facts, turns: [], look },
          };
        });
        const found = shortcuts(photos, new Map(), new Map()).map(({ why }) =>
          /^(\w+) alone .* of (\d+) photos/.exec(why)!.slice(1),
        );
        const share = plainShare(
          photos.map(({ facts }) => [facts!.look.brightest, facts!.look.darkest]),
          labels,
          photos.map(({ id }) => id),
        );
        const most =
          Math.max(...[...new Set(labels)].map((label) => labels.filter((own) => own === label).length)) / count;
        const isTold = share - 1.96 * Math.sqrt((share * (1 - share)) / count) - most >= 0.2;
        told += Number(isTold);
        expect(found).toEqual(isTold ? [['Brightness', String(Math.round(100 * share))]] : []);
      },
    ),
    { seed: 3, numRuns: 60 },
  );
  expect(told).toBeGreaterThan(10);
});
