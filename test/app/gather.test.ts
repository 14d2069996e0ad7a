import { existsSync, readdirSync, writeFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, it, describe } from 'vitest';
import { decide } from '../../src/app/decide.js';
import { gather, previewTerm, readGatherReport } from '../../src/app/gather/gather.js';
import type { OpenDataset } from '../../src/app/openDataset.js';
import { WinnowError } from '../../src/base/errors.js';
import { seededRandom } from '../../src/base/random.js';
import type { Candidate } from '../../src/core/gather/candidate.js';
import { gatheredOf } from '../../src/core/gather/sources.js';
import type { GatherProgress, GatherReport } from '../../src/core/gather/report.js';
import { filesIn, temporaryFolder } from '../node/tempDataset.js';
import {
  candidate,
  fakeEngine,
  fakeProvider,
  fakeWeb,
  hashOf,
  openGathering,
  type FakePicture,
} from './fakeGathering.js';

const urlOf = (name: string): string => `https://img.example/${name}.jpg`;
const numbered = (provider: string, stem: string, count: number): Candidate[] =>
  Array.from({ length: count }, (_, i) => candidate(provider, `${stem}${String(i)}`));
const good = (...names: readonly string[]): Map<string, FakePicture> =>
  new Map(names.map((name) => [urlOf(name), { name }]));
const providers = [fakeProvider('left'), fakeProvider('right')];
const options = { keys: {}, baseUrls: {}, providers };
const imagesIn = (dir: string): string[] => (existsSync(path.join(dir, 'images')) ? filesIn(dir, 'images') : []);
const partsIn = (dir: string): string[] => readdirSync(path.join(dir, '.winnow/tmp'));
const namesOf = async (dataset: OpenDataset, label: string): Promise<string[]> =>
  gatheredOf(await dataset.store.journal.read())
    .filter((one) => one.label === label)
    .map(({ provenance }) => provenance.imageUrl.replace(/^.*\/|\.jpg$/g, ''))
    .sort();
