import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparePrints, lookAlikes, type Print } from '../../../src/core/image/lookAlikes.js';
import { crossPairs, hammingDistance } from '../../../src/core/image/nearPairs.js';

const hash = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map((value) => value.toString(16).padStart(16, '0'));
const flipped = (text: string, ...bits: number[]): string =>
  bits
    .reduce((value, bit) => value ^ (1n << BigInt(bit)), BigInt(`0x${text}`))
    .toString(16)
    .padStart(16, '0');
const far = ['ffffffffffffffff', 'ffffffffffffffff', 'ffffffffffffffff', 'ffffffffffffffff'];
const own = '0123456789abcdef';

describe('lookAlikes', () => {
  it('finds copies, mirrored and turned ones, and says which', () => {
    const prints: Print[] = [
      { phash: own, turns: far },
      { phash: flipped(own, 1, 2), turns: far },
      { phash: '00000000ffff0000', turns: ['ffffffffffffffff', flipped(own, 7), far[0]!, far[0]!] },
      { phash: null, turns: far },
    ];
    expect(lookAlikes(prints)).toEqual([
      { a: 0, b: 1, bits: 2, isTurned: false },
      { a: 0, b: 2, bits: 1, isTurned: true },
      { a: 1, b: 2, bits: 3, isTurned: true },
    ]);
  });

  it('does not pair a symmetrical picture with itself', () => {
    expect(lookAlikes([{ phash: own, turns: [own, own, own, own] }])).toEqual([]);
  });

  it('asks the embeddings from 7 to 10 bits only', () => {
    const print = (...bits: number[]): Print => ({ phash: flipped(own, ...bits), turns: far });
    expect(lookAlikes([print(), print(0, 1, 2, 3, 4, 5, 6)])).toEqual([]);
    expect(comparePrints(print(), print(0, 1, 2, 3, 4, 5, 6))).toEqual({ bits: 7, isTurned: false });
    expect(comparePrints(print(), print(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10))).toBeNull();
    expect(comparePrints({ phash: null, turns: [] }, print())).toBeNull();
  });
});

it('crossPairs finds what comparing all with all finds', () => {
  const near = fc
    .tuple(hash, fc.array(fc.nat(63), { maxLength: 8 }))
    .map(([h, bits]) => [h, flipped(h, ...bits)] as const);
  fc.assert(
    fc.property(fc.array(near, { maxLength: 12 }), fc.integer({ min: 0, max: 8 }), (couples, maxBits) => {
      const left = [...couples.map(([one]) => one), null];
      const right = [null, ...couples.map(([, other]) => other)];
      const expected = left.flatMap((p, a) =>
        right.flatMap((q, b) => {
          const bits = p === null || q === null ? 65 : hammingDistance(p, q);
          return bits <= maxBits ? [{ a, b, bits }] : [];
        }),
      );
      expect(crossPairs(left, right, maxBits)).toEqual(expected);
    }),
    { seed: 11, numRuns: 200 },
  );
});
