/** The product's only way to the network: polite, patient, bounded, and never to a private address. */

import type { lookup as systemLookup } from 'node:dns';
import { setMaxListeners } from 'node:events';
import { WinnowError } from '../../base/errors.js';
import type { WebReply } from '../../core/gather/provider.js';
import type { DownloadRequest, FetchOutcome, ReplyOutcome, Web } from '../../ports/web.js';
import { systemClock, type Clock } from './clock.js';
import { exchange, refusal, type Opened, type Refusal } from './exchange.js';
import { guardedAgent } from './guardedAgent.js';
import { HostQueue } from './hostQueue.js';
import { PartFile } from './partFile.js';
import { hasOptedOut, headerProblem, readBody } from './readBody.js';
import { isRetryable, jitterMs, retryAfterMs, retryLimits } from './retryPlan.js';
import { webLimits, type WebLimits } from './webLimits.js';

export interface WebOptions {
  /** An address or mail for the owner of a server; null = none. */
  readonly userAgentContact: string | null;
  /** Exact `host:port` of servers that may be private. */
  readonly allowPrivateHosts: readonly string[];
  /** Leaves images alone whose server says so to programs (X-Robots-Tag). */
  readonly honourOptOut: boolean;
  /** Of the editor's settings; the environment's wins. */
  readonly proxy: string | null;
  readonly perHost: number;
  readonly global: number;
  readonly limits?: Partial<WebLimits>;
  readonly clock?: Clock;
  readonly lookup?: typeof systemLookup;
}

export const defaultWebOptions = {
  userAgentContact: null,
  allowPrivateHosts: [],
  honourOptOut: true,
  proxy: null,
  perHost: 2,
  global: 8,
} as const;

declare const WINNOW_VERSION: string | undefined;
const version = typeof WINNOW_VERSION === 'string' ? WINNOW_VERSION : 'dev';

/** What one try came to, and whether another may do better. */
type Try<T> = { readonly done: T } | { readonly again: Refusal };

