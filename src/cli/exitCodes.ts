import { WinnowError, type ErrorCode } from '../base/errors.js';

/** Documented in docs/formats.md. */
export const exit = {
  ok: 0,
  failed: 1,
  usage: 2,
  nothingFound: 3,
  partial: 4,
  diskFull: 9,
  retryLater: 75,
  cancelled: 130,
} as const;
export type ExitCode = (typeof exit)[keyof typeof exit];

const byCode: Partial<Record<ErrorCode, ExitCode>> = {
  'bad-spec': exit.usage,
  busy: exit.retryLater,
  cancelled: exit.cancelled,
  'disk-full': exit.diskFull,
  'needs-recipe': exit.usage,
  'no-images': exit.nothingFound,
  partial: exit.partial,
  'unknown-label': exit.usage,
  usage: exit.usage,
};

export const exitCodeOf = (error: unknown): ExitCode =>
  WinnowError.is(error) ? (byCode[error.code] ?? exit.failed) : exit.failed;
