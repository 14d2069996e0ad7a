/** A backbone from a mirror on this machine: cut and gone on with, another file refused, fetched once. */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fetchBackbone } from '../../src/app/fetchBackbone.js';
import { seededRandom } from '../../src/base/random.js';
import { placeOwnFile } from '../../src/node/ownFiles.js';
import { openWeb } from '../../src/node/web/openWeb.js';
import type { Web } from '../../src/ports/web.js';
import type { CatalogueRow } from '../../src/protocol/engine.js';

const random = seededRandom(3);
const bytes = Buffer.from(Uint8Array.from({ length: 300_000 }, () => random.below(256)));
/** How much comes before a cut. */
const piece = 40_000;

let folder: string;
let server: Server;
let web: Web;
let ranges: (string | undefined)[];
let served: Buffer;
let cuts: number;
let base: string;
let row: CatalogueRow;

beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'winnow-backbone-'));
  [ranges, served, cuts] = [[], bytes, 0];
  server = createServer((request, response) => {
    ranges.push(request.headers.range);
    if (request.url !== '/zoo/net.onnx') {
      response.writeHead(404).end();
      return;
    }
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const rest = served.subarray(from);
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': rest.length,
      ...(from > 0
        ? { 'content-range': `bytes ${String(from)}-${String(served.length - 1)}/${String(served.length)}` }
        : {}),
    });
    if (cuts-- > 0) response.write(rest.subarray(0, piece), () => setImmediate(() => request.socket.destroy()));
    else response.end(rest);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  base = `http://${host}`;
  // Time passes only when somebody sleeps.
  let now = 0;
  const sleep = (ms: number): Promise<void> => {
    now += ms;
    return Promise.resolve();
  };
  const clock = { now: () => now, sleep, random: () => 0.5 };
  web = openWeb({ allowPrivateHosts: [host], clock });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const file = path.join(folder, 'backbones', `${sha256}.onnx`);
  row = {
    id: 'net',
    about: '',
    sha256,
    bytes: bytes.length,
    licence: 'MIT',
    url: 'https://zoo.example/zoo/net.onnx',
    file,
    isCached: false,
  };
});
afterEach(async () => {
  await web.dispose();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

const fetch = (id = 'net') =>
  fetchBackbone(
    {
      engine: { catalogue: () => Promise.resolve([{ ...row, isCached: existsSync(row.file) }]) },
      web,
      place: placeOwnFile,
    },
    id,
    base,
  );

it('is fetched once', async () => {
  expect(await fetch()).toEqual({ id: 'net', file: row.file, bytes: bytes.length, isNew: true });
  expect(readFileSync(row.file)).toEqual(bytes);
  expect(await fetch()).toMatchObject({ isNew: false });
  expect(ranges).toEqual([undefined]);
});

it('goes on where it was cut', async () => {
  cuts = 1;
  expect(await fetch()).toMatchObject({ isNew: true });
  expect(readFileSync(row.file)).toEqual(bytes);
  expect(ranges).toHaveLength(2);
  expect(ranges[1]).toMatch(/^bytes=[1-9]\d*-$/);
  expect(readdirSync(path.dirname(row.file))).toHaveLength(1);
});

it('keeps what came when the server gives up, for the next time', async () => {
  cuts = 5;
  await expect(fetch()).rejects.toMatchObject({ code: 'partial' });
  cuts = 0;
  expect(await fetch()).toMatchObject({ isNew: true });
  expect(readFileSync(row.file)).toEqual(bytes);
});

it('is refused when one bit differs, and leaves nothing that could be taken for it', async () => {
  served = Buffer.from(bytes);
  served[1000]! ^= 1;
  await expect(fetch()).rejects.toMatchObject({ code: 'bad-model' });
  expect(existsSync(row.file)).toBe(false);
  served = bytes;
  expect(await fetch()).toMatchObject({ isNew: true });
});

it('does not go on with a beginning that is another file’s', async () => {
  await fetch();
  rmSync(row.file);
  writeFileSync(`${row.file}.part`, Buffer.alloc(50_000));
  await expect(fetch()).rejects.toMatchObject({ code: 'bad-model' });
  expect(await fetch()).toMatchObject({ isNew: true });
  expect(readFileSync(row.file)).toEqual(bytes);
});

it('names what it knows, and what has no address', async () => {
  await expect(fetch('nett')).rejects.toMatchObject({
    code: 'not-found',
    message: expect.stringContaining('net') as string,
  });
  row = { ...row, url: null };
  await expect(fetch()).rejects.toMatchObject({ code: 'usage' });
});
