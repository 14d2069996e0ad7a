/** The HTTP wire of a served model: loopback by default, limits on everything, a sentence for every bad request. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import path from 'node:path';
import { WinnowError } from '../../base/errors.js';
import type { Log } from '../../ports/log.js';
import { jsonType, refusal, type Service, type ServiceAnswer } from '../../ports/service.js';
import { removeOwnFile, temporaryName } from '../ownFiles.js';
import { isAllowedOrigin, isOwnHost, urlOf, type BoundTo } from './hostPolicy.js';
import { headerProblem, receivePicture } from './receivePicture.js';
import { Senders, type Pace } from './senders.js';

export interface ServeLimits {
  readonly maxBytes: number;
  /** Pictures that are being received, waiting or looked at; the next one is asked to come again. */
  readonly atOnce: number;
  readonly connections: number;
  readonly headersMs: number;
  /** Until the whole request has come. */
  readonly requestMs: number;
  readonly answerMs: number;
  /** When all places are taken, a sender slower than this loses its own to the next one. */
  readonly pace: Pace;
  /** How long a refused body is still read, so that the refusal is. */
  readonly drainMs: number;
}

export const serveLimits: ServeLimits = {
  maxBytes: 25 * 1024 * 1024,
  atOnce: 64,
  connections: 256,
  headersMs: 5_000,
  requestMs: 30_000,
  answerMs: 60_000,
  pace: { graceMs: 2_000, bytesPerSecond: 64 * 1024 },
  drainMs: 2_000,
};

export interface PictureServerOptions {
  /** Port 0 = any that is free. */
  readonly at: BoundTo;
  readonly service: Service;
  /** Pages of other sites that may ask and read answers (CORS), as `https://example.org`. */
  readonly allowOrigins: readonly string[];
  /** Ours: pictures lie there while they are looked at. */
  readonly folder: string;
  readonly limits: ServeLimits;
  readonly log: Log;
}

export interface RunningServer {
  readonly url: string;
  readonly port: number;
  /** Takes no more requests, lets those under way finish for a moment, then ends. */
  close(): Promise<void>;
}

/** Throws `usage` when the address cannot be had. */
export const openPictureServer = async (options: PictureServerOptions): Promise<RunningServer> => {
  const { at, limits } = options;
  const server = createServer({
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: 5_000,
    connectionsCheckingInterval: Math.min(1_000, limits.headersMs),
    maxHeaderSize: 16 * 1024,
    // Ours says why.
    requireHostHeader: false,
  });
  server.maxConnections = limits.connections;
  const port = await listen(server, at);
  const wire = new Wire(options, { host: at.host, port });
  server.on('request', (request, response) => void wire.take(request, response, false));
  server.on('checkContinue', (request, response) => void wire.take(request, response, true));
  server.on('checkExpectation', (_, response: ServerResponse) => {
    end(response, refusal(417, 'usage', 'Only "Expect: 100-continue" is understood.'));
  });
  server.on('connect', (_, socket: Socket) => {
    sayRaw(socket, refusal(405, 'usage', 'This is no proxy.'));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => wire.broken(error, socket));
  return {
    url: urlOf({ host: at.host, port }),
    port,
    close: () =>
      new Promise((resolve) => {
        const timer = setTimeout(() => server.closeAllConnections(), limits.drainMs);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
};

const listen = (server: Server, { host, port }: BoundTo): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'is taken' : `cannot be used (${cause.code ?? cause.message})`;
      reject(new WinnowError('usage', `${host}:${String(port)} ${why}. Name another --port or --host.`, { cause }));
    });
    server.listen(port, host, () => {
      server.removeAllListeners('error');
      server.on('error', () => undefined);
      resolve((server.address() as AddressInfo).port);
    });
  });

class Wire {
  readonly #options: PictureServerOptions;
  readonly #bound: BoundTo;
  /** The answer under way on each connection: a broken one must not be answered twice. */
  readonly #under = new WeakMap<Socket, ServerResponse>();
  readonly #senders: Senders;
  #admitted = 0;

  constructor(options: PictureServerOptions, bound: BoundTo) {
    this.#options = options;
    this.#bound = bound;
    this.#senders = new Senders(options.limits.pace);
  }

  async take(request: IncomingMessage, response: ServerResponse, isExpecting: boolean): Promise<void> {
    this.#under.set(request.socket, response);
    try {
      const { origin } = request.headers;
      if (origin !== undefined && this.#options.allowOrigins.includes(origin)) {
        response.setHeader('Access-Control-Allow-Origin', origin);
      }
      const answer = await this.#answer(request, response, isExpecting);
      if (answer) await this.#send(request, response, answer);
    } catch (error) {
      // The client has gone, or the disk refuses.
      if (!request.complete || response.destroyed) response.destroy();
      else {
        this.#options.log.error(`serve: ${String(error)}`);
        end(response, refusal(500, 'internal', 'The picture could not be kept for looking at it. Try again later.'));
      }
    }
  }

