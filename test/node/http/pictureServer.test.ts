/** The HTTP wire alone, in front of a service that only looks at bytes. */
import { readdirSync, readFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  openPictureServer,
  serveLimits,
  type PictureServerOptions,
  type RunningServer,
} from '../../../src/node/http/pictureServer.js';
import { Senders } from '../../../src/node/http/senders.js';
import { jsonType, type ServiceAnswer } from '../../../src/ports/service.js';
import { quiet, temporaryFolder } from '../tempDataset.js';

interface Asked {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly said: string;
}

let server: RunningServer;
let folder: string;
/** What the service does with a picture. */
let answer: (bytes: Buffer, signal: AbortSignal) => Promise<ServiceAnswer>;

const size = (bytes: Buffer): Promise<ServiceAnswer> =>
  Promise.resolve({ status: 200, type: jsonType, body: JSON.stringify({ bytes: bytes.length }) });

const start = async (more: Partial<PictureServerOptions> = {}): Promise<void> => {
  folder = temporaryFolder();
  server = await openPictureServer({
    at: { host: '127.0.0.1', port: 0 },
    allowOrigins: ['https://friend.example'],
    folder,
    log: quiet,
    service: {
      page: (name) => Promise.resolve(name === '/' ? { status: 200, type: 'text/html', body: '<p>' } : null),
      predict: (file, signal) => answer(readFileSync(file), signal),
    },
    ...more,
    limits: { ...serveLimits, maxBytes: 100_000, drainMs: 300, ...more.limits },
  });
};
beforeEach(() => void (answer = size));
afterEach(() => server.close());

const ask = (method: string, path: string, body = '', headers: http.OutgoingHttpHeaders = {}): Promise<Asked> =>
  new Promise((resolve, reject) => {
    const isWhole = method === 'POST' && !('Transfer-Encoding' in headers);
    const length = isWhole ? { 'Content-Length': Buffer.byteLength(body) } : {};
    const request = http.request(
      { host: '127.0.0.1', port: server.port, method, path, agent: false, headers: { ...length, ...headers } },
      (response) => {
        let said = '';
        response.setEncoding('utf8').on('data', (piece: string) => (said += piece));
        response.on('end', () => {
          request.destroy();
          resolve({ status: response.statusCode ?? 0, headers: response.headers, said });
        });
      },
    );
    request.on('error', reject);
    request.end(body);
  });

