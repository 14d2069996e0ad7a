/** A body, piece by piece, no faster than it is written and no more than is allowed. */

import type { Opened, Refusal } from './exchange.js';
import { connectionRefusal, discard, refusal } from './exchange.js';
import type { WebLimits } from './webLimits.js';

/** Names of X-Robots-Tag that ask programs to leave an image alone. */
const optOuts = ['noai', 'noimageai', 'noindex', 'noimageindex'];

/** Whether the header asks us, or everybody, to leave the image alone. A rule for another program is not for us. */
export const hasOptedOut = (header: string | undefined): boolean =>
  (header ?? '').split(',').some((rule) => {
    const [first = '', second] = rule.split(':').map((part) => part.trim().toLowerCase());
    if (second === undefined) return optOuts.includes(first);
    return first === 'winnow' && optOuts.includes(second);
  });

/** What the headers alone forbid; null = the body may be read. */
export const headerProblem = ({ headers, status, finalUrl }: Opened, maxBytes: number): Refusal | null => {
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (encoding !== '' && encoding !== 'identity') {
    return refusal('encoded', 'The server packs what it was asked to send plain.', finalUrl, status);
  }
  const declared = Number(headers['content-length'] ?? 'x');
  if (declared > maxBytes) return tooLarge(finalUrl, status, maxBytes);
  return null;
};

const tooLarge = (url: string, status: number, maxBytes: number, bytes = 0): Refusal =>
  refusal('too-large', `More than ${String(Math.round(maxBytes / 1048576))} MB.`, url, status, bytes);

export interface BodyOptions {
  readonly limits: WebLimits;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** Awaited: a slow disk slows the server down instead of filling the memory. Throws what the disk throws. */
  readonly onPiece: (piece: Buffer) => Promise<void> | void;
}

/** Reads to the end. Null = all is well. Throws only what `onPiece` throws. */
export const readBody = async (opened: Opened, options: BodyOptions): Promise<Refusal | null> => {
  const { body, finalUrl, status } = opened;
  const { limits, maxBytes } = options;
  let bytes = 0;
  const started = performance.now();
  const pace = { isTooSlow: false };
  const timer = setInterval(
    () => {
      const ms = performance.now() - started;
      if (ms < limits.graceMs || (bytes * 1000) / ms >= limits.slowestBytesPerSecond) return;
      pace.isTooSlow = true;
      body.destroy(new Error('too slow'));
    },
    Math.min(1000, limits.graceMs),
  );
  try {
    const pieces = body[Symbol.asyncIterator]();
    for (;;) {
      let next: IteratorResult<Buffer>;
      try {
        next = (await pieces.next()) as IteratorResult<Buffer>;
      } catch (error) {
        if (pace.isTooSlow)
          return refusal('too-slow', 'The server sends less than 1 kB a second.', finalUrl, status, bytes);
        const { failure, message } = connectionRefusal(error, finalUrl);
        return failure === 'connection'
          ? refusal('cut-short', 'The connection broke in the middle.', finalUrl, status, bytes)
          : refusal(failure, message, finalUrl, status, bytes);
      }
      if (next.done === true) return null;
      bytes += next.value.length;
      if (bytes > maxBytes) return tooLarge(finalUrl, status, maxBytes, bytes);
      await options.onPiece(next.value);
    }
  } finally {
    clearInterval(timer);
    discard(body);
  }
};