/** Everything has a default. */
export const openWeb = (given: Partial<WebOptions> = {}): Web => {
  const options: WebOptions = { ...defaultWebOptions, ...given };
  const limits: WebLimits = { ...webLimits, ...options.limits };
  const clock = options.clock ?? systemClock;
  const allowed = new Set(options.allowPrivateHosts.map((each) => each.toLowerCase()));
  const { perHost, global, lookup } = options;
  const dispatcher = guardedAgent({
    allowed,
    connectMs: limits.connectMs,
    perHost,
    proxy: options.proxy,
    ...(lookup ? { lookup } : {}),
  });
  const queue = new HostQueue(perHost, global, clock);
  const contact =
    options.userAgentContact === null ? '' : ` (${options.userAgentContact.replace(/[^\x20-\x7e]/g, '')})`;
  const userAgent = `Winnow/${version}${contact}`;
  const closing = new AbortController();
  // Every request under way listens to it.
  setMaxListeners(0, closing.signal);

  /** Turn, try, wait, again. `attempts` counts the requests that were sent. */
  const withRetries = async <T>(
    url: string,
    signal: AbortSignal | undefined,
    attempt: (signal: AbortSignal) => Promise<Try<T>>,
  ): Promise<{ readonly result: T | Refusal; readonly attempts: number }> => {
    const host = URL.canParse(url) ? new URL(url).host : '';
    const whole = signal ? AbortSignal.any([signal, closing.signal]) : closing.signal;
    let last: Refusal | undefined;
    try {
      for (let n = 0; ; n++) {
        const parked = queue.parked(host);
        if (parked !== null) {
          const message = `${host} is not asked any more for now: ${parked}.`;
          return { result: last ?? refusal('host-parked', message, url), attempts: n };
        }
        const release = await queue.turn(host, whole);
        let outcome: Try<T>;
        try {
          const total = AbortSignal.timeout(limits.totalMs);
          outcome = await attempt(AbortSignal.any([whole, total]));
          if ('again' in outcome && total.aborted && !whole.aborted) {
            outcome = { again: { ...outcome.again, failure: 'timeout', message: 'It took too long in all.' } };
          }
        } finally {
          release();
        }
        WinnowError.throwIfAborted(whole, 'download');
        if ('done' in outcome) {
          queue.succeeded(host);
          return { result: outcome.done, attempts: n + 1 };
        }
        last = outcome.again;
        const wait = note(host, last, n);
        if (!mayRetry(last) || n >= retryLimits.retries) return { result: last, attempts: n + 1 };
        await clock.sleep(wait, whole);
      }
    } catch (error) {
      if (whole.aborted) throw new WinnowError('cancelled', 'download');
      throw error;
    }
  };

  /** Tells the queue how the host is; answers how long to wait before the next try. */
  const note = (host: string, { status, failure, retryAfter }: Refusal, attempt: number): number => {
    const wait = jitterMs(attempt, clock);
    if (status === 429 || status === 503) {
      const asked = retryAfterMs(retryAfter, clock.now());
      queue.slowDown(host, asked);
      return asked === null ? wait : Math.min(asked, retryLimits.longestRetryAfterMs);
    }
    // Time-outs, resets and errors of the server are the host's; a missing page or a forbidden address is not.
    if (isTransient(failure)) queue.failed(host);
    else if (status !== null) queue.succeeded(host);
    return wait;
  };

  const open = (url: string, headers: Readonly<Record<string, string>>, signal: AbortSignal) =>
    exchange(url, {
      dispatcher,
      allowed,
      limits,
      headers: { 'user-agent': userAgent, accept: '*/*', ...headers },
      signal,
    });

  return {
    get: async ({ url, headers }, signal): Promise<ReplyOutcome> => {
      const { result } = await withRetries<WebReply>(url, signal, async (within) => {
        const opened = await open(url, headers, within);
        if (!opened.ok) return { again: opened };
        const problem = headerProblem(opened, limits.replyBytes);
        const pieces: Buffer[] = [];
        const failed =
          problem ??
          (await readBody(opened, {
            limits,
            maxBytes: limits.replyBytes,
            signal: within,
            onPiece: (piece) => void pieces.push(piece),
          }));
        if (problem) opened.body.destroy();
        if (failed) return { again: failed };
        const reply = { status: opened.status, headers: opened.headers, body: Buffer.concat(pieces).toString('utf8') };
        return isRetryable(opened.status) ? { again: { ...statusRefusal(opened), reply } } : { done: reply };
      });
      if (!('ok' in result)) return { ok: true, reply: result };
      // After the last try the provider's own words are worth more than ours.
      if (result.reply) return { ok: true, reply: result.reply };
      return { ok: false, failure: result.failure, message: result.message };
    },

    download: async (request, signal): Promise<FetchOutcome> => {
      let part: PartFile | undefined;
      try {
        const { result, attempts } = await withRetries(request.url, signal, async (within) => {
          part ??= PartFile.create(request);
          return attemptDownload(request, part, within);
        });
        if (result.ok) return { ...result, attempts };
        await part?.drop();
        const { failure, message, status, finalUrl, bytes } = result;
        return { ok: false, failure, message, status, finalUrl, bytes, attempts };
      } catch (error) {
        await part?.drop();
        throw error;
      }
    },

    dispose: async () => {
      closing.abort();
      await dispatcher.destroy().catch(() => undefined);
    },
  };

  async function attemptDownload(
    request: DownloadRequest,
    part: PartFile,
    signal: AbortSignal,
  ): Promise<Try<Omit<Extract<FetchOutcome, { ok: true }>, 'attempts'>>> {
    const maxBytes = request.expect?.bytes ?? request.maxBytes ?? limits.bytes;
    const from = await part.begin();
    const range: Record<string, string> = from > 0 ? { range: `bytes=${String(from)}-` } : {};
    const opened = await open(request.url, { ...request.headers, ...range }, signal);
    if (!opened.ok) return { again: opened };
    const stop = (why: Refusal): Try<never> => {
      opened.body.on('error', () => undefined).destroy();
      return { again: why };
    };
    const isRest = from > 0 && opened.status === 206 && startOf(opened) === from;
    if (from > 0 && !isRest) {
      if (opened.status === 206 || opened.status === 416) {
        // It is not the piece that was asked for: from the start then.
        await part.restart();
        return stop({ ...refusal('cut-short', 'The server cannot go on where it stopped.', opened.finalUrl, 500) });
      }
      await part.restart();
    }
    if (opened.status !== 200 && !isRest) return stop(statusRefusal(opened));
    if (options.honourOptOut && request.expect === undefined && hasOptedOut(opened.headers['x-robots-tag'])) {
      return stop(refusal('opted-out', 'Its owner asks programs to leave it alone.', opened.finalUrl, opened.status));
    }
    const problem = headerProblem(opened, maxBytes - (isRest ? from : 0));
    if (problem) return stop(problem);
    const failed = await readBody(opened, {
      limits,
      maxBytes: maxBytes - (isRest ? from : 0),
      signal,
      onPiece: async (piece) => {
        await part.write(piece);
        request.onBytes?.(part.bytes);
      },
    });
    if (failed) return { again: failed };
    const written = await part.finish();
    const { expect } = request;
    if (expect && written.bytes < expect.bytes) {
      return {
        again: refusal('cut-short', 'The file ended too early.', opened.finalUrl, opened.status, written.bytes),
      };
    }
    if (expect && (written.sha256 !== expect.sha256 || written.bytes !== expect.bytes)) {
      await part.restart();
      const message = 'What came is not the file that was published (its checksum differs). It was thrown away.';
      return { again: refusal('wrong-hash', message, opened.finalUrl, opened.status, written.bytes) };
    }
    return { done: { ok: true, ...written, status: opened.status, finalUrl: opened.finalUrl } };
  }
};

const startOf = ({ headers }: Opened): number =>
  Number(/^bytes (\d+)-/.exec(headers['content-range'] ?? '')?.[1] ?? -1);

const isTransient = (failure: Refusal['failure']): boolean =>
  ['timeout', 'too-slow', 'connection', 'cut-short', 'server-error', 'offline'].includes(failure);

const mayRetry = ({ status, failure }: Refusal): boolean =>
  failure === 'rate-limited' || failure === 'server-error' ? isRetryable(status ?? 0) : isTransient(failure);

const statusRefusal = ({ status, finalUrl, headers }: Opened): Refusal => {
  const after = headers['retry-after'];
  const answer = (failure: Refusal['failure'], message: string): Refusal => ({
    ...refusal(failure, message, finalUrl, status),
    ...(after === undefined ? {} : { retryAfter: after }),
  });
  if (status === 429) return answer('rate-limited', 'The server asks for fewer requests.');
  if (status >= 500 || status === 408 || status === 425) {
    return answer('server-error', `The server is in trouble (${String(status)}).`);
  }
  if (status === 404 || status === 410) return answer('not-found', 'There is nothing at this address any more.');
  return answer('refused', `The server refuses (${String(status)}).`);
};
