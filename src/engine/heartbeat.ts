/** The main loop's half of the pulse: it says "here" a few times a second, and counts what got done. */

import { Worker } from 'node:worker_threads';

export interface Pulse {
  /** Two int32: milliseconds since `startedAt` at the last "here"; how often something got done. */
  readonly beats: SharedArrayBuffer;
  readonly startedAt: number;
}

export const pulseEveryMs = 200;

const beats = new Int32Array(new SharedArrayBuffer(8));

/** A long work that goes on says so: a process that lives but gets nothing done is told from one that works. */
export const markProgress = (): void => {
  Atomics.add(beats, 1, 1);
};

/** @param entry the bundled heartbeatThread. */
export const startHeartbeat = (entry: URL): void => {
  const pulse: Pulse = { beats: beats.buffer, startedAt: Date.now() };
  setInterval(() => Atomics.store(beats, 0, Date.now() - pulse.startedAt), pulseEveryMs).unref();
  const worker = new Worker(entry, { workerData: pulse });
  worker.unref();
  // Without a pulse the engine still works.
  worker.on('error', () => undefined);
};