  /** What no HTTP parser can read, or what came too slowly. */
  broken(error: NodeJS.ErrnoException, socket: Socket): void {
    const under = this.#under.get(socket);
    if (!socket.writable || error.code === 'ECONNRESET' || (under?.headersSent === true && !under.writableFinished)) {
      socket.destroy();
    } else if (error.code === 'HPE_HEADER_OVERFLOW') {
      sayRaw(socket, refusal(431, 'usage', 'The headers are larger than 16 kB.'));
    } else if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') {
      sayRaw(socket, refusal(408, 'usage', 'The request did not come whole in time. Send it again.'));
    } else sayRaw(socket, refusal(400, 'usage', 'This is no HTTP request that can be read.'));
  }

  /** Null = nobody is there to hear it. */
  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    isExpecting: boolean,
  ): Promise<ServiceAnswer | null> {
    const { headers, method = '' } = request;
    const { allowOrigins, service } = this.#options;
    if (!isOwnHost(headers.host, this.#bound)) {
      return refusal(421, 'usage', `This server answers at ${urlOf(this.#bound)} only, under no other name.`);
    }
    if (!isAllowedOrigin(headers.origin, this.#bound, allowOrigins)) {
      return refusal(403, 'usage', 'Pages of other sites may not ask here. Start the server with --allow-origin.');
    }
    const name = (request.url ?? '').split('?', 1)[0] ?? '';
    if (name === '/predict') {
      if (method === 'POST') return this.#predict(request, response, isExpecting);
      if (method === 'OPTIONS' && headers.origin !== undefined) {
        response.setHeader('Access-Control-Allow-Methods', 'POST');
        response.setHeader('Access-Control-Allow-Headers', 'Content-Type');
        return { status: 204, type: jsonType, body: '' };
      }
      return notAllowed(response, 'POST');
    }
    if (method !== 'GET' && method !== 'HEAD') return notAllowed(response, 'GET, HEAD');
    return (
      (await service.page(name)) ??
      refusal(404, 'not-found', 'There is nothing here. POST a picture to /predict, or open / in a browser.')
    );
  }

  async #predict(
    request: IncomingMessage,
    response: ServerResponse,
    isExpecting: boolean,
  ): Promise<ServiceAnswer | null> {
    const { limits, folder, service } = this.#options;
    const problem = headerProblem(request, limits.maxBytes);
    if (problem) return problem;
    if (this.#admitted >= limits.atOnce && !this.#senders.evictSlowest()) {
      return { ...refusal(503, 'busy', 'Too many pictures at once. Try again in a second.'), retryAfter: 1 };
    }
    this.#admitted++;
    const file = path.join(folder, temporaryName());
    const gone = new AbortController();
    const sender = this.#senders.add();
    response.once('close', () => gone.abort());
    const timer = setTimeout(() => gone.abort(), limits.answerMs + limits.requestMs);
    try {
      if (isExpecting) response.writeContinue();
      const refused = await receivePicture(request, file, limits.maxBytes, sender);
      sender.done();
      return refused ?? (await service.predict(file, gone.signal));
    } finally {
      clearTimeout(timer);
      sender.done();
      this.#admitted--;
      await removeOwnFile(file);
    }
  }

  /** A refused body is read on for a moment: a connection closed at once would take the refusal with it. */
  #send(request: IncomingMessage, response: ServerResponse, answer: ServiceAnswer): Promise<void> {
    if (request.complete || request.destroyed) {
      end(response, answer, request.method === 'HEAD');
      return Promise.resolve();
    }
    writeHead(response, answer, true);
    response.write(answer.body);
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        response.end();
        resolve();
      };
      const timer = setTimeout(done, this.#options.limits.drainMs);
      request.once('close', done).once('end', done).on('error', done).resume();
    });
  }
}

const notAllowed = (response: ServerResponse, allow: string): ServiceAnswer => {
  response.setHeader('Allow', allow);
  return refusal(405, 'usage', `Only ${allow} is understood here.`);
};

const lengthOf = (body: string | Uint8Array): number =>
  typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;

const writeHead = (
  response: ServerResponse,
  { status, type, body, retryAfter }: ServiceAnswer,
  isLast: boolean,
): void => {
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': lengthOf(body),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'no-referrer',
    ...(retryAfter === undefined ? {} : { 'Retry-After': retryAfter }),
    ...(isLast ? { Connection: 'close' } : {}),
  });
};

const end = (response: ServerResponse, answer: ServiceAnswer, isHead = false): void => {
  if (response.headersSent || response.destroyed) return;
  writeHead(response, answer, false);
  response.end(isHead ? undefined : answer.body);
};

/** An answer where there is no request to answer. */
const sayRaw = (socket: Socket, { status, type, body }: ServiceAnswer): void => {
  socket.end(
    `HTTP/1.1 ${String(status)} Refused\r\nContent-Type: ${type}\r\nContent-Length: ${String(lengthOf(body))}\r\nConnection: close\r\n\r\n${String(body)}`,
  );
};
