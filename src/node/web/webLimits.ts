/** How long and how much a request may take (RELIABILITY B). */
export interface WebLimits {
  readonly connectMs: number;
  readonly headersMs: number;
  /** Between two pieces of a body. */
  readonly idleMs: number;
  /** Of one try, redirects and body included. */
  readonly totalMs: number;
  /** After this long a body must have come at `slowestBytesPerSecond` at least. */
  readonly graceMs: number;
  readonly slowestBytesPerSecond: number;
  readonly bytes: number;
  readonly replyBytes: number;
  readonly redirects: number;
}

export const webLimits: WebLimits = {
  connectMs: 10_000,
  headersMs: 15_000,
  idleMs: 10_000,
  totalMs: 60_000,
  graceMs: 10_000,
  slowestBytesPerSecond: 1000,
  bytes: 25 * 1024 * 1024,
  replyBytes: 8 * 1024 * 1024,
  redirects: 5,
};
