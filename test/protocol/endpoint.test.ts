import { describe, expect, test } from 'vitest';
import { WinnowError } from '../../src/base/errors.js';
import { event, request, type Contract } from '../../src/protocol/contract.js';
import { Endpoint } from '../../src/protocol/endpoint.js';
import type { Frame, Transport } from '../../src/protocol/wire.js';

const contract = {
  version: 1,
  calls: { double: request<{ n: number }, number>(), wait: request<null, null>(), fail: request<null, null>() },
  pushes: { tick: event<number>() },
} as const satisfies Contract;
type Calls = (typeof contract)['calls'];
type Pushes = (typeof contract)['pushes'];

/** Two ends in memory; frames travel as JSON, one microtask later. */
const pair = () => {
  const listeners: ((frame: unknown) => void)[] = [];
  const ends: ((why: string) => void)[] = [];
  const side = (me: 0 | 1): Transport => ({
    send: (frame: Frame) => {
      const wire = JSON.stringify(frame);
      queueMicrotask(() => listeners[1 - me]?.(JSON.parse(wire)));
    },
    onFrame: (listener) => {
      listeners[me] = listener;
    },
    onEnd: (listener) => void ends.push(listener),
  });
  return {
    left: side(0),
    right: side(1),
    cut: (why: string) => ends.forEach((end) => end(why)),
    inject: (frame: unknown) => listeners[0]?.(frame),
  };
};

const connected = (version = 1) => {
  const wire = pair();
  const ticks: number[] = [];
  const reported: unknown[] = [];
  const left = new Endpoint<Calls, Pushes>(
    wire.left,
    { tick: (n) => (ticks.push(n), null) },
    (error) => reported.push(error),
    contract.version,
  );
  const right = new Endpoint<Pushes, Calls>(
    wire.right,
    {
      double: ({ n }) => 2 * n,
      wait: (_, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new WinnowError('cancelled', 'wait')));
        }),
      fail: () => {
        throw new WinnowError('bad-model', 'no', { detail: { at: 3 } });
      },
    },
    (error) => reported.push(error),
    version,
  );
  return { ...wire, left, right, ticks, reported };
};

describe('an endpoint', () => {
  test('answers calls and hears events', async () => {
    const { left, right, ticks } = connected();
    right.emit('tick', 7);
    expect(await left.call('double', { n: 21 })).toBe(42);
    expect(ticks).toEqual([7]);
  });

  test('carries code, message and detail of an error', async () => {
    await expect(connected().left.call('fail', null)).rejects.toMatchObject({
      code: 'bad-model',
      message: 'no',
      detail: { at: 3 },
    });
  });

  test('answers an unknown name, inherited ones too', async () => {
    const { left } = connected();
    await expect(left.call('toString' as never, null as never)).rejects.toMatchObject({ code: 'protocol' });
  });

  test('abort crosses and settles the call', async () => {
    const { left } = connected();
    const abort = new AbortController();
    const waiting = left.call('wait', null, abort.signal);
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('the end of the peer rejects what is pending and what comes after', async () => {
    const { left, cut } = connected();
    const waiting = left.call('wait', null);
    cut('panel closed');
    await expect(waiting).rejects.toMatchObject({ code: 'peer-gone', message: 'panel closed' });
    await expect(left.call('double', { n: 1 })).rejects.toMatchObject({ code: 'peer-gone' });
  });

  test('another version ends the wire instead of misreading it', async () => {
    await expect(connected(2).left.call('wait', null)).rejects.toMatchObject({ code: 'peer-gone' });
  });

  test('what is no frame is reported and ignored', async () => {
    const { left, inject, reported } = connected();
    for (const junk of [null, 7, 'x', {}, { t: 'call' }, { t: 'err', id: 1, error: null }]) inject(junk);
    expect(reported).toHaveLength(6);
    expect(await left.call('double', { n: 1 })).toBe(2);
  });
});
