import { expect, it } from 'vitest';
import { parse } from 'csv-parse/sync';
import type { ItemId } from '../../../src/core/dataset/item.js';
import type { Gathered, Provenance } from '../../../src/core/gather/candidate.js';
import { creditsOf, csvCell } from '../../../src/core/gather/credits.js';
import { siteOf } from '../../../src/core/gather/sources.js';

const id = 'a'.repeat(64) as ItemId;
const image = (path: string, more: Partial<Provenance> = {}): Gathered => ({
  id,
  path,
  label: 'mug',
  provenance: {
    provider: 'openverse',
    query: 'coffee mug',
    rank: 3,
    pageUrl: 'https://www.pages.example/1',
    imageUrl: 'https://img.example/1.jpg',
    licence: 'by-sa',
    licenceUrl: 'https://creativecommons.org/licenses/by-sa/4.0/',
    creator: 'Ann',
    attribution: null,
    group: null,
    fetchedAt: '2026-01-01T00:00:00.000Z',
    sha256: id,
    ...more,
  },
});

it('defuses every cell that a spreadsheet would calculate, and round-trips the rest', () => {
  const creators = ['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', 'a,b', 'say "hi"', 'two\nlines', 'Ann'];
  const { csv } = creditsOf(creators.map((creator, i) => image(`images/mug/${String(i)}.jpg`, { creator })));
  const rows: Record<string, string>[] = parse(csv, { columns: true, record_delimiter: '\r\n' });
  const told = rows.map((row) => row['creator']);
  expect(told).toEqual(creators.map((creator) => (/^[=+\-@\t\r]/.test(creator) ? `'${creator}` : creator)));
  expect(csvCell('plain')).toBe('plain');
});

it('groups by licence and takes the words of strangers as text', () => {
  const { markdown, images, unlicensed } = creditsOf([
    image('images/mug/b.jpg', { creator: '<img src=x onerror=1> [x](javascript:1)\n# big' }),
    image('images/mug/a.jpg', { licence: null, licenceUrl: null, pageUrl: 'javascript:alert(1)' }),
  ]);
  expect([images, unlicensed]).toEqual([2, 1]);
  expect(markdown).toContain('## [CC BY-SA](<https://creativecommons.org/licenses/by-sa/4.0/>) (1)');
  expect(markdown).toContain('## Licence not told (1)');
  expect(markdown).not.toMatch(/[^\\]<img|[^\\]\]\(<?javascript|^# big/m);
});

it('names the site by the page, else by the file', () => {
  expect(siteOf({ pageUrl: 'https://www.Shop.example/a', imageUrl: 'https://cdn.example/b' })).toBe('shop.example');
  expect(siteOf({ pageUrl: null, imageUrl: 'http://user@cdn.example:8080/b' })).toBe('cdn.example:8080');
  expect(siteOf({ pageUrl: null, imageUrl: 'not a url' })).toBeNull();
});
