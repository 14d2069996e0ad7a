import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochOrder } from '../../../src/core/training/epochOrder.js';
import { evenFactors, fineTunePhases, gentlePhases, oneCycle } from '../../../src/core/training/schedule.js';
import { dropoutMask, mixRows, targetRows } from '../../../src/core/training/stepInputs.js';
import { fastaiSchedule } from './fastaiSchedule.js';

const close = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-5 * Math.abs(b) + 1e-9;

describe('the schedule of fine_tune', () => {
  it('is fastai’s, step by step', () => {
    const perEpoch = 7;
    const phases = fineTunePhases({ epochs: 3, freezeEpochs: 1, rate: 2e-3, groups: 3 });
    const steps = phases.flatMap((phase) =>
      Array.from({ length: phase.epochs * perEpoch }, (_, step) => oneCycle(phase, step / (phase.epochs * perEpoch))),
    );
    expect(steps.length).toBe(fastaiSchedule.length);
    steps.forEach(({ rates, momentum }, at) => {
      const wanted = fastaiSchedule[at]!;
      [...rates, momentum].forEach((value, place) => {
        expect(close(value, wanted[place]!), `step ${String(at)}, ${String(value)} for ${String(wanted[place])}`).toBe(
          true,
        );
      });
    });
  });

  it('has no frozen phase without frozen epochs, and Winnow’s own has none at all', () => {
    expect(
      fineTunePhases({ epochs: 2, freezeEpochs: 0, rate: 1e-3, groups: 3 }).map((phase) => phase.isFrozen),
    ).toEqual([false]);
    const [only, ...others] = gentlePhases({ epochs: 2, freezeEpochs: 1, rate: 1e-3, groups: 3 });
    expect([only!.isFrozen, others.length]).toEqual([false, 0]);
    expect(only!.rates.map((rate) => Number(rate.toPrecision(3)))).toEqual([1e-5, 1e-4, 1e-3]);
  });

  it('spaces rates by equal factors', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 1, noNaN: true }),
        fc.double({ min: 1e-6, max: 1, noNaN: true }),
        fc.integer({ min: 2, max: 9 }),
        (first, last, count) => {
          const rates = evenFactors(first, last, count);
          expect(close(rates[0]!, first) && close(rates.at(-1)!, last)).toBe(true);
          for (let at = 2; at < count; at++)
            expect(close(rates[at]! / rates[at - 1]!, rates[1]! / rates[0]!)).toBe(true);
        },
      ),
    );
  });
});

describe('the order of an epoch', () => {
  it('shows each photo at most once, in batches of one length, the same for the same epoch', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 64 }),
        fc.nat(50),
        (photos, batch, epoch) => {
          const order = epochOrder(photos, batch, 3, epoch);
          const seen = order.flat().map(({ at }) => at);
          expect(new Set(seen).size).toBe(seen.length);
          expect(new Set(order.map((each) => each.length))).toEqual(new Set([Math.min(batch, photos)]));
          expect(epochOrder(photos, batch, 3, epoch)).toEqual(order);
        },
      ),
    );
    expect(epochOrder(50, 10, 3, 0)).not.toEqual(epochOrder(50, 10, 3, 1));
  });
});

describe('what a step is fed', () => {
  it('targets are rows that sum to one, smoothed over all classes', () => {
    expect([...targetRows([1, 0], 4, 0)]).toEqual([0, 1, 0, 0, 1, 0, 0, 0]);
    const smooth = targetRows([2], 4, 0.1);
    expect(smooth[2]).toBeCloseTo(0.925);
    expect(smooth.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1);
  });

  it('mixes pictures and targets by the same shares', () => {
    const targets = Float32Array.from([1, 0, 0, 0, 1, 0, 0, 0, 1]);
    const pictures = Float32Array.from(targets, (value) => value * 10);
    mixRows(pictures, targets, 3, 0.4, 5);
    targets.forEach((value, at) => expect(pictures[at]).toBeCloseTo(10 * value, 4));
    for (let row = 0; row < 3; row++) {
      expect(targets[4 * row]).toBeGreaterThanOrEqual(0.5);
      expect(targets.subarray(3 * row, 3 * row + 3).reduce((sum, each) => sum + each, 0)).toBeCloseTo(1);
    }
  });

  it('masks keep the mean', () => {
    const mask = dropoutMask(20_000, 0.25, 1);
    expect(new Set(mask).size).toBe(2);
    expect(mask.reduce((sum, each) => sum + each, 0) / mask.length).toBeCloseTo(1, 1);
  });
});
