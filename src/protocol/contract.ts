import type { ImageBytes, Plain } from './plain.js';

/** A request: the caller waits for one answer. The phantom fields carry the types. */
export interface Request<In, Out> {
  readonly kind: 'request';
  readonly in?: In;
  readonly out?: Out;
}
/** An event: one way, no answer, never carries a durable effect. */
export interface Event<In> {
  readonly kind: 'event';
  readonly in?: In;
}

type Check<In, Out> = [In] extends [Plain<In>]
  ? [Out] extends [Plain<Out>]
    ? []
    : [error: 'the answer does not survive JSON']
  : [error: 'the input does not survive JSON'];

export const request = <In, Out>(..._ok: Check<In, Out>): Request<In, Out> => ({ kind: 'request' });
export const event = <In>(..._ok: Check<In, null>): Event<In> => ({ kind: 'event' });
/** The only request whose input is not JSON. */
export const imageRequest = <Out>(..._ok: Check<null, Out>): Request<ImageBytes, Out> => ({ kind: 'request' });

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- variance: a table holds requests of any type
export type Table = Readonly<Record<string, Request<any, any> | Event<any>>>;

/** One wire: `calls` are served by the host (or the engine), `pushes` by the other peer. */
export interface Contract {
  readonly version: number;
  readonly calls: Table;
  readonly pushes: Table;
}

export type In<T> = T extends Request<infer I, unknown> ? I : T extends Event<infer I> ? I : never;
export type Out<T> = T extends Request<infer _In, infer O> ? O : null;

/** Total by construction: leaving a name out is a compile error. */
export type Handlers<T extends Table> = {
  readonly [K in keyof T]: (input: In<T[K]>, signal: AbortSignal) => Out<T[K]> | Promise<Out<T[K]>>;
};
