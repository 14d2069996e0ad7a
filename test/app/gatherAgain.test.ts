import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/app/decide.js';
import { gather } from '../../src/app/gather/gather.js';
import { WinnowError } from '../../src/base/errors.js';
import { gatheredOf } from '../../src/core/gather/sources.js';
import { temporaryFolder } from '../node/tempDataset.js';
import {
  candidate,
  fakeEngine,
  fakeProvider,
  fakeWeb,
  openGathering,
  urlOf,
  numbered,
  good,
  providers,
  options,
  imagesIn,
  partsIn,
  namesOf,
  rowOf,
  type FakePicture,
} from './fakeGathering.js';

describe('a gathering that something comes between', () => {
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
});
