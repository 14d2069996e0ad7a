/** protocol: the wires between processes and webviews. This file: what crosses. Plain data only. */

export interface WireError {
  readonly code: string;
  readonly message: string;
  readonly detail?: unknown;
}

export type Frame =
  | { readonly t: 'hello'; readonly v: number }
  | { readonly t: 'call'; readonly id: number; readonly name: string; readonly in: unknown }
  | { readonly t: 'cancel'; readonly id: number }
  | { readonly t: 'ok'; readonly id: number; readonly out: unknown }
  | { readonly t: 'err'; readonly id: number; readonly error: WireError }
  | { readonly t: 'event'; readonly name: string; readonly in: unknown };

/** The smallest thing two peers need: a pipe that can end. */
export interface Transport {
  send(frame: Frame): void;
  /** Called once, by the endpoint. Whatever arrives is unchecked. */
  onFrame(listener: (frame: unknown) => void): void;
  /** Fires once, whatever the cause: exit, crash, panel closed. */
  onEnd(listener: (why: string) => void): void;
}
