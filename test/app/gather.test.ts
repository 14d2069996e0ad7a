import { statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { gather, previewTerm, readGatherReport } from '../../src/app/gather/gather.js';
import { seededRandom } from '../../src/base/random.js';
import { gatheredOf } from '../../src/core/gather/sources.js';
import type { GatherProgress } from '../../src/core/gather/report.js';
import type { Candidate } from '../../src/core/gather/candidate.js';
import { temporaryFolder } from '../node/tempDataset.js';
import {
  candidate,
  fakeWeb,
  hashOf,
  openGathering,
  urlOf,
  numbered,
  good,
  options,
  imagesIn,
  partsIn,
  namesOf,
  rowOf,
  type FakePicture,
} from './fakeGathering.js';

describe('a gathering', () => {
  it('interleaves providers by rank, stops at the number, and writes down where each image comes from', async () => {
    const [dir, home] = [temporaryFolder(), temporaryFolder()];
    const results = { 'left/cat': numbered('left', 'l', 12), 'right/cat': numbered('right', 'r', 12) };
    const pictures = good(...[...Array(12).keys()].flatMap((i) => [`l${String(i)}`, `r${String(i)}`]));
    const web = fakeWeb(results, pictures);
    const dataset = await openGathering(dir, home, [{ name: 'cat', terms: ['cat'] }], {
      providers: ['left', 'right'],
      perClass: 7,
    });
    const report = await gather(dataset, web, options);
    expect(await namesOf(dataset, 'cat')).toEqual(['l0', 'l1', 'l2', 'l3', 'r0', 'r1', 'r2']);
    expect(report.classes).toMatchObject([{ label: 'cat', wanted: 7, gathered: 7, state: 'done', downloading: 0 }]);
    expect(web.fetched).toHaveLength(7);
    expect(web.asked).toEqual(['https://left.example/cat/0', 'https://right.example/cat/0']);
    expect(imagesIn(dir)).toHaveLength(7);
    expect(imagesIn(dir).every((file) => /^images\/cat\/(left|right)-[0-9a-f]{10}\.jpg$/.test(file))).toBe(true);
    expect(partsIn(dir)).toEqual([]);
    const { scan } = await dataset.snapshot();
    const known = new Map(gatheredOf(await dataset.store.journal.read()).map((one) => [one.id, one]));
    for (const { id, paths } of scan.items) {
      expect(known.get(id)).toMatchObject({ path: paths[0], label: 'cat', provenance: { sha256: id, licence: 'by' } });
    }
    expect(await readGatherReport(dataset)).toMatchObject({ classes: [{ gathered: 7, state: 'done' }] });
  });

  it('rejects with a reason and takes replacements until the source is exhausted', async () => {
    const [dir, home] = [temporaryFolder(), temporaryFolder()];
    const names = ['a', 'same', 'near', 'alike', 'small', 'moving', 'html', 'gone', 'closed', 'b'];
    const found = names.map((name) =>
      candidate('left', name, name === 'closed' ? { licence: 'all-rights-reserved' } : {}),
    );
    const bits = (flipped: number): string =>
      (BigInt(`0x${hashOf('a')}`) ^ ((1n << BigInt(flipped)) - 1n)).toString(16).padStart(16, '0');
    const pictures = new Map<string, FakePicture | 'not-found'>([
      ...good('a', 'b'),
      [urlOf('same'), { name: 'a' }],
      [urlOf('near'), { name: 'near', phash: bits(6) }],
      [urlOf('alike'), { name: 'alike', phash: bits(8) }],
      [urlOf('small'), { name: 'small', side: 100 }],
      [urlOf('moving'), { name: 'moving', isAnimated: true }],
      [urlOf('html'), { name: 'html', bad: 'not-an-image' }],
      [urlOf('gone'), 'not-found'],
    ]);
    const web = fakeWeb({ 'left/cat': found }, pictures);
    const dataset = await openGathering(dir, home, [{ name: 'cat', terms: ['cat'] }], {
      providers: ['left'],
      perClass: 5,
    });
    const report = await gather(dataset, web, options);
    expect(await namesOf(dataset, 'cat')).toEqual(['a', 'alike', 'b']);
    expect(report.classes).toMatchObject([
      {
        gathered: 3,
        state: 'exhausted',
        rejected: {
          'exact-duplicate': 1,
          'near-duplicate': 1,
          'too-small': 1,
          animated: 1,
          'not-an-image': 1,
          'not-found': 1,
          licence: 1,
        },
      },
    ]);
    expect(rowOf(report, 'alike')).toMatchObject({ outcome: 'gathered', lookAlike: rowOf(report, 'a')?.path });
    expect(rowOf(report, 'html')).toMatchObject({ outcome: 'rejected', type: 'html' });
    expect(rowOf(report, 'gone')).toMatchObject({ outcome: 'failed', reason: 'not-found' });
    expect(web.fetched).not.toContain(urlOf('closed'));
    expect(partsIn(dir)).toEqual([]);

    const again = fakeWeb({}, new Map([...pictures, [urlOf('gone'), { name: 'gone' }]]));
    await gather(dataset, again, options);
    expect([again.asked, again.fetched]).toEqual([[], []]);
    const retried = await gather(dataset, again, { ...options, retry: 'failed' });
    expect(again.fetched).toEqual([urlOf('gone')]);
    expect(rowOf(retried, 'gone')).toMatchObject({ outcome: 'gathered' });
    await gather(dataset, again, { ...options, retry: [urlOf('html')] });
    expect(again.fetched).toEqual([urlOf('gone'), urlOf('html')]);
    await expect(gather(dataset, again, { ...options, retry: ['https://x.example/y'] })).rejects.toMatchObject({
      code: 'usage',
    });
  });

  it('keeps an image that two classes find in both, and says so by its conflict', async () => {
    const [dir, home] = [temporaryFolder(), temporaryFolder()];
    const results = { 'left/cat': [candidate('left', 'both')], 'left/dog': [candidate('left', 'twin')] };
    const web = fakeWeb(
      results,
      new Map([
        [urlOf('both'), { name: 'x' }],
        [urlOf('twin'), { name: 'x' }],
      ]),
    );
    const classes = [
      { name: 'cat', terms: ['cat'] },
      { name: 'dog', terms: ['dog'] },
    ];
    const dataset = await openGathering(dir, home, classes, { providers: ['left'], perClass: 1 });
    const report = await gather(dataset, web, options);
    expect(report.classes.map(({ gathered, state }) => [gathered, state])).toEqual([
      [1, 'done'],
      [1, 'done'],
    ]);
    const { scan } = await dataset.snapshot();
    expect(scan.items).toMatchObject([{ folderLabel: null, paths: [{}, {}].map(() => expect.any(String) as string) }]);
  });

  it('fetches an address once that two classes find, whichever comes first, and gives each its own file', async () => {
    for (let round = 0; round < 6; round++) {
      const random = seededRandom(round);
      const [dir, home] = [temporaryFolder(), temporaryFolder()];
      const found = numbered('left', 'p', 6);
      const results = { 'left/cat': found, 'left/dog': [...found.slice(4), ...found.slice(0, 3)] };
      const web = fakeWeb(results, good('p0', 'p1', 'p2', 'p3', 'p4'));
      web.delay = () => new Promise((resolve) => setTimeout(resolve, random.next() * 6));
      const classes = ['cat', 'dog'].map((name) => ({ name, terms: [name] }));
      const dataset = await openGathering(dir, home, classes, { providers: ['left'], perClass: 9 });
      const report = await gather(dataset, web, options);
      expect(web.fetched.toSorted()).toEqual(found.map(({ imageUrl }) => imageUrl));
      expect(report.rows.filter(({ outcome }) => outcome === 'failed').map(({ label }) => label)).toEqual([
        'cat',
        'dog',
      ]);
      const { scan } = await dataset.snapshot();
      expect(scan.items.map(({ paths }) => paths.length).toSorted()).toEqual([1, 2, 2, 2, 2]);
      expect(new Set(imagesIn(dir).map((file) => statSync(path.join(dir, file)).ino)).size).toBe(9);
      expect(partsIn(dir)).toEqual([]);
    }
  });

  it('gathers the same images in whatever order the network answers', async () => {
    const found = numbered('left', 'p', 60);
    // Every third is a copy of an earlier one, every seventh is broken.
    const pictures = new Map(
      found.map((one, i): [string, FakePicture] => [
        one.imageUrl,
        i % 7 === 6 ? { name: `p${String(i)}`, bad: 'corrupt' } : { name: `p${String(i % 3 === 2 ? i - 2 : i)}` },
      ]),
    );
    const gatherOnce = async (seed: number): Promise<string[]> => {
      const [dir, home] = [temporaryFolder(), temporaryFolder()];
      const random = seededRandom(seed);
      const web = fakeWeb({ 'left/cat': found }, pictures);
      const waiting: (() => void)[] = [];
      web.delay = () =>
        new Promise((resolve) => {
          waiting.push(resolve);
          setImmediate(() => {
            for (const next of random.shuffled(waiting.splice(0))) next();
          });
        });
      const dataset = await openGathering(dir, home, [{ name: 'cat', terms: ['cat'] }], {
        providers: ['left'],
        perClass: 20,
      });
      await gather(dataset, web, options);
      expect(new Set(web.fetched).size).toBe(web.fetched.length);
      return imagesIn(dir);
    };
    const first = await gatherOnce(1);
    expect(first).toHaveLength(20);
    for (const seed of [2, 3, 4]) expect(await gatherOnce(seed)).toEqual(first);
  });

  it('warns of two classes whose searches find the same images', async () => {
    const [dir, home] = [temporaryFolder(), temporaryFolder()];
    const [p0, p1, p2] = numbered('left', 'p', 3);
    const web = fakeWeb({ 'left/cup': [p0!, p1!], 'left/mug': [p1!, p2!] }, good('p0', 'p1', 'p2'));
    const classes = ['cup', 'mug'].map((name) => ({ name, terms: [name] }));
    const dataset = await openGathering(dir, home, classes, { providers: ['left'], perClass: 2 });
    const { overlaps } = await gather(dataset, web, options);
    expect(overlaps).toMatchObject([{ labels: ['cup', 'mug'], images: 1 }]);
  });

  it('tells how it stands while it runs, and at the end', async () => {
    const [dir, home] = [temporaryFolder(), temporaryFolder()];
    const web = fakeWeb({ 'left/cat': numbered('left', 'p', 3) }, good('p0', 'p1', 'p2'));
    const dataset = await openGathering(dir, home, [{ name: 'cat', terms: ['cat'] }], {
      providers: ['left'],
      perClass: 3,
    });
    const told: GatherProgress[] = [];
    const report = await gather(dataset, web, options, (progress) => told.push(progress));
    expect(told.length).toBeGreaterThan(1);
    expect(told.at(-1)).toEqual({ classes: report.classes, providers: report.providers });
    expect(report.classes).toMatchObject([{ found: 3, verified: 3, rejected: {} }]);
    expect(report.providers).toMatchObject([{ id: 'left', calls: 1, found: 3 }]);
  });
});

describe('a preview', () => {
  const request = { query: 'cat', licence: 'cc', key: null, baseUrl: null, count: 3 } as const;
  const answer = (candidates: readonly Candidate[]) => async () => ({
    ok: true as const,
    reply: {
      status: 200,
      headers: {},
      body: JSON.stringify({
        page_count: 1,
        results: candidates.map(({ imageUrl, licence }) => ({ url: imageUrl, license: licence })),
      }),
    },
  });

  it('shows the first that the licence policy lets through', async () => {
    const web = fakeWeb({}, new Map());
    web.get = answer([...numbered('x', 'p', 4), candidate('x', 'q', { licence: null })].reverse());
    const preview = await previewTerm(web, { ...request, provider: 'openverse' });
    expect(preview.failure).toBeNull();
    expect(preview.candidates.map(({ imageUrl }) => imageUrl)).toEqual(['p3', 'p2', 'p1'].map(urlOf));
    expect(web.fetched).toEqual([]);
  });

  it('says why there is nothing', async () => {
    const web = fakeWeb({}, new Map());
    expect(await previewTerm(web, { ...request, provider: 'brave' })).toMatchObject({
      candidates: [],
      failure: { code: 'needs-key' },
    });
    web.get = async () => ({ ok: false, failure: 'offline', message: 'There is no network.' });
    expect(await previewTerm(web, { ...request, provider: 'openverse' })).toMatchObject({
      failure: { code: 'offline' },
    });
  });
});
