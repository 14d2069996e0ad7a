/** What a served model answers to programs that ask over HTTP, without the wire. */

export interface ServiceAnswer {
  /** HTTP's number. */
  readonly status: number;
  readonly type: string;
  readonly body: string | Uint8Array;
  /** Seconds; only with 503. */
  readonly retryAfter?: number;
}

export interface Service {
  /** What lies at a path ('/', '/health' …); null = nothing does. Paths are names in a table: no file can be asked for. */
  page(path: string): Promise<ServiceAnswer | null>;
  /** @param file absolute: the picture's bytes, in a file of ours that is gone after the answer. */
  predict(file: string, signal: AbortSignal): Promise<ServiceAnswer>;
}

/** Errors and refusals, all in one shape: `{error:{code,message}}`. */
export const refusal = (status: number, code: string, message: string): ServiceAnswer => ({
  status,
  type: jsonType,
  body: `${JSON.stringify({ error: { code, message } })}\n`,
});

export const jsonType = 'application/json; charset=utf-8';
