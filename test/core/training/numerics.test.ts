import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/random.js';
import { fromFloat16, roundToFloat16, toFloat16 } from '../../../src/core/training/float16.js';
import { leastOnGrid } from '../../../src/core/training/gridSearch.js';
import { inverseCholesky, smallInverse, symmetricInverse } from '../../../src/core/training/inverseCholesky.js';
import { minimise } from '../../../src/core/training/minimise.js';
import { plainLinearAlgebra as algebra } from '../../../src/core/training/plainLinearAlgebra.js';
import { medianOf } from '../../../src/core/training/preparedBlock.js';
import { solve } from './syntheticItems.js';

describe('half precision', () => {
  it('keeps each of its 63,488 finite values', () => {
    const all = Uint16Array.from({ length: 65536 }, (_, i) => i).filter((half) => (half & 0x7c00) !== 0x7c00);
    expect(all).toHaveLength(63_488);
    expect(toFloat16(fromFloat16(all))).toEqual(all);
    const floats = fromFloat16(all);
    expect(roundToFloat16(floats.slice())).toEqual(floats);
  });
  it('rounds to the nearest, ties to even, the same in place', () => {
    expect([
      ...fromFloat16(toFloat16(Float32Array.of(1 + 2 ** -11, 1 + 3 * 2 ** -11, 2 ** -25, 3 * 2 ** -25))),
    ]).toEqual([1, 1 + 2 ** -9, 0, 2 ** -23]);
    fc.assert(
      fc.property(fc.array(fc.float({ min: -1, max: 1, noNaN: true })), (values) => {
        const floats = Float32Array.from(values);
        const rounded = roundToFloat16(floats.slice());
        expect(rounded).toEqual(fromFloat16(toFloat16(floats)));
        rounded.forEach((value, i) =>
          expect(Math.abs(value - floats[i]!)).toBeLessThanOrEqual(Math.max(2 ** -25, Math.abs(floats[i]!) * 2 ** -11)),
        );
      }),
    );
  });
  it('says infinity and not-a-number', () => {
    expect([...fromFloat16(toFloat16(Float32Array.of(70_000, -70_000, NaN)))]).toEqual([Infinity, -Infinity, NaN]);
  });
});

describe('plain products', () => {
  const a = Float32Array.of(1, 2, 3, 4, 5, 6);
  it('takes either operand stored the other way', async () => {
    const expected = [22, 28, 49, 64];
    const b = Float32Array.of(1, 2, 3, 4, 5, 6);
    const bT = Float32Array.of(1, 3, 5, 2, 4, 6);
    const aT = Float32Array.of(1, 4, 2, 5, 3, 6);
    expect([...(await algebra.matmul(a, b, { m: 2, k: 3, n: 2 }))]).toEqual(expected);
    expect([...(await algebra.matmul(a, bT, { m: 2, k: 3, n: 2, transposeB: true }))]).toEqual(expected);
    expect([...(await algebra.matmul(aT, b, { m: 2, k: 3, n: 2, transposeA: true }))]).toEqual(expected);
  });
  it('refuses other shapes', async () => {
    await expect(algebra.matmul(a, a, { m: 2, k: 2, n: 2 })).rejects.toMatchObject({ code: 'bad-shape' });
  });
});

const positiveDefinite = (n: number, seed: number): Float32Array => {
  const random = seededRandom(seed);
  const half = Array.from({ length: n }, () => Array.from({ length: n }, () => random.normal() / Math.sqrt(n)));
  const out = new Float32Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++)
      out[i * n + j] = half[i]!.reduce((sum, value, k) => sum + value * half[j]![k]!, i === j ? 0.1 : 0);
  return out;
};

describe('inverse factors', () => {
  it.each([1, 2, 63, 64, 65, 131])('of side %i give back the identity', async (n) => {
    const a = positiveDefinite(n, n);
    const inverse = await symmetricInverse(algebra, a, n);
    const product = await algebra.matmul(a, inverse, { m: n, k: n, n });
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) expect(product[i * n + j]!).toBeCloseTo(i === j ? 1 : 0, 3);
  });
  it('take a shift and read the lower triangle only', async () => {
    const n = 90;
    const a = positiveDefinite(n, 4);
    const shifted = a.map((value, at) => (at % (n + 1) === 0 ? value + 0.5 : value));
    const half = a.map((value, at) => (at % n > Math.floor(at / n) ? NaN : value));
    const expected = await inverseCholesky(algebra, shifted, n);
    const got = await inverseCholesky(algebra, half, n, 0.5);
    for (let at = 0; at < got.length; at++) expect(got[at]!).toBeCloseTo(expected[at]!, 4);
  });
  it('of small blocks agree with elimination', () => {
    const n = 5;
    const a = Float64Array.from(positiveDefinite(n, 9));
    const rows = Array.from({ length: n }, (_, i) => [...a.subarray(i * n, (i + 1) * n)]);
    const unit = rows.map((_, i) => rows.map((__, j) => (i === j ? 1 : 0)));
    const expected = solve(rows, unit).flat();
    smallInverse(a, n).forEach((value, at) => expect(value).toBeCloseTo(expected[at]!, 6));
  });
});

describe('minimise', () => {
  it('finds the bottom of a bent valley', () => {
    const { x, value } = minimise(
      ([a, b], gradient) => {
        gradient[0] = -400 * a! * (b! - a! * a!) - 2 * (1 - a!);
        gradient[1] = 200 * (b! - a! * a!);
        return 100 * (b! - a! * a!) ** 2 + (1 - a!) ** 2;
      },
      Float64Array.of(-1.2, 1),
      { gradientTolerance: 1e-9 },
    );
    expect(value).toBeLessThan(1e-12);
    expect(x[0]).toBeCloseTo(1, 5);
  });
  it('stays where it starts when that is the minimum', () => {
    const { x, iterations } = minimise(([a], gradient) => {
      gradient[0] = 2 * a!;
      return a! * a!;
    }, Float64Array.of(0));
    expect([x[0], iterations]).toEqual([0, 0]);
  });
});

describe('leastOnGrid', () => {
  it('finds the least of any valley, looking at each place once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc
          .integer({ min: 1, max: 15 })
          .chain((count) => fc.tuple(fc.constant(count), fc.nat(count - 1), fc.nat(count - 1))),
        async ([count, least, start]) => {
          const seen: number[] = [];
          const found = await leastOnGrid(count, start, (at) => {
            seen.push(at);
            return Promise.resolve(Math.abs(at - least) + (at > least ? 0.5 : 0));
          });
          expect(found).toBe(least);
          expect(new Set(seen).size).toBe(seen.length);
          expect(seen.every((at) => at >= 0 && at < count)).toBe(true);
        },
      ),
    );
  });
});

describe('medianOf', () => {
  it('is the element in the middle of the sorted values', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }), (values) => {
        const floats = Float32Array.from(values, (value) => value + 0);
        expect(medianOf(floats.slice())).toBe(floats.slice().sort()[floats.length >> 1]);
      }),
    );
  });
});
