import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allows, licencePolicies } from '../../../src/core/gather/licence.js';
import type { Provider, ResultPage, Search, WebReply } from '../../../src/core/gather/provider.js';
import { licenceNamed } from '../../../src/core/gather/providers/reading.js';
import { providers } from '../../../src/core/gather/providers/registry.js';

const canary = 'CANARY-0123456789';
const named = (id: string): Provider => providers.find((provider) => provider.id === id)!;
const searchOf = (provider: Provider, more: Partial<Search> = {}): Search => ({
  query: 'red shoe',
  cursor: null,
  licence: 'any',
  baseUrl: provider.defaultBaseUrl,
  key: provider.key ? canary : null,
  ...more,
});
const fixtureOf = (id: string): string =>
  readFileSync(path.join(import.meta.dirname, '../../fixtures/providers', `${id.split('-')[0]!}.json`), 'utf8');
const replyOf = (body: string, status = 200, headers: WebReply['headers'] = {}): WebReply => ({
  status,
  headers,
  body,
});
const pageOf = (id: string, more: Partial<Search> = {}, headers: WebReply['headers'] = {}): ResultPage => {
  const provider = named(id);
  const outcome = provider.parse(replyOf(fixtureOf(id), 200, headers), searchOf(provider, more));
  if (!outcome.ok) throw new Error(outcome.message);
  return outcome.page;
};

describe('recorded shapes', () => {
  it('Openverse: licence, attribution, what has no address left out', () => {
    const { candidates, next } = pageOf('openverse');
    expect(candidates).toEqual([
      {
        provider: 'openverse',
        query: 'red shoe',
        rank: 0,
        imageUrl: 'https://live.staticflickr.com/1/2_b.jpg?x=1',
        thumbnailUrl: 'https://api.openverse.org/v1/images/a1/thumb/',
        pageUrl: 'https://www.flickr.com/photos/1/2',
        title: 'Red shoe',
        width: 1024,
        height: 768,
        licence: 'by',
        licenceUrl: 'https://creativecommons.org/licenses/by/2.0/',
        creator: 'Ann',
        attribution: '"Red shoe" by Ann is licensed under CC BY 2.0.',
        group: null,
      },
      expect.objectContaining({
        rank: 1,
        licence: 'by-nc-nd',
        attribution: 'Photo by an unknown author (Openverse, CC BY-NC-ND)',
      }),
    ]);
    expect(next).toBe('2');
    expect(pageOf('openverse', { cursor: '3' }).next).toBeNull();
    expect(pageOf('openverse', { licence: 'commercial' }).candidates.map(({ rank }) => rank)).toEqual([0]);
  });

  it('Wikimedia Commons: in the order of their index, HTML taken off, drawings left out', () => {
    const { candidates, next } = pageOf('wikimedia');
    expect(candidates.map(({ title, licence, creator, rank }) => [rank, title, licence, creator])).toEqual([
      [0, 'First shoe', 'by-sa', 'Bob & Eve'],
      [1, 'Second', 'pdm', 'Unknown'],
    ]);
    expect(next).toBe('50');
    // The same page for ever: it does not go on.
    expect(pageOf('wikimedia', { cursor: '50' }).next).toBeNull();
  });

  it('iNaturalist: photos of one observation are one group; closed ones pass only "any"', () => {
    const all = pageOf('inaturalist').candidates;
    expect(all.map(({ group, imageUrl, licence }) => [group, imageUrl.split('/').at(-1), licence])).toEqual([
      ['777', 'large.jpg', 'by'],
      ['777', 'large.jpeg', 'all-rights-reserved'],
      ['778', 'large.jpg', 'cc0'],
    ]);
    expect(pageOf('inaturalist', { licence: 'cc' }).candidates).toHaveLength(2);
    expect(all[2]!.pageUrl).toBe('https://www.inaturalist.org/observations/778');
  });

  it('Brave: says what it searched for instead, and what is left of the month', () => {
    const page = pageOf('brave', { query: 'adiddas shoe' }, { 'x-ratelimit-remaining': '1, 14992' });
    expect(page.candidates).toHaveLength(1);
    expect(page.notes).toEqual(['Brave searched for "adidas shoe" instead.']);
    expect(page.quotaLeft).toBe(14992);
    // It tells no licence.
    expect(pageOf('brave', { licence: 'cc' }).candidates).toEqual([]);
  });

  it('SerpApi, Pexels and Flickr', () => {
    expect(pageOf('serpapi-google').candidates.map(({ imageUrl }) => imageUrl)).toEqual(['https://shop.example/1.jpg']);
    expect(pageOf('serpapi-bing').next).toBe('2');
    expect(pageOf('pexels').candidates[0]).toMatchObject({ licence: 'pexels', attribution: 'Photo by Kim on Pexels' });
    expect(pageOf('flickr').candidates.map(({ licence, height, pageUrl }) => [licence, height, pageUrl])).toEqual([
      ['by', 768, 'https://www.flickr.com/photos/12%40N01/55'],
      ['all-rights-reserved', null, 'https://www.flickr.com/photos/12%40N01/56'],
    ]);
    expect(pageOf('flickr', { licence: 'commercial' }).candidates).toHaveLength(1);
  });
});

