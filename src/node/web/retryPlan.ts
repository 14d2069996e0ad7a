/** When a request may be tried again: full jitter, and what the server asks for. */

import type { Clock } from './clock.js';

export const retryLimits = { retries: 4, firstMs: 500, mostMs: 30_000, longestRetryAfterMs: 120_000 } as const;

/** Statuses that a second try may mend. */
export const isRetryable = (status: number): boolean => [408, 425, 429, 500, 502, 503, 504].includes(status);

/** Anywhere between nothing and twice as long as the time before, so that many clients do not come back together. */
export const jitterMs = (attempt: number, clock: Clock): number =>
  clock.random() * Math.min(retryLimits.mostMs, retryLimits.firstMs * 2 ** attempt);

/** Milliseconds from now that `Retry-After` asks for; null = it says nothing that can be read. */
export const retryAfterMs = (header: string | undefined, now: number): number | null => {
  const text = header?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  // HTTP dates only: Date.parse alone would also read many a garbage as some year.
  if (!/^[A-Za-z]{3,9}, ?\d{1,2}[ -][A-Za-z]{3}[ -]\d{2,4} \d{2}:\d{2}:\d{2} GMT$/.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
};
