/** Time and chance, so that tests need neither. */

import { setTimeout as after } from 'node:timers/promises';

export interface Clock {
  /** Milliseconds. */
  now(): number;
  /** Rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** 0 ≤ x < 1. */
  random(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await after(ms, undefined, signal ? { signal } : {});
  },
  random: () => Math.random(),
};
