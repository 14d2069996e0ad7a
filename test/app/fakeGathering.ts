/** A provider, a network and an engine that live in memory: pictures are texts that say what decoding them would tell. */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { OpenDataset } from '../../src/app/openDataset.js';
import { WinnowError } from '../../src/base/errors.js';
import type { BadReason } from '../../src/core/dataset/item.js';
import { defaultSpec, type ClassSpec, type GatherSpec } from '../../src/core/dataset/spec.js';
import type { Candidate } from '../../src/core/gather/candidate.js';
import type { Provider } from '../../src/core/gather/provider.js';
import type { GatherReport } from '../../src/core/gather/report.js';
import { gatheredOf } from '../../src/core/gather/sources.js';
import { openStore } from '../../src/node/datasetStore.js';
import type { Engine } from '../../src/ports/engine.js';
import type { FetchOutcome, Web } from '../../src/ports/web.js';
import type { Inspection } from '../../src/protocol/engine.js';
import { filesIn, foldersIn, idOf, quiet } from '../node/tempDataset.js';
import { plainLook } from '../core/findings/plainLook.js';

export interface FakePicture {
  /** Makes the bytes differ. */
  readonly name: string;
  readonly phash?: string;
  readonly side?: number;
  readonly isAnimated?: boolean;
  readonly bad?: BadReason;
}

const jpegHead = Buffer.from([0xff, 0xd8, 0xff, 0xe0]);
export const bytesOf = (picture: FakePicture): Buffer =>
  picture.bad === 'not-an-image'
    ? Buffer.from(`<!doctype html>${JSON.stringify(picture)}`)
    : Buffer.concat([jpegHead, Buffer.from(JSON.stringify(picture))]);

/** A hash far from all others. */
export const hashOf = (name: string): string => idOf(name).slice(0, 16);

export const fakeEngine = (): Engine & { readonly inspected: string[] } => {
  const inspected: string[] = [];
  const inspect: Engine['inspect'] = async (files) =>
    files.map(({ id, file }): Inspection => {
      inspected.push(id);
      const text = readFileSync(file, 'latin1');
      const picture = JSON.parse(text.slice(text.indexOf('{'))) as FakePicture;
      if (picture.bad) return { id, bad: { reason: picture.bad, message: 'It is broken.' } };
      const { side = 640, name } = picture;
      const phash = picture.phash ?? hashOf(name);
      const facts = {
        width: side,
        height: side,
        format: 'jpeg',
        phash,
        isLowInformation: false,
        turns: [],
        look: plainLook,
      } as const;
      return { id, facts, isAnimated: picture.isAnimated === true };
    });
  return { inspect, inspected } as unknown as Engine & { readonly inspected: string[] };
};

export const candidate = (provider: string, name: string, more: Partial<Candidate> = {}): Candidate => ({
  provider,
  query: '',
  rank: 0,
  imageUrl: `https://img.example/${name}.jpg`,
  thumbnailUrl: null,
  pageUrl: `https://pages.example/${name}`,
  title: name,
  width: null,
  height: null,
  licence: 'by',
  licenceUrl: null,
  creator: 'somebody',
  attribution: null,
  group: null,
  ...more,
});

/** Pages are asked as `<base>/<query>/<page number>` and answered as JSON of candidates. */
export const fakeProvider = (id: string, pageSize = 5, more: Partial<Provider> = {}): Provider => ({
  id,
  title: id,
  about: '',
  defaultBaseUrl: `https://${id}.example`,
  key: null,
  tellsLicence: true,
  depth: 1000,
  pageSize,
  request: ({ baseUrl, query, cursor }) => ({ url: `${baseUrl}/${query}/${cursor ?? '0'}`, headers: {} }),
  parse: ({ status, body }, { query, cursor }) => {
    if (status !== 200) return { ok: false, failure: 'unavailable', message: `${id} answered ${String(status)}.` };
    const at = Number(cursor ?? '0');
    const all = JSON.parse(body) as Candidate[];
    const from = at * pageSize;
    const candidates = all.slice(from, from + pageSize).map((one, i) => ({ ...one, query, rank: from + i }));
    const next = from + pageSize < all.length ? String(at + 1) : null;
    return { ok: true, page: { candidates, next, notes: [], quotaLeft: null } };
  },
  ...more,
});

