import { expect, it } from 'vitest';
import { defaultSpec } from '../../../src/core/dataset/spec.js';
import type { Item, ItemId, Scan } from '../../../src/core/dataset/item.js';
import type { Gathered } from '../../../src/core/gather/candidate.js';
import { withSources } from '../../../src/core/gather/sources.js';
import { gatherEstimate } from '../../../src/core/gather/estimate.js';
import { Shelf } from '../../../src/core/gather/shelf.js';
import type { Entry } from '../../../src/core/journal/entry.js';
import { groupsOf } from '../../../src/core/split/groups.js';

const id = (n: number): ItemId => String(n).repeat(64) as ItemId;
const item = (n: number): Item => {
  const path = `images/cat/${String(n)}.jpg`;
  return { id: id(n), paths: [path], at: path, folderLabel: 'cat', givenSplit: null, groupValue: null };
};
const gathered = (n: number, pageUrl: string, group: string | null): Gathered => ({
  id: id(n),
  path: item(n).at,
  label: 'cat',
  provenance: {
    provider: 'inaturalist',
    query: 'cat',
    rank: n,
    pageUrl,
    imageUrl: `https://cdn.example/${String(n)}.jpg`,
    licence: 'cc0',
    licenceUrl: null,
    creator: null,
    attribution: null,
    group,
    fetchedAt: '2026-01-01T00:00:00.000Z',
    sha256: id(n),
  },
});
const scan: Scan = { items: [1, 2, 3, 4].map(item), bad: [], ignored: [], files: 4, vocab: ['cat'], notes: [] };
const entries: readonly Entry[] = [
  {
    ...{ v: 1, writer: 'w', n: 1, at: '', by: 'cli', kind: 'gathered' },
    images: [
      gathered(1, 'https://a.example/x', 'observation-7'),
      gathered(2, 'https://b.example/y', 'observation-7'),
      gathered(3, 'https://www.a.example/z', null),
    ],
  },
];
const groupIn = (groupBy: typeof defaultSpec.groupBy): (ItemId | undefined)[] => {
  const { items } = withSources(scan, { ...defaultSpec, groupBy }, entries);
  const groups = groupsOf(items, []);
  return items.map((one) => groups.get(one.id));
};

it("joins what a provider says is one thing, whatever groupBy is, and one site's images when it is 'site'", () => {
  expect(groupIn(null)).toEqual([id(1), id(1), id(3), id(4)]);
  expect(groupIn({ by: 'site' })).toEqual([id(1), id(1), id(1), id(4)]);
});

it('leaves a scan without gathered images as it is', () => {
  expect(withSources(scan, { ...defaultSpec, groupBy: { by: 'site' } }, [])).toBe(scan);
});

it('tells a copy, a near copy, a look-alike and a new picture', () => {
  const shelf = new Shelf();
  const print = (bits: number): { phash: string; isLowInformation: boolean } => ({
    phash: ((1n << BigInt(bits)) - 1n).toString(16).padStart(16, '0'),
    isLowInformation: false,
  });
  shelf.add(id(1), 'a.jpg', print(0));
  expect(shelf.compare(id(1), print(40))).toEqual({ kind: 'exact-duplicate', of: 'a.jpg' });
  expect(shelf.compare(id(2), print(6))).toEqual({ kind: 'near-duplicate', of: 'a.jpg' });
  expect([7, 10, 11].map((bits) => shelf.compare(id(2), print(bits)))).toEqual([
    { kind: 'new', lookAlike: 'a.jpg' },
    { kind: 'new', lookAlike: 'a.jpg' },
    { kind: 'new', lookAlike: null },
  ]);
  expect(shelf.compare(id(2), { ...print(0), isLowInformation: true })).toEqual({ kind: 'new', lookAlike: null });
});

it('says beforehand what a gathering will ask', () => {
  const classes = ['a', 'b', 'c'].map((name) => ({ name, terms: [name] }));
  const spec = { ...defaultSpec, classes, gather: { ...defaultSpec.gather, providers: ['openverse'] } };
  expect(gatherEstimate(spec)).toMatchObject({ calls: 30, images: 450 });
  expect(gatherEstimate(spec).sentence).toMatch(
    /^Up to 450 images for 3 classes from Openverse: about 30 search calls/,
  );
  expect(gatherEstimate({ ...spec, classes: [] }).images).toBe(0);
});