const rowOf = (report: GatherReport, name: string): GatherReport['rows'][number] | undefined =>
  report.rows.find(({ url }) => url === urlOf(name));

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

  it('goes on after a cancel without asking or fetching anything twice', async () => {
    const [dir, home] = [temporaryFolder(), temporaryFolder()];
    const found = numbered('left', 'p', 40);
    const pictures = good(...found.map(({ title }) => title ?? ''));
    const web = fakeWeb({ 'left/cat': found }, pictures);
    const abort = new AbortController();
    web.delay = async () => {
      if (web.fetched.length === 12) abort.abort();
    };
    const dataset = await openGathering(dir, home, [{ name: 'cat', terms: ['cat'] }], {
      providers: ['left'],
      perClass: 30,
    });
    await expect(gather(dataset, web, options, undefined, abort.signal)).rejects.toMatchObject({ code: 'cancelled' });
    const before = web.fetched.splice(0);
    web.delay = () => Promise.resolve();
    const report = await gather(dataset, web, options);
    expect(report.classes).toMatchObject([{ gathered: 30, state: 'done' }]);
    expect(imagesIn(dir)).toHaveLength(30);
    expect(await namesOf(dataset, 'cat')).toEqual(
      found
        .slice(0, 30)
        .map(({ title }) => title)
        .sort(),
    );
    expect(new Set(web.asked).size).toBe(web.asked.length);
    // Only what was under way when it was cancelled.
    expect(web.fetched.filter((url) => before.includes(url)).length).toBeLessThanOrEqual(24);
    expect(partsIn(dir)).toEqual([]);
  });

  it('writes down a file that lies at its place when a crash came before its entry', async () => {
    const [dir, home] = [temporaryFolder(), temporaryFolder()];
    const found = numbered('left', 'p', 3);
    const web = fakeWeb({ 'left/cat': found }, good('p0', 'p1', 'p2'));
    const dataset = await openGathering(dir, home, [{ name: 'cat', terms: ['cat'] }], {
      providers: ['left'],
      perClass: 3,
    });
    const { journal } = dataset.store;
    const append = journal.append.bind(journal);
    journal.append = () => Promise.reject(new Error('killed'));
    await expect(gather(dataset, web, options)).rejects.toThrow('killed');
    expect(imagesIn(dir).length).toBeGreaterThan(0);
    journal.append = append;
    const files = imagesIn(dir);
    const report = await gather(dataset, web, options);
    expect(report.classes).toMatchObject([{ gathered: 3 }]);
    expect(imagesIn(dir)).toEqual(expect.arrayContaining(files));
    expect(imagesIn(dir)).toHaveLength(3);
    expect(new Set(web.fetched).size).toBe(web.fetched.length);
    expect((await namesOf(dataset, 'cat')).length).toBe(3);
  });

  it('stops when the network is gone, and takes what failed by that as never tried', async () => {
    const [dir, home] = [temporaryFolder(), temporaryFolder()];
    const found = numbered('left', 'p', 6);
    const pictures = new Map<string, FakePicture | 'offline'>(good('p0', 'p1'));
    for (const { imageUrl } of found.slice(2)) pictures.set(imageUrl, 'offline');
    const dataset = await openGathering(dir, home, [{ name: 'cat', terms: ['cat'] }], {
      providers: ['left'],
      perClass: 6,
    });
    const report = await gather(dataset, fakeWeb({ 'left/cat': found }, pictures), options);
    expect(report.classes).toMatchObject([{ gathered: 2, state: 'stopped' }]);
    expect(report.providers).toMatchObject([{ id: 'left', failure: { code: 'offline' } }]);
    const back = fakeWeb({}, good(...found.map(({ title }) => title ?? '')));
    expect((await gather(dataset, back, options)).classes).toMatchObject([{ gathered: 6, state: 'done' }]);
    expect(back.fetched).toHaveLength(4);
  });

  it('goes on with the other providers when one fails, and says why', async () => {
    const [dir, home] = [temporaryFolder(), temporaryFolder()];
    const keyed = fakeProvider('keyed', 5, {
      key: { isRequired: true, env: 'KEYED_KEY', url: 'https://keyed.example' },
    });
    const web = fakeWeb({ 'left/cat': numbered('left', 'p', 2) }, good('p0', 'p1'));
    const gatherSpec = { providers: ['left', 'right', 'keyed'], perClass: 2 };
    const dataset = await openGathering(dir, home, [{ name: 'cat', terms: ['cat'] }], gatherSpec);
    const report = await gather(dataset, web, { ...options, providers: [...providers, keyed] });
    expect(report.classes).toMatchObject([{ gathered: 2, state: 'done' }]);
    const failures = new Map(report.providers.map(({ id, failure }) => [id, failure?.code ?? null]));
    expect(Object.fromEntries(failures)).toEqual({ left: null, right: 'unavailable', keyed: 'needs-key' });
  });

  it('refuses a second gathering, unknown providers, unknown classes and classes that can be no folder', async () => {
    const [dir, home] = [temporaryFolder(), temporaryFolder()];
    const web = fakeWeb({}, new Map());
    const dataset = await openGathering(dir, home, [{ name: 'cat', terms: ['cat'] }], { providers: ['left'] });
    await dataset.store.locks.withOperation('gather', () =>
      expect(gather(dataset, web, options)).rejects.toMatchObject({ code: 'busy' }),
    );
    await expect(gather(dataset, web, { ...options, labels: ['cta'] })).rejects.toMatchObject({
      code: 'unknown-label',
    });
    const wrong = await openGathering(temporaryFolder(), home, [{ name: 'cat', terms: ['cat'] }], {
      providers: ['lefd'],
    });
    await expect(gather(wrong, web, options)).rejects.toThrow(/"lefd".*nearest is "left"/);
    const slash = await openGathering(temporaryFolder(), home, [{ name: 'a/b', terms: ['x'] }], {
      providers: ['left'],
    });
    await expect(gather(slash, web, options)).rejects.toMatchObject({ code: 'usage' });
  });

  it('replaces what was thrown away, but never by the same image', async () => {
    const [dir, home] = [temporaryFolder(), temporaryFolder()];
    const found = [...numbered('left', 'p', 2), candidate('left', 'copy'), candidate('left', 'p2')];
    const web = fakeWeb({ 'left/cat': found }, new Map([...good('p0', 'p1', 'p2'), [urlOf('copy'), { name: 'p0' }]]));
    const engine = fakeEngine();
    const dataset = await openGathering(
      dir,
      home,
      [{ name: 'cat', terms: ['cat'] }],
      { providers: ['left'], perClass: 2 },
      engine,
    );
    await gather(dataset, web, options);
    const p0 = gatheredOf(await dataset.store.journal.read()).find(
      ({ provenance }) => provenance.imageUrl === urlOf('p0'),
    );
    await decide(dataset, [p0!.id], { kind: 'trash', as: 'foreign' }, 'test');
    const report = await gather(dataset, web, options);
    expect(await namesOf(dataset, 'cat')).toEqual(['p0', 'p1', 'p2']);
    expect(rowOf(report, 'copy')).toMatchObject({ reason: 'exact-duplicate' });
    expect(engine.inspected.length).toBe(4);
  });

  it('does without its log', async () => {
    const [dir, home] = [temporaryFolder(), temporaryFolder()];
    const web = fakeWeb({ 'left/cat': numbered('left', 'p', 3) }, good('p0', 'p1', 'p2'));
    const dataset = await openGathering(dir, home, [{ name: 'cat', terms: ['cat'] }], {
      providers: ['left'],
      perClass: 3,
    });
    await gather(dataset, web, options);
    writeFileSync(path.join(dir, '.winnow/gather/log.jsonl'), '{"kind":"row","row":{"label":"cat"\nnonsense\n');
    const report = await gather(dataset, web, options);
    expect(web.fetched).toHaveLength(3);
    expect(report.rows.map(({ outcome }) => outcome)).toEqual(['gathered', 'gathered', 'gathered']);
  });

  it('keeps what is done when the disk is full, and goes on when there is room', async () => {
    const [dir, home] = [temporaryFolder(), temporaryFolder()];
    const found = numbered('left', 'p', 8);
    const web = fakeWeb({ 'left/cat': found }, good(...found.map(({ title }) => title ?? '')));
    const dataset = await openGathering(dir, home, [{ name: 'cat', terms: ['cat'] }], {
      providers: ['left'],
      perClass: 8,
    });
    const { gathering } = dataset.store;
    let room = 5;
    const full = new WinnowError('disk-full', 'The disk is full.');
    const place = gathering.place.bind(gathering);
    Object.assign(gathering, {
      place: (files: Parameters<typeof place>[0]) =>
        (room -= files.length) >= 0 ? place(files) : Promise.reject(full),
    });
    await expect(gather(dataset, web, options)).rejects.toBe(full);
    room = Infinity;
    expect((await gather(dataset, web, options)).classes).toMatchObject([{ gathered: 8, state: 'done' }]);
    expect(imagesIn(dir)).toHaveLength(8);
    expect(new Set(web.fetched).size).toBe(web.fetched.length);
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
