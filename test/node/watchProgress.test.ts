/** A training that hangs is told from one that is slow, from one that is starved, and from a computer that slept. */

import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Emitter } from '../../src/base/emitter.js';
import { watchProgress } from '../../src/node/watchProgress.js';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const watched = (): {
  /** A second in which it used `cpuMs` of the processor. */
  second: (progress: number, cpuMs: number) => void;
  hangs: () => number;
  dispose: () => void;
} => {
  const beat = new Emitter<{ progress: number; cpuMs: number }>();
  let [hangs, used] = [0, 0];
  const watch = watchProgress(beat.event, 5_000, () => hangs++);
  return {
    second: (progress, cpuMs) => {
      beat.fire({ progress, cpuMs: (used += cpuMs) });
      vi.advanceTimersByTime(1_000);
    },
    hangs: () => hangs,
    dispose: () => watch.dispose(),
  };
};

it('is quiet while something gets done, and speaks once when nothing does', () => {
  for (const cpuMs of [0, 1_000]) {
    const { second, hangs } = watched();
    for (let at = 0; at < 20; at++) second(Math.floor(at / 4), cpuMs);
    expect(hangs()).toBe(0);
    for (let at = 0; at < 20; at++) second(4, cpuMs);
    expect(hangs()).toBe(1);
  }
});

it('waits for a process that others starve, but not for ever', () => {
  const { second, hangs } = watched();
  for (let at = 0; at < 40; at++) second(1, 100);
  expect(hangs()).toBe(0);
  for (let at = 0; at < 20; at++) second(1, 100);
  expect(hangs()).toBe(1);
});

it('notices a process that does not even beat, and nothing after it was disposed of', () => {
  const [silent, ended] = [watched(), watched()];
  ended.dispose();
  vi.advanceTimersByTime(10_000);
  expect([silent.hangs(), ended.hangs()]).toEqual([1, 0]);
});

it('does not take the sleep of a computer for a hang', () => {
  const { hangs } = watched();
  vi.advanceTimersByTime(3_000);
  vi.setSystemTime(Date.now() + 3_600_000);
  vi.advanceTimersByTime(1_000);
  expect(hangs()).toBe(0);
});
