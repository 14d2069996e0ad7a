/** The host's end of a wire inside the page: `acquireVsCodeApi` with an Endpoint behind it. Runs in the browser. */

import type { Contract, Handlers } from '../../src/protocol/contract.js';
import { Endpoint } from '../../src/protocol/endpoint.js';

export interface RecordedCall {
  readonly name: string;
  readonly input: unknown;
}

declare global {
  interface Window {
    /** What the page asked for, in order. */
    winnowCalls: RecordedCall[];
    /** What the page's wire reported on the host's side. */
    winnowTroubles: string[];
    /** Sends a push, for tests. */
    winnowPush: (name: string, input: unknown) => void;
    /** Sends anything, for tests of the guards. */
    winnowRaw: (message: unknown) => void;
    acquireVsCodeApi: () => unknown;
  }
}

const stateKey = 'winnow-state';

export const serve = <C extends Contract>(contract: C, handlers: Handlers<C['calls']>): void => {
  window.winnowCalls = [];
  window.winnowTroubles = [];
  window.winnowRaw = (message) => window.postMessage(message, window.origin);
  let receive: (frame: unknown) => void = () => undefined;
  window.acquireVsCodeApi = () => ({
    postMessage: (message: { t: string; name?: string; in?: unknown }) => {
      // Kept by the host outside of the wire.
      if (message.t === 'place') return;
      if (message.t === 'call') window.winnowCalls.push({ name: message.name ?? '', input: message.in });
      // As far as VS Code's own channel: a copy, later.
      const copy: unknown = structuredClone(message);
      queueMicrotask(() => receive(copy));
    },
    getState: (): unknown => JSON.parse(sessionStorage.getItem(stateKey) ?? 'null') ?? undefined,
    setState: (state: unknown) => sessionStorage.setItem(stateKey, JSON.stringify(state)),
  });
  const endpoint = new Endpoint<C['pushes'], C['calls']>(
    {
      send: (frame) => window.postMessage(frame, window.origin),
      onFrame: (listener) => (receive = listener),
      onEnd: () => undefined,
    },
    handlers,
    (error) => window.winnowTroubles.push(String(error)),
    contract.version,
  );
  window.winnowPush = (name, input) => endpoint.emit(name, input as never);
};
