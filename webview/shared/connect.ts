/** The webview's end of a wire: the shared Endpoint over `postMessage`, with every answer and push checked on arrival. */

import { WinnowError } from '../../src/base/errors.js';
import type { Contract, Handlers, In, Out } from '../../src/protocol/contract.js';
import { Endpoint } from '../../src/protocol/endpoint.js';
import type { Frame, Transport } from '../../src/protocol/wire.js';
import type { Guard } from './guard.js';

export interface Guards<C extends Contract> {
  readonly calls: { readonly [K in keyof C['calls']]: Guard<Out<C['calls'][K]>> };
  readonly pushes: { readonly [K in keyof C['pushes']]: Guard<In<C['pushes'][K]>> };
}

export interface Wire<C extends Contract> {
  /** @throws WinnowError of the host, `protocol` when the answer has another shape, `peer-gone`. */
  call<K extends keyof C['calls'] & string>(
    name: K,
    input: In<C['calls'][K]>,
    signal?: AbortSignal,
  ): Promise<Out<C['calls'][K]>>;
}

/** What a webview's page may do beside talking: keep its navigation. */
export interface Page {
  getState(): unknown;
  setState(state: unknown): void;
  postMessage(message: unknown): void;
}

/** @param onTrouble hears what cannot be answered to anybody: a push of another shape, a bug in a handler. */
export const connect = <C extends Contract>(
  page: Page,
  contract: C,
  handlers: Handlers<C['pushes']>,
  guards: Guards<C>,
  onTrouble: (message: string) => void,
): Wire<C> => {
  const checked = Object.fromEntries(
    Object.entries(handlers).map(([name, handler]) => [
      name,
      (input: unknown, signal: AbortSignal): unknown => {
        if (!guards.pushes[name]?.(input)) throw new WinnowError('protocol', unreadable(name));
        return (handler as (input: unknown, signal: AbortSignal) => unknown)(input, signal);
      },
    ]),
  ) as Handlers<C['pushes']>;
  const endpoint = new Endpoint<C['calls'], C['pushes']>(
    windowTransport(page),
    checked,
    (error) => onTrouble(error instanceof Error ? error.message : String(error)),
    contract.version,
  );
  return {
    call: async (name, input, signal) => {
      const answer: unknown = await endpoint.call(name, input, signal);
      if (!guards.calls[name](answer)) throw new WinnowError('protocol', unreadable(name));
      return answer;
    },
  };
};

const unreadable = (name: string): string =>
  `Winnow's editor side answered "${name}" in a way this page cannot read. Nothing was changed here. Close the panel and open it again.`;

const windowTransport = (page: Page): Transport => ({
  send: (frame: Frame) => page.postMessage(frame),
  onFrame: (listener) => {
    window.addEventListener('message', (event) => {
      if (isFromHost(event)) listener(event.data);
    });
  },
  // The page dies with its host: there is no end to hear.
  onEnd: () => undefined,
});

/**
 * True for messages of the frame that VS Code wraps around us. Its origin is ours; its window cannot be compared,
 * because VS Code replaces `window.parent` before our script runs.
 */
const isFromHost = (event: MessageEvent): boolean =>
  event.origin === window.origin || event.origin.startsWith('vscode-webview://');
