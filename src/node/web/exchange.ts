/** One request and its redirects: headers judged before a byte of the body is read. Outcomes are values. */

import type { Dispatcher } from 'undici';
import { request as send } from 'undici';
import type { WebReply } from '../../core/gather/provider.js';
import type { FetchFailure } from '../../ports/web.js';
import { addressProblem, PrivateAddressError } from './addressPolicy.js';
import type { WebLimits } from './webLimits.js';

export interface Refusal {
  readonly ok: false;
  readonly failure: FetchFailure;
  readonly message: string;
  readonly status: number | null;
  readonly finalUrl: string;
  readonly bytes: number;
  /** As the server sent it, for a retry. */
  readonly retryAfter?: string;
  /** What a provider said with the status. */
  readonly reply?: WebReply;
}

export interface Opened {
  readonly ok: true;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly finalUrl: string;
  /** To be read to its end, or destroyed. */
  readonly body: Dispatcher.ResponseData['body'];
}

export interface ExchangeOptions {
  readonly dispatcher: Dispatcher;
  readonly allowed: ReadonlySet<string>;
  readonly limits: WebLimits;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Follows redirects by hand, each address checked anew. Headers that carry a key stay with the host they were meant for. */
export const exchange = async (url: string, options: ExchangeOptions): Promise<Opened | Refusal> => {
  let at: URL;
  try {
    at = new URL(url);
  } catch {
    return refusal('bad-url', 'This is no web address.', url);
  }
  let { headers } = options;
  for (let hop = 0; ; hop++) {
    const problem = addressProblem(at, options.allowed);
    if (problem !== null)
      return refusal(
        hop > 0 && problem === 'bad-url' ? 'refused-redirect' : problem,
        addressSentence(problem, at),
        at.href,
      );
    let answer: Dispatcher.ResponseData;
    try {
      answer = await send(at, {
        dispatcher: options.dispatcher,
        method: 'GET',
        headers: { 'accept-encoding': 'identity', ...headers },
        headersTimeout: options.limits.headersMs,
        bodyTimeout: options.limits.idleMs,
        // Nothing is read ahead: of a body that is too long no more than the one piece that says so is ever here.
        highWaterMark: 1,
        signal: options.signal,
      });
    } catch (error) {
      return connectionRefusal(error, at.href);
    }
    const received = plainHeaders(answer.headers);
    const { statusCode: status } = answer;
    if (![301, 302, 303, 307, 308].includes(status) || received['location'] === undefined) {
      return { ok: true, status, headers: received, finalUrl: at.href, body: answer.body };
    }
    discard(answer.body);
    if (hop >= options.limits.redirects) {
      return refusal(
        'redirected-too-often',
        `More than ${String(options.limits.redirects)} redirects.`,
        at.href,
        status,
      );
    }
    let next: URL;
    try {
      next = new URL(received['location'], at);
    } catch {
      return refusal('refused-redirect', 'It redirects to something that is no web address.', at.href, status);
    }
    if (at.protocol === 'https:' && next.protocol === 'http:') {
      return refusal(
        'refused-redirect',
        'It redirects from a protected to an unprotected connection.',
        at.href,
        status,
      );
    }
    if (next.origin !== at.origin) headers = onlyHarmless(headers);
    at = next;
  }
};

/** The rest of a body that nobody wants. Errors of a destroyed stream are nobody's either. */
export const discard = (body: Dispatcher.ResponseData['body']): void => {
  body.on('error', () => undefined);
  body.destroy();
};

export const refusal = (
  failure: FetchFailure,
  message: string,
  finalUrl: string,
  status: number | null = null,
  bytes = 0,
): Refusal => ({ ok: false, failure, message, status, finalUrl, bytes });

const harmless = new Set(['user-agent', 'accept', 'accept-language', 'range', 'if-range']);
const onlyHarmless = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => harmless.has(name.toLowerCase())));

const plainHeaders = (headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value] as const],
    ),
  );

const addressSentence = (problem: 'bad-url' | 'private-address', at: URL): string =>
  problem === 'bad-url'
    ? 'Only http and https addresses without a password are fetched.'
    : `The address ${at.host} is not a public web server. If it is your own, allow its exact host and port.`;

/** What undici and the system call a failure, as one of ours. */
export const connectionRefusal = (error: unknown, finalUrl: string, bytes = 0): Refusal => {
  const chain = causesOf(error);
  const codes = chain.map((each) => ('code' in each ? String(each.code) : ''));
  const has = (...names: string[]): boolean => codes.some((code) => names.includes(code));
  if (chain.some((each) => each instanceof PrivateAddressError)) {
    return refusal('private-address', 'Its name leads to an address that is not public.', finalUrl, null, bytes);
  }
  if (has('UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT')) {
    return refusal('timeout', 'The server did not answer in time.', finalUrl, null, bytes);
  }
  if (has('ENETUNREACH', 'ENETDOWN', 'EAI_AGAIN')) {
    return refusal(
      'offline',
      'The network cannot be reached. Check the connection, then go on: nothing is lost.',
      finalUrl,
      null,
      bytes,
    );
  }
  if (has('UND_ERR_HEADERS_OVERFLOW')) {
    return refusal('too-large', 'The server sends endless headers.', finalUrl, null, bytes);
  }
  if (has('UND_ERR_RES_CONTENT_LENGTH_MISMATCH')) {
    return refusal('cut-short', 'The server sent less or more than it announced.', finalUrl, null, bytes);
  }
  const what = has('ENOTFOUND')
    ? 'The server’s name is not known.'
    : codes.some((code) => /^(ERR_TLS|CERT_|DEPTH_ZERO|UNABLE_TO|SELF_SIGNED|ERR_SSL)/.test(code))
      ? 'The server’s certificate is not valid.'
      : 'The connection failed.';
  return refusal('connection', what, finalUrl, null, bytes);
};

const causesOf = (error: unknown): Error[] => {
  const found: Error[] = [];
  for (let at = error; at instanceof Error && found.length < 8; at = at.cause) {
    found.push(at);
    // Happy eyeballs: one error an address.
    if (at instanceof AggregateError) found.push(...at.errors.filter((each): each is Error => each instanceof Error));
  }
  return found;
};
