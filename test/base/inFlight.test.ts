/** Work in flight: bounded, in order, and over when it says so. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { inFlight } from '../../src/base/inFlight.js';

test('at most so many at a time, results in the order of the values', async () => {
  let now = 0;
  let most = 0;
  const squares = await inFlight(
    [5, 1, 4, 2, 3],
    async (value) => {
      most = Math.max(most, ++now);
      await sleep(value);
      now--;
      return value * value;
    },
    { limit: 2 },
  );
  expect(squares).toEqual([25, 1, 16, 4, 9]);
  expect(most).toBe(2);
});

test.each(['a failure', 'an abort'])('after %s nothing begins, and what had begun is over', async (how) => {
  const abort = new AbortController();
  const begun: number[] = [];
  const over: number[] = [];
  const all = inFlight(
    [0, 1, 2, 3, 4, 5],
    async (value) => {
      begun.push(value);
      await sleep(value === 0 ? 1 : 20);
      over.push(value);
      if (value > 0) return;
      if (how === 'a failure') throw new Error('broken');
      abort.abort();
    },
    { limit: 3, signal: abort.signal },
  );
  await expect(all).rejects.toThrow(how === 'a failure' ? 'broken' : 'stopped');
  expect(begun).toEqual([0, 1, 2]);
  expect(over).toEqual(begun);
});
