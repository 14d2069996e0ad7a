/** Notices a process that lives and gets nothing done, and lets a slow one be. */

import type { Emitter } from '../base/emitter.js';
import type { Disposable } from '../base/scope.js';

const tickMs = 1_000;
/** Less of the processor than this is waiting for something that does not come. */
const idleShare = 0.02;
/** However little of the processor it was given: after so many limits it is ended. */
const patience = 10;

/**
 * Counts its own ticks, not the clock: a computer that sleeps is not a process that hangs. Nor is one that other programs
 * starve: without a change of `progress` for `limitMs` it must have used next to no processor time, or as much as the limit.
 * @param onHang called once.
 */
export const watchProgress = (
  onDidBeat: Emitter<{ readonly progress: number; readonly cpuMs: number }>['event'],
  limitMs: number,
  onHang: () => void,
): Disposable => {
  let seen: number | null = null;
  let quietMs = 0;
  let [cpuBefore, cpuMs] = [0, 0];
  const beats = onDidBeat((beat) => {
    cpuMs = beat.cpuMs;
    if (beat.progress === seen) return;
    seen = beat.progress;
    quietMs = 0;
    cpuBefore = cpuMs;
  });
  const timer = setInterval(() => {
    quietMs += tickMs;
    if (quietMs < limitMs) return;
    const usedMs = cpuMs - cpuBefore;
    const isStarved = usedMs > idleShare * quietMs && usedMs < limitMs;
    if (isStarved && quietMs < patience * limitMs) return;
    clearInterval(timer);
    onHang();
  }, tickMs);
  return {
    dispose: () => {
      clearInterval(timer);
      beats.dispose();
    },
  };
};
