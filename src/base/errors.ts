/** base: words every room may use. This one: the only error class that crosses rooms and wires. */

export type ErrorCode =
  | 'ambiguous-item'
  | 'bad-image'
  | 'bad-model'
  | 'bad-shape'
  | 'bad-spec'
  | 'busy'
  | 'cancelled'
  | 'disk-full'
  | 'internal'
  | 'journal-broken'
  | 'journal-newer'
  | 'needs-recipe'
  | 'no-images'
  | 'no-run'
  | 'no-runtime'
  | 'not-found'
  | 'nothing-to-do'
  | 'out-of-memory'
  | 'partial'
  | 'peer-gone'
  | 'protocol'
  | 'read-only'
  | 'too-few'
  | 'unknown-item'
  | 'unknown-label'
  | 'usage';

/** What happened, what is safe, what to do next, in `message`. Branch on `code`, never on the message. */
export class WinnowError extends Error {
  override readonly name = 'WinnowError';
  readonly code: ErrorCode;
  readonly detail: unknown;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown; detail?: unknown }) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.detail = options?.detail;
  }

  static is(error: unknown, code?: ErrorCode): error is WinnowError {
    return error instanceof WinnowError && (code === undefined || error.code === code);
  }

  /** Throws `cancelled` when the caller has given up. */
  static throwIfAborted(signal: AbortSignal | undefined, what: string): void {
    if (signal?.aborted) throw new WinnowError('cancelled', what);
  }
}
