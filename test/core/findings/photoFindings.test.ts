import { describe, expect, it } from 'vitest';
import type { ItemId } from '../../../src/core/dataset/item.js';
import { classImbalance } from '../../../src/core/findings/classImbalance.js';
import { alikeFamilies, leaks, nearDuplicates } from '../../../src/core/findings/nearDuplicates.js';
import type { Photo } from '../../../src/core/findings/photo.js';
import { checkPhotos } from '../../../src/core/findings/photoChecks.js';
import { plainLook } from './plainLook.js';

const photo = (name: string, more: Partial<Photo> = {}, width = 400, height = 300): Photo => ({
  id: name as ItemId,
  path: `cats/${name}.jpg`,
  label: 'cat',
  side: 'train',
  isDecided: false,
  facts: { width, height, format: 'jpeg', phash: '0'.repeat(16), isLowInformation: false, turns: [], look: plainLook },
  ...more,
});
const pathsOf = (findings: readonly { readonly items: readonly { readonly path: string }[] }[]): string[][] =>
  findings.map(({ items }) => items.map(({ path }) => path));

describe('near duplicates', () => {
  const photos = [photo('a'), photo('b', {}, 800, 600), photo('c'), photo('d'), photo('e', { side: 'valid' })];
  const chain = [
    { a: 0, b: 1, bits: 2, isTurned: false },
    { a: 1, b: 2, bits: 5, isTurned: false },
  ];

  it('joins chains, and names the largest first', () => {
    const found = nearDuplicates(alikeFamilies(photos, chain));
    expect(pathsOf(found)).toEqual([['cats/b.jpg', 'cats/a.jpg', 'cats/c.jpg']]);
    expect(found[0]?.why).toContain('keeping cats/b.jpg (800 × 600)');
  });

  it('keeps families apart', () => {
    const found = nearDuplicates(
      alikeFamilies(photos, [
        { a: 0, b: 1, bits: 0, isTurned: false },
        { a: 2, b: 3, bits: 6, isTurned: false },
      ]),
    );
    expect(pathsOf(found)).toEqual([
      ['cats/b.jpg', 'cats/a.jpg'],
      ['cats/c.jpg', 'cats/d.jpg'],
    ]);
    expect(found[0]!.score).toBeGreaterThan(found[1]!.score);
  });

  it('joins two families that a third pair links', () => {
    const pairs = [
      { a: 0, b: 1, bits: 1, isTurned: false },
      { a: 2, b: 3, bits: 1, isTurned: false },
      { a: 1, b: 2, bits: 1, isTurned: false },
    ];
    expect(pathsOf(nearDuplicates(alikeFamilies(photos, pairs)))[0]).toHaveLength(4);
  });

  it('leaves families of two labels to the conflicts, and what is decided alone', () => {
    const labelled = [
      photo('a'),
      photo('b', { label: 'dog' }),
      photo('c', { isDecided: true }),
      photo('d', { isDecided: true }),
    ];
    expect(
      nearDuplicates(
        alikeFamilies(labelled, [
          { a: 0, b: 1, bits: 1, isTurned: false },
          { a: 2, b: 3, bits: 1, isTurned: false },
        ]),
      ),
    ).toEqual([]);
  });

  it('tells a picture on both sides of the split, decided or not', () => {
    expect(leaks(alikeFamilies(photos, chain))).toEqual([]);
    const found = leaks(alikeFamilies(photos, [{ a: 3, b: 4, bits: 1, isTurned: false }]));
    expect(pathsOf(found)).toEqual([['cats/d.jpg', 'cats/e.jpg']]);
    expect(found[0]?.why).toContain('train and valid');
  });
});

describe('checks of a photo', () => {
  const many = Array.from({ length: 40 }, (_, i) => photo(`p${i}`, {}, 400 + i, 300));
  const kindsOf = (...odd: Photo[]): string[] => checkPhotos([...many, ...odd]).findings.map(({ kind }) => kind);

  it('finds nothing in ordinary photos', () => {
    expect(checkPhotos(many)).toEqual({ findings: [], properties: [] });
    expect(checkPhotos([])).toEqual({ findings: [], properties: [] });
  });

  it('finds one planted of each kind', () => {
    const flat = photo('flat');
    expect(kindsOf({ ...flat, facts: { ...flat.facts!, isLowInformation: true } })).toEqual(['low-information']);
    expect(kindsOf(photo('icon', {}, 48, 48))).toEqual(['tiny', 'odd-size']);
    expect(kindsOf(photo('banner', {}, 720, 160))).toEqual(['odd-aspect']);
    expect(kindsOf(photo('poster', {}, 4000, 3000))).toEqual(['odd-size']);
  });

  it('does not bring back what a person has kept, nor judge what was not decoded', () => {
    expect(kindsOf(photo('icon', { isDecided: true }, 48, 48), photo('unseen', { facts: null }))).toEqual([]);
  });

  it('tells what most photos are like in one sentence', () => {
    const icons = Array.from({ length: 6 }, (_, i) => photo(`i${i}`, {}, 32, 32));
    const { findings, properties } = checkPhotos([...icons, photo('large')]);
    expect(findings).toEqual([]);
    expect(properties).toEqual(['6 of 7 photos are smaller than 64 pixels on a side.']);
  });
});

describe('class imbalance', () => {
  it('names rare classes against the largest', () => {
    const found = classImbalance(
      new Map([
        ['cat', 160],
        ['dog', 40],
        ['emu', 20],
        ['planned', 0],
      ]),
    );
    expect(found.map(({ label, items }) => [label, items.length])).toEqual([['emu', 0]]);
    expect(found[0]?.why).toContain('emu has 20 photos, cat has 160');
  });

  it('says nothing of one class, or none', () => {
    expect(classImbalance(new Map([['cat', 3]]))).toEqual([]);
    expect(classImbalance(new Map())).toEqual([]);
  });
});
