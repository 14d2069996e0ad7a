import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/random.js';
import { hammingDistance, nearPairs } from '../../../src/core/image/nearPairs.js';
import { greyRaster, hashRaster } from '../../../src/core/image/perceptualHash.js';

/** A picture of soft blobs, the same for a seed at any size. */
const blobs = (seed: number, width: number, height: number, at = (x: number, y: number) => [x, y] as const) => {
  const random = seededRandom(seed);
  const spots = Array.from({ length: 12 }, () => [random.next(), random.next(), 0.05 + 0.2 * random.next()] as const);
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = at((x + 0.5) / width, (y + 0.5) / height);
      let grey = 20;
      for (const [cx, cy, r] of spots) grey += 60 * Math.exp(-((u - cx) ** 2 + (v - cy) ** 2) / (r * r));
      rgb.fill(Math.min(255, grey), (y * width + x) * 3, (y * width + x) * 3 + 3);
    }
  }
  return hashOf(rgb, width, height);
};
const hashOf = (rgb: Uint8Array, width: number, height: number) => hashRaster(greyRaster(rgb, width, height));

describe('perceptual hash', () => {
  it('is nearly the same at every size and aspect of one picture, and far for another', () => {
    const whole = blobs(1, 400, 300);
    for (const [w, h] of [
      [64, 48],
      [200, 200],
      [1600, 1200],
      [40, 50],
    ] as const) {
      expect(hammingDistance(whole.phash, blobs(1, w, h).phash)).toBeLessThanOrEqual(4);
    }
    expect(hammingDistance(whole.phash, blobs(2, 400, 300).phash)).toBeGreaterThan(14);
  });

  it('gives the hash of the turned picture without turning it', () => {
    const { turned } = blobs(3, 320, 320);
    expect(turned.mirrored).toBe(blobs(3, 320, 320, (x, y) => [1 - x, y]).phash);
    expect(turned.rotated180).toBe(blobs(3, 320, 320, (x, y) => [1 - x, 1 - y]).phash);
    expect(turned.rotated90).toBe(blobs(3, 320, 320, (x, y) => [y, 1 - x]).phash);
    expect(turned.rotated270).toBe(blobs(3, 320, 320, (x, y) => [1 - y, x]).phash);
  });

  it('marks flat, nearly flat and tiny pictures, and no ordinary one', () => {
    expect(hashOf(new Uint8Array(100 * 80 * 3).fill(250), 100, 80).isLowInformation).toBe(true);
    const random = seededRandom(5);
    const noisy = Uint8Array.from({ length: 300 * 300 * 3 }, () => 200 + random.below(9));
    expect(hashOf(noisy, 300, 300).isLowInformation).toBe(true);
    expect(hashOf(Uint8Array.of(1, 2, 3), 1, 1).isLowInformation).toBe(true);
    for (let seed = 0; seed < 10; seed++) expect(blobs(seed, 200, 150).isLowInformation).toBe(false);
  });

  it('refuses a length that is no picture', () => {
    expect(() => greyRaster(new Uint8Array(10), 2, 2)).toThrow('no 2 × 2');
  });
});

describe('nearPairs', () => {
  it('finds what comparing all with all finds', () => {
    const hash = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map((value) => value.toString(16).padStart(16, '0'));
    const family = fc
      .tuple(hash, fc.array(fc.array(fc.nat(63), { maxLength: 9 }), { maxLength: 4 }))
      .map(([first, edits]) => [
        first,
        ...edits.map((bits) => {
          let value = BigInt(`0x${first}`);
          for (const bit of bits) value ^= 1n << BigInt(bit);
          return value.toString(16).padStart(16, '0');
        }),
      ]);
    fc.assert(
      fc.property(fc.array(family, { maxLength: 8 }), fc.integer({ min: 0, max: 8 }), (families, maxBits) => {
        const hashes: (string | null)[] = [...families.flat(), null];
        const expected: unknown[] = [];
        for (let a = 0; a < hashes.length; a++) {
          for (let b = a + 1; b < hashes.length; b++) {
            const [p, q] = [hashes[a], hashes[b]];
            if (p == null || q == null) continue;
            const bits = hammingDistance(p, q);
            if (bits <= maxBits) expected.push({ a, b, bits });
          }
        }
        expect(nearPairs(hashes, maxBits)).toEqual(expected);
      }),
      { seed: 7, numRuns: 200 },
    );
  });
});