describe('every provider', () => {
  it.each(providers.map((provider) => [provider.id, provider] as const))('%s tells refusals apart', (_, provider) => {
    const failureOf = (reply: WebReply): string => {
      const outcome = provider.parse(reply, searchOf(provider));
      expect(JSON.stringify(outcome)).not.toContain(canary);
      return outcome.ok ? 'ok' : outcome.failure;
    };
    expect(failureOf(replyOf('{}', 401))).toBe('bad-key');
    expect(failureOf(replyOf('{}', 402))).toBe('quota-used-up');
    expect(failureOf(replyOf('{}', 403))).toBe('refused');
    for (const after of ['30', 'Fri, 31 Dec 2027 23:59:59 GMT', 'soon']) {
      expect(failureOf(replyOf('{}', 429, { 'retry-after': after }))).toBe('rate-limited');
    }
    expect(failureOf(replyOf('{}', 500))).toBe('unavailable');
    expect(failureOf(replyOf('<html>Sign in</html>'))).toBe('not-understood');
    expect(failureOf(replyOf('{"results": ['))).toBe('not-understood');
    expect(failureOf(replyOf('[]'))).toBe('not-understood');
    const empty = provider.parse(replyOf('{}'), searchOf(provider));
    expect(empty).toMatchObject({ ok: true, page: { candidates: [], next: null } });
  });

  it.each(providers.filter(({ key }) => key?.isRequired === true).map((provider) => [provider.id, provider] as const))(
    '%s without a key asks for one',
    (_, provider) => {
      expect(provider.parse(replyOf('{}', 401), searchOf(provider, { key: null }))).toMatchObject({
        failure: 'needs-key',
      });
    },
  );

  it('asks with a valid address for any term, and puts the key nowhere else', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...providers),
        fc.string({ unit: 'binary' }),
        fc.constantFrom(...licencePolicies),
        (provider, query, licence) => {
          const { url, headers } = provider.request(searchOf(provider, { query, licence }));
          const parsed = new URL(url);
          expect(parsed.origin).toBe(provider.defaultBaseUrl);
          const isInHeaders = JSON.stringify(headers).includes(canary);
          expect(isInHeaders || parsed.search.includes(canary)).toBe(provider.key !== null);
          expect(parsed.pathname).not.toContain(canary);
        },
      ),
    );
  });

  it('never throws, and never offers what no downloader could fetch or the policy forbids', () => {
    const scraps = fc.oneof(fc.json(), fc.string(), mangled());
    fc.assert(
      fc.property(
        fc.constantFrom(...providers),
        scraps,
        fc.constantFrom(...licencePolicies),
        fc.nat(600),
        (provider, body, licence, status) => {
          const outcome = provider.parse(
            replyOf(body, status % 3 === 0 ? status : 200),
            searchOf(provider, { licence }),
          );
          if (!outcome.ok) return;
          for (const candidate of outcome.page.candidates) {
            expect(candidate.imageUrl).toMatch(/^https?:/);
            expect(allows(licence, candidate.licence)).toBe(true);
          }
        },
      ),
    );
  });
});

/** A recorded answer with one of its values replaced by anything. */
const mangled = (): fc.Arbitrary<string> =>
  fc.tuple(fc.constantFrom(...providers), fc.nat(), fc.jsonValue()).map(([{ id }, seed, value]) => {
    const places: ((with_: unknown) => void)[] = [];
    const json = JSON.parse(fixtureOf(id)) as object;
    const walk = (at: object): void => {
      for (const [key, child] of Object.entries(at)) {
        places.push((replacement) => ((at as Record<string, unknown>)[key] = replacement));
        if (typeof child === 'object' && child !== null) walk(child as object);
      }
    };
    walk(json);
    places[seed % places.length]!(value);
    return JSON.stringify(json);
  });

it.each([
  ['CC BY-SA 4.0', 'by-sa'],
  ['cc-by-nc-nd', 'by-nc-nd'],
  ['CC BY 2.0', 'by'],
  ['CC0', 'cc0'],
  ['cc0 1.0', 'cc0'],
  ['Public domain', 'pdm'],
  ['PD-old-70', 'pdm'],
  ['GFDL', 'other'],
  ['by', 'by'],
  ['No known copyright restrictions', 'no-known-restrictions'],
  ['', null],
  [null, null],
])('the licence %s is %s', (text, licence) => {
  expect(licenceNamed(text)).toBe(licence);
});
