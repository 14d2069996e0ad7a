import { WinnowError, type ErrorCode } from '../base/errors.js';
import type { Handlers, In, Out, Table } from './contract.js';
import type { Frame, Transport, WireError } from './wire.js';

interface Pending {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/**
 * One end of a wire; the same class in the host, in a webview and in the engine.
 * Every call is answered; the end of the peer rejects all pending calls with `peer-gone`; abort crosses as a frame.
 */
export class Endpoint<Calls extends Table, Serves extends Table> {
  #next = 1;
  #ended: string | undefined;
  readonly #pending = new Map<number, Pending>();
  readonly #serving = new Map<number, AbortController>();
  readonly #transport: Transport;
  readonly #handlers: Handlers<Serves>;
  readonly #report: (error: unknown, where: string) => void;

  /** @param report hears errors that are no WinnowError: bugs, for the log. */
  constructor(
    transport: Transport,
    handlers: Handlers<Serves>,
    report: (error: unknown, where: string) => void,
    version: number,
  ) {
    this.#transport = transport;
    this.#handlers = handlers;
    this.#report = report;
    transport.onFrame((frame) => {
      if (isFrame(frame)) this.#receive(frame, version);
      else report(new WinnowError('protocol', 'a frame of no known shape was ignored'), 'receive');
    });
    transport.onEnd((why) => {
      this.end(why);
    });
    transport.send({ t: 'hello', v: version });
  }

  get isEnded(): boolean {
    return this.#ended !== undefined;
  }

  call<K extends keyof Calls & string>(name: K, input: In<Calls[K]>, signal?: AbortSignal): Promise<Out<Calls[K]>> {
    if (this.#ended !== undefined) return Promise.reject(new WinnowError('peer-gone', this.#ended));
    if (signal?.aborted) return Promise.reject(new WinnowError('cancelled', name));
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#transport.send({ t: 'cancel', id });
      };
      const settled = (): void => signal?.removeEventListener('abort', onAbort);
      this.#pending.set(id, {
        resolve: (value) => {
          settled();
          resolve(value as Out<Calls[K]>);
        },
        reject: (error) => {
          settled();
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- always a WinnowError
          reject(error);
        },
      });
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#transport.send({ t: 'call', id, name, in: input });
    });
  }

  emit<K extends keyof Calls & string>(name: K, input: In<Calls[K]>): void {
    if (this.#ended === undefined) this.#transport.send({ t: 'event', name, in: input });
  }

  end(why: string): void {
    if (this.#ended !== undefined) return;
    this.#ended = why;
    for (const serving of this.#serving.values()) serving.abort();
    for (const pending of this.#pending.values()) pending.reject(new WinnowError('peer-gone', why));
    this.#pending.clear();
  }

  #receive(frame: Frame, version: number): void {
    switch (frame.t) {
      case 'hello':
        if (frame.v !== version) this.end(`the other side speaks protocol ${frame.v}, this side ${version}`);
        return;
      case 'call':
        void this.#serve(frame.id, frame.name, frame.in);
        return;
      case 'cancel':
        this.#serving.get(frame.id)?.abort();
        return;
      case 'event':
        this.#handle(frame.name, frame.in, new AbortController().signal).catch((error: unknown) => {
          this.#report(error, frame.name);
        });
        return;
      case 'ok':
        this.#settle(frame.id, (pending) => {
          pending.resolve(frame.out);
        });
        return;
      case 'err':
        this.#settle(frame.id, (pending) => {
          pending.reject(fromWire(frame.error));
        });
    }
  }

  async #handle(name: string, input: unknown, signal: AbortSignal): Promise<unknown> {
    const handler = Object.hasOwn(this.#handlers, name) ? this.#handlers[name] : undefined;
    if (!handler) throw new WinnowError('protocol', `there is no handler for ${name}`);
    return handler(input as never, signal);
  }

  async #serve(id: number, name: string, input: unknown): Promise<void> {
    const abort = new AbortController();
    this.#serving.set(id, abort);
    try {
      const out = await this.#handle(name, input, abort.signal);
      if (this.#ended === undefined) this.#transport.send({ t: 'ok', id, out });
    } catch (error) {
      if (!WinnowError.is(error)) this.#report(error, name);
      const wire = abort.signal.aborted ? { code: 'cancelled', message: name } : toWire(error);
      if (this.#ended === undefined) this.#transport.send({ t: 'err', id, error: wire });
    } finally {
      this.#serving.delete(id);
    }
  }

  #settle(id: number, settle: (pending: Pending) => void): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (pending) settle(pending);
  }
}

const isFrame = (value: unknown): value is Frame => {
  if (typeof value !== 'object' || value === null || !('t' in value)) return false;
  const frame = value as Record<string, unknown>;
  switch (frame['t']) {
    case 'hello':
      return typeof frame['v'] === 'number';
    case 'call':
      return typeof frame['id'] === 'number' && typeof frame['name'] === 'string';
    case 'cancel':
    case 'ok':
      return typeof frame['id'] === 'number';
    case 'err': {
      const error = frame['error'] as Partial<WireError> | null | undefined;
      return typeof frame['id'] === 'number' && typeof error?.code === 'string' && typeof error.message === 'string';
    }
    case 'event':
      return typeof frame['name'] === 'string';
    default:
      return false;
  }
};

export const toWire = (error: unknown): WireError =>
  WinnowError.is(error)
    ? { code: error.code, message: error.message, ...(error.detail === undefined ? {} : { detail: error.detail }) }
    : { code: 'internal', message: error instanceof Error ? error.message : String(error) };

const fromWire = (error: WireError): WinnowError =>
  new WinnowError(error.code as ErrorCode, error.message, { detail: error.detail });
