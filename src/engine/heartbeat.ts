/** The main loop's half of the pulse: it says "here" a few times a second. */

import { Worker } from 'node:worker_threads';

export interface Pulse {
  /** One int32: milliseconds since `startedAt` at the last "here". */
  readonly beats: SharedArrayBuffer;
  readonly startedAt: number;
}

export const pulseEveryMs = 200;

/** @param entry the bundled heartbeatThread. */
export const startHeartbeat = (entry: URL): void => {
  const pulse: Pulse = { beats: new SharedArrayBuffer(4), startedAt: Date.now() };
  const last = new Int32Array(pulse.beats);
  setInterval(() => Atomics.store(last, 0, Date.now() - pulse.startedAt), pulseEveryMs).unref();
  const worker = new Worker(entry, { workerData: pulse });
  worker.unref();
  // Without a pulse the engine still works.
  worker.on('error', () => undefined);
};