/** Bytes as they are, and what comes back until the end. */
const askRaw = (bytes: string): Promise<string> =>
  new Promise((resolve) => {
    let said = '';
    const socket = net.connect(server.port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (piece) => (said += piece.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(said));
  });

const sentence = ({ said }: Asked): string => (JSON.parse(said) as { error: { message: string } }).error.message;

describe('what is answered', () => {
  it('a picture by its bytes, whole or in pieces, and nothing of it stays', async () => {
    await start();
    expect(JSON.parse((await ask('POST', '/predict', 'x'.repeat(99_000))).said)).toEqual({ bytes: 99_000 });
    const pieces = { 'Transfer-Encoding': 'chunked' };
    expect(JSON.parse((await ask('POST', '/predict', 'abc', pieces)).said)).toEqual({ bytes: 3 });
    expect(JSON.parse((await ask('POST', '/predict', 'abc', { Expect: '100-continue' })).said)).toEqual({ bytes: 3 });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('pages by GET and HEAD, never to be framed, sniffed or kept', async () => {
    await start();
    const page = await ask('GET', '/?a=b');
    expect(page).toMatchObject({ status: 200, said: '<p>' });
    expect(page.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cache-control': 'no-store',
    });
    expect(page.headers['access-control-allow-origin']).toBeUndefined();
    expect(await ask('HEAD', '/')).toMatchObject({ status: 200, said: '' });
  });

  it('a page of another site only when it was let in by name', async () => {
    await start();
    const friend = { Origin: 'https://friend.example' };
    const let_in = await ask('POST', '/predict', 'abc', friend);
    expect(let_in).toMatchObject({ status: 200, headers: { 'access-control-allow-origin': 'https://friend.example' } });
    expect(await ask('OPTIONS', '/predict', '', friend)).toMatchObject({
      status: 204,
      headers: { 'access-control-allow-methods': 'POST' },
    });
    const other = await ask('POST', '/predict', 'abc', { Origin: 'https://other.example' });
    expect(other.status).toBe(403);
    expect(other.headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('what is refused, each with a sentence', () => {
  it.each<[string, number, RegExp, [string, string, string, http.OutgoingHttpHeaders?]]>([
    ['an empty body', 400, /empty/, ['POST', '/predict', '']],
    ['a body that is too large', 413, /larger than/, ['POST', '/predict', 'x'.repeat(100_001)]],
    [
      'the same in pieces',
      413,
      /larger than/,
      ['POST', '/predict', 'x'.repeat(300_000), { 'Transfer-Encoding': 'chunked' }],
    ],
    ['a form', 415, /not a form/, ['POST', '/predict', 'x', { 'Content-Type': 'multipart/form-data; boundary=y' }]],
    ['JSON', 415, /not a form/, ['POST', '/predict', '{}', { 'Content-Type': 'application/json' }]],
    ['a packed body', 415, /packed/, ['POST', '/predict', 'x', { 'Content-Encoding': 'gzip' }]],
    ['another method', 405, /Only POST/, ['GET', '/predict', '']],
    ['another method on a page', 405, /Only GET/, ['POST', '/', 'x']],
    ['an unknown page', 404, /nothing here/, ['GET', '/winnow.json', '']],
    ['a way out of the folder', 404, /nothing here/, ['GET', '/../../../etc/passwd', '']],
    ['a file by name', 400, /empty/, ['POST', '/predict?file=/etc/passwd', '']],
    ['another name', 421, /under no other name/, ['GET', '/', '', { Host: 'evil.example' }]],
    ['an unknown expectation', 417, /100-continue/, ['POST', '/predict', 'x', { Expect: 'tea' }]],
  ])('%s', async (_, status, words, [method, path, body, headers]) => {
    await start();
    const asked = await ask(method, path, body, headers);
    expect(asked.status).toBe(status);
    expect(sentence(asked)).toMatch(words);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ['what is no HTTP', 'hello\r\n\r\n', 400],
    ['a request without a Host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 421],
    ['headers without end', `GET / HTTP/1.1\r\nX-Long: ${'a'.repeat(40_000)}\r\n\r\n`, 431],
    ['a proxy request', 'CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n', 405],
  ])('%s', async (_, bytes, status) => {
    await start();
    const said = await askRaw(bytes);
    expect(said).toMatch(new RegExp(`^HTTP/1\\.1 ${String(status)} `));
    expect(said).toMatch(/"message":"[A-Z][^"]+\."/);
  });

  it('headers that never end are cut off', async () => {
    await start({ limits: { ...serveLimits, headersMs: 50, requestMs: 60 } });
    expect(await askRaw(`POST /predict HTTP/1.1\r\nHost: 127.0.0.1:${String(server.port)}\r\n`)).toMatch(
      /^HTTP\/1\.1 408 /,
    );
  });

  it('a body that never ends is cut off, and what came of it is gone', async () => {
    await start({ limits: { ...serveLimits, headersMs: 50, requestMs: 60 } });
    const head = `POST /predict HTTP/1.1\r\nHost: 127.0.0.1:${String(server.port)}\r\nContent-Length: 5000\r\n\r\nabc`;
    expect(await askRaw(head)).toMatch(/^HTTP\/1\.1 408 /);
    await expect.poll(() => readdirSync(folder)).toEqual([]);
  });
});

it('one picture too many is asked to come again, and finds room afterwards', async () => {
  const waiting: (() => void)[] = [];
  answer = async (bytes) => {
    await new Promise<void>((resolve) => waiting.push(resolve));
    return size(bytes);
  };
  await start({ limits: { ...serveLimits, atOnce: 2 } });
  const first = [ask('POST', '/predict', 'a'), ask('POST', '/predict', 'bb')];
  await expect.poll(() => waiting.length).toBe(2);
  const third = await ask('POST', '/predict', 'ccc');
  expect(third).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
  expect(sentence(third)).toMatch(/Too many/);
  waiting.splice(0).forEach((go) => go());
  expect((await Promise.all(first)).map(({ status }) => status)).toEqual([200, 200]);
  answer = size;
  expect((await ask('POST', '/predict', 'ccc')).status).toBe(200);
});

it('slow senders lose their places to whoever sends, and hear why', async () => {
  await start({ limits: { ...serveLimits, atOnce: 3, pace: { graceMs: 0, bytesPerSecond: 64 * 1024 } } });
  const head = `POST /predict HTTP/1.1\r\nHost: 127.0.0.1:${String(server.port)}\r\nContent-Length: 5000\r\n\r\n`;
  const slow = [askRaw(`${head}a`), askRaw(`${head}b`), askRaw(`${head}c`)];
  await expect.poll(() => readdirSync(folder).length).toBe(3);
  const quick = await Promise.all([1, 2, 3].map(() => ask('POST', '/predict', 'x'.repeat(50_000))));
  expect(quick.map(({ status }) => status)).toEqual([200, 200, 200]);
  // One newcomer may have been done before the next one came.
  const said = await Promise.race(slow);
  expect(said).toMatch(/^HTTP\/1\.1 408 /);
  expect(said).toMatch(/came too slowly while others waited/);
  await expect.poll(() => readdirSync(folder).length).toBeLessThan(3);
}, 40_000);

it('a slow sender is left in peace while there is room', () => {
  let now = 0;
  const senders = new Senders({ graceMs: 2_000, bytesPerSecond: 1000 }, () => now);
  const [crawling, walking, running] = [senders.add(), senders.add(), senders.add()];
  now = 1_000;
  expect(senders.evictSlowest()).toBe(false);
  now = 10_000;
  crawling.came(100);
  walking.came(9_000);
  running.came(1e6);
  const late = senders.add();
  expect(senders.evictSlowest()).toBe(true);
  expect([crawling, walking, running, late].map(({ evicted }) => evicted.aborted)).toEqual([true, false, false, false]);
  expect(senders.evictSlowest()).toBe(true);
  expect(walking.evicted.aborted).toBe(true);
  expect(senders.evictSlowest()).toBe(false);
  late.done();
  now = 99_000;
  expect(senders.evictSlowest()).toBe(false);
});

it('whoever hangs up is not worked for', async () => {
  const left = new Promise<void>((resolve) => {
    answer = (_bytes, signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          resolve();
          reject(new Error('gone'));
        });
        socket.destroy();
      });
  });
  await start();
  const socket = net.connect(server.port, '127.0.0.1', () =>
    socket.write(`POST /predict HTTP/1.1\r\nHost: 127.0.0.1:${String(server.port)}\r\nContent-Length: 3\r\n\r\nabc`),
  );
  await left;
  await expect.poll(() => readdirSync(folder)).toEqual([]);
  answer = size;
  expect((await ask('POST', '/predict', 'ccc')).status).toBe(200);
});

it('a port that is taken is a sentence', async () => {
  await start();
  const again = openPictureServer({
    at: { host: '127.0.0.1', port: server.port },
    service: { page: () => Promise.resolve(null), predict: size as never },
    allowOrigins: [],
    folder,
    limits: serveLimits,
    log: quiet,
  });
  await expect(again).rejects.toThrow(/is taken/);
});