export interface FakeWeb extends Web {
  get: Web['get'];
  readonly asked: string[];
  readonly fetched: string[];
  /** Resolves downloads in another order than they were asked for. */
  delay: (url: string) => Promise<void>;
}

/**
 * @param results `provider/query` → candidates.
 * @param pictures URL → picture, or why there is none.
 */
export const fakeWeb = (
  results: Readonly<Record<string, readonly Candidate[]>>,
  pictures: ReadonlyMap<string, FakePicture | Extract<FetchOutcome, { ok: false }>['failure']>,
): FakeWeb => {
  const web: FakeWeb = {
    asked: [],
    fetched: [],
    delay: () => Promise.resolve(),
    get: async ({ url }) => {
      web.asked.push(url);
      const [, provider, query] = /^https:\/\/(\w+)\.example\/(.*)\/\d+$/.exec(url) ?? [];
      const found = results[`${provider ?? ''}/${query ?? ''}`];
      return { ok: true, reply: { status: found ? 200 : 500, headers: {}, body: JSON.stringify(found ?? []) } };
    },
    download: async ({ url, folder }, signal) => {
      web.fetched.push(url);
      await web.delay(url);
      if (signal?.aborted) throw new WinnowError('cancelled', 'download');
      const picture = pictures.get(url) ?? 'not-found';
      if (typeof picture === 'string') {
        const message = `${url} failed.`;
        return { ok: false, failure: picture, message, status: null, finalUrl: url, bytes: 0, attempts: 1 };
      }
      const bytes = bytesOf(picture);
      const file = path.join(folder, `${String(web.fetched.length)}-${idOf(url).slice(0, 8)}.part`);
      writeFileSync(file, bytes);
      const sha256 = idOf(bytes);
      return { ok: true, file, bytes: bytes.length, sha256, status: 200, finalUrl: url, attempts: 1 };
    },
    dispose: async () => {},
  };
  return web;
};

/** A dataset with these classes, at `images/`. */
export const openGathering = async (
  dir: string,
  home: string,
  classes: readonly ClassSpec[],
  gather: Partial<GatherSpec> = {},
  engine: Engine = fakeEngine(),
): Promise<OpenDataset> => {
  const dataset = new OpenDataset(await openStore(dir, { folders: foldersIn(home) }), engine, quiet);
  onTestFinished(() => dataset.dispose());
  const spec = { ...defaultSpec, root: 'images', classes, gather: { ...defaultSpec.gather, ...gather } };
  await dataset.store.spec.write(spec);
  return dataset;
};

export const urlOf = (name: string): string => `https://img.example/${name}.jpg`;
export const numbered = (provider: string, stem: string, count: number): Candidate[] =>
  Array.from({ length: count }, (_, i) => candidate(provider, `${stem}${String(i)}`));
export const good = (...names: readonly string[]): Map<string, FakePicture> =>
  new Map(names.map((name) => [urlOf(name), { name }]));
export const providers = [fakeProvider('left'), fakeProvider('right')];
export const options = { keys: {}, baseUrls: {}, providers };
export const imagesIn = (dir: string): string[] => (existsSync(path.join(dir, 'images')) ? filesIn(dir, 'images') : []);
export const partsIn = (dir: string): string[] => readdirSync(path.join(dir, '.winnow/tmp'));
export const namesOf = async (dataset: OpenDataset, label: string): Promise<string[]> =>
  gatheredOf(await dataset.store.journal.read())
    .filter((one) => one.label === label)
    .map(({ provenance }) => provenance.imageUrl.replace(/^.*\/|\.jpg$/g, ''))
    .sort();
export const rowOf = (report: GatherReport, name: string): GatherReport['rows'][number] | undefined =>
  report.rows.find(({ url }) => url === urlOf(name));
