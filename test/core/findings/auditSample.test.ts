import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ItemId } from '../../../src/core/dataset/item.js';
import { drawAuditSample } from '../../../src/core/findings/auditSample.js';

const labelled = (counts: Record<string, number>): Map<ItemId, string> =>
  new Map(
    Object.entries(counts).flatMap(([label, n]) =>
      Array.from({ length: n }, (_, i) => [`${label}${String(i)}` as ItemId, label]),
    ),
  );

test('per class by largest remainder', () => {
  const labels = labelled({ a: 100, b: 50, c: 33 });
  const sample = drawAuditSample(labels, 60, 42);
  const of = (label: string) => sample.filter((id) => labels.get(id) === label).length;
  expect([of('a'), of('b'), of('c')]).toEqual([33, 16, 11]);
});

test('all when there are fewer than asked; the order of the map does not matter', () => {
  const labels = labelled({ a: 5, b: 2 });
  expect(drawAuditSample(labels, 60, 42)).toHaveLength(7);
  const many = labelled({ a: 90, b: 40 });
  expect(drawAuditSample(new Map([...many].reverse()), 60, 42)).toEqual(drawAuditSample(many, 60, 42));
});

test('always min(size, n) distinct ids', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 }),
      fc.nat(100),
      (sizes, seed) => {
        const labels = labelled(Object.fromEntries(sizes.map((n, i) => [`class${String(i)}-`, n])));
        const sample = drawAuditSample(labels, 60, seed);
        expect(new Set(sample).size).toBe(Math.min(60, labels.size));
      },
    ),
  );
});
