/** A loopback server that misbehaves in every way that RELIABILITY B names: a path a behaviour, a log of what was asked. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';

export interface Behaviour {
  /** Answers the n-th request (from 0) for its path. */
  readonly serve: (request: IncomingMessage, response: ServerResponse, n: number) => void;
}

export const image = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

const status =
  (code: number, headers: Record<string, string> = {}): Behaviour['serve'] =>
  (_, response) =>
    response.writeHead(code, headers).end('no');
const once =
  (code: number, headers: Record<string, string> = {}): Behaviour['serve'] =>
  (request, response, n) =>
    n === 0 ? status(code, headers)(request, response, n) : good(request, response, n);
const good: Behaviour['serve'] = (_, response) =>
  response.writeHead(200, { 'content-type': 'image/png', 'content-length': image.length }).end(image);
const body =
  (content: string | Buffer, headers: Record<string, string> = {}): Behaviour['serve'] =>
  (_, response) =>
    response.writeHead(200, headers).end(content);
const redirect =
  (to: string, code = 302): Behaviour['serve'] =>
  (_, response) =>
    response.writeHead(code, { location: to }).end();
const robots = (rule: string): Behaviour['serve'] => body(image, { 'x-robots-tag': rule });
const raw =
  (text: string): Behaviour['serve'] =>
  (request) =>
    void request.socket.end(text);
/** Sends `piece` every `ms` until the client goes. */
const trickle =
  (piece: string | Buffer, ms: number, headers: Record<string, string> = {}): Behaviour['serve'] =>
  (_, response) => {
    response.writeHead(200, headers);
    const timer = setInterval(() => response.write(piece), ms);
    response.on('close', () => clearInterval(timer));
  };

const fourMegabytes = gzipSync(Buffer.alloc(1 << 22));
/** Half a gigabyte out of half a megabyte: packed parts one after the other are one packed whole. */
const gzipBomb = Buffer.concat(Array.from({ length: 128 }, () => fourMegabytes));

/** Sleepers hold their connection; the server ends them with itself. */
export const behaviours = {
  good,
  'status-400': status(400),
  'status-401': status(401),
  'status-403': status(403),
  'status-404': status(404),
  'status-405': status(405),
  'status-410': status(410),
  'status-418': status(418),
  'status-451': status(451),
  'status-429': status(429),
  'status-500': status(500),
  'status-502': status(502),
  'status-503': status(503),
  'status-504': status(504),
  'once-429-seconds': once(429, { 'retry-after': '7' }),
  'once-429-date': once(429, { 'retry-after': 'Thu, 01 Jan 1970 00:01:00 GMT' }),
  'once-429-garbage': once(429, { 'retry-after': 'soon' }),
  'once-503-seconds': once(503, { 'retry-after': '3' }),
  'once-503': once(503),
  'year-9999': status(429, { 'retry-after': 'Fri, 31 Dec 9999 23:59:59 GMT' }),
  'once-500': once(500),
  'once-reset': (request, response, n) => (n === 0 ? request.socket.destroy() : good(request, response, n)),
  reset: (request) => void request.socket.destroy(),
  'reset-in-body': (request, response) => {
    response.writeHead(200, { 'content-length': 5000 });
    response.write(image, () => request.socket.destroy());
  },
  'silent-headers': () => undefined,
  'slow-headers': (request) => {
    const { socket } = request;
    const timer = setInterval(() => socket.write('x'), 20);
    socket.on('close', () => clearInterval(timer));
    socket.write('HTTP/1.1 200 OK\r\nx-slow: ');
  },
  'endless-headers': (request) => {
    const { socket } = request;
    socket.on('error', () => undefined);
    socket.write('HTTP/1.1 200 OK\r\n');
    const line = `x-a: ${'b'.repeat(1000)}\r\n`;
    const timer = setInterval(() => socket.write(line.repeat(10)), 1);
    socket.on('close', () => clearInterval(timer));
  },
  'trickled-body': trickle('x', 15),
  'stalled-body': (_, response) => {
    response.writeHead(200, { 'content-length': 5000 });
    response.write(image);
  },
  'endless-body': trickle(Buffer.alloc(65536), 1),
  'huge-declared': (_, response) => {
    response.writeHead(200, { 'content-length': String(4 * 1024 ** 3) });
    response.write(image);
  },
  'short-of-declared': raw(`HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\nabc`),
  'negative-length': raw('HTTP/1.1 200 OK\r\ncontent-length: -5\r\n\r\nabc'),
  'two-lengths': raw('HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabcd'),
  'not-http': raw('SSH-2.0-OpenSSH_9.2\r\n'),
  'gzip-bomb': body(gzipBomb, { 'content-encoding': 'gzip' }),
  brotli: body('x', { 'content-encoding': 'br' }),
  'redirect-loop': redirect('/redirect-loop'),
  'redirect-good': redirect('/good', 301),
  'redirect-307': redirect('/good', 307),
  'redirect-file': redirect('file:///etc/passwd'),
  'redirect-data': redirect('data:image/png;base64,AAAA'),
  'redirect-ftp': redirect('ftp://127.0.0.1/a.png'),
  'redirect-nowhere': redirect('http://'),
  'redirect-private': redirect('http://169.254.169.254/latest/meta-data'),
  'redirect-port': redirect('http://example.com:22/'),
  'redirect-name': redirect('http://localhost:1/'),
  'hop-1': redirect('/hop-2'),
  'hop-2': redirect('/hop-3'),
  'hop-3': redirect('/hop-4'),
  'hop-4': redirect('/hop-5'),
  'hop-5': redirect('/hop-6'),
  'hop-6': redirect('/good'),
  html: body('<!doctype html><p>Sign in', { 'content-type': 'image/jpeg' }),
  json: body('{"error":1}', { 'content-type': 'image/jpeg' }),
  empty: body(''),
  'wrong-type': body(image, { 'content-type': 'text/html' }),
  'robots-noai': robots('noai'),
  'robots-noimageai': robots('noindex-not, noimageai'),
  'robots-noindex': robots('noindex'),
  'robots-noimageindex': robots('NOIMAGEINDEX'),
  'robots-for-us': robots('winnow: noai'),
  'robots-for-another': robots('otherbot: noai'),
} as const satisfies Record<string, Behaviour['serve']>;
export type BehaviourName = keyof typeof behaviours;

export interface HostileServer {
  readonly url: (name: BehaviourName) => string;
  /** `host:port`, to be allowed. */
  readonly hostPort: string;
  /** Requests by path. */
  readonly asked: ReadonlyMap<string, number>;
  readonly headers: readonly IncomingMessage['headers'][];
  readonly openSockets: () => number;
  close(): Promise<void>;
}

export const startHostileServer = async (): Promise<HostileServer> => {
  const asked = new Map<string, number>();
  const headers: IncomingMessage['headers'][] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const name = (request.url ?? '/').slice(1).split('?')[0]!;
    const n = asked.get(name) ?? 0;
    asked.set(name, n + 1);
    headers.push(request.headers);
    response.on('error', () => undefined);
    const serve = (behaviours as Readonly<Record<string, Behaviour['serve'] | undefined>>)[name];
    if (serve) serve(request, response, n);
    else response.writeHead(404).end();
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: (name) => `http://127.0.0.1:${String(port)}/${name}`,
    hostPort: `127.0.0.1:${String(port)}`,
    asked,
    headers,
    openSockets: () => sockets.size,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
};
