import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/random.js';
import { pictureLook } from '../../../src/core/image/pictureLook.js';

type Pixel = (x: number, y: number) => readonly [number, number, number];
const look = (width: number, height: number, pixel: Pixel) => {
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) rgb.set(pixel(x, y), (y * width + x) * 3);
  return pictureLook(rgb, width, height);
};

describe('pictureLook', () => {
  it('tells black from white by the percentiles of brightness', () => {
    expect(look(40, 30, () => [0, 0, 0])).toMatchObject({
      brightest: 0,
      darkest: 0,
      entropy: expect.closeTo(Math.log2(3), 3) as number,
      isGrey: true,
    });
    expect(look(40, 30, () => [255, 255, 255])).toMatchObject({ brightest: 1, darkest: 1 });
    const half = look(100, 100, (x) => (x < 50 ? [0, 0, 0] : [255, 255, 255]));
    expect(half).toMatchObject({ brightest: 1, darkest: 0, entropy: expect.closeTo(Math.log2(6), 3) as number });
  });

  it('weighs green most, as eyes do', () => {
    const one = (pixel: readonly [number, number, number]): number => look(8, 8, () => pixel).brightest;
    expect(one([255, 0, 0])).toBeCloseTo(Math.sqrt(0.241), 2);
    expect(one([0, 255, 0])).toBeCloseTo(Math.sqrt(0.691), 2);
    expect(one([0, 0, 255])).toBeCloseTo(Math.sqrt(0.068), 2);
  });

  it('finds fine detail sharp and a soft slope blurred, at every size', () => {
    const random = seededRandom(3);
    const noise = Array.from({ length: 64 * 64 }, () => random.below(256));
    for (const scale of [1, 3, 10]) {
      const size = 64 * scale;
      const sharp = look(size, size, (x, y) => {
        const value = noise[Math.floor(y / scale) * 64 + Math.floor(x / scale)]!;
        return [value, value, value];
      });
      const soft = look(size, size, (x) => [100 + (40 * x) / size, 100 + (40 * x) / size, 100 + (40 * x) / size]);
      expect(sharp.sharpness).toBeGreaterThan(0.6);
      expect(soft.sharpness).toBeLessThan(sharp.sharpness);
    }
  });

  it('calls a picture grey by its pixels, with the slack of an encoder', () => {
    expect(look(60, 60, (x) => [x, x + 4, x]).isGrey).toBe(true);
    expect(look(60, 60, (x, y) => (x < 6 && y < 6 ? [200, 20, 20] : [x, x, x])).isGrey).toBe(false);
  });

  it('gives mean and deviation of each channel', () => {
    expect(look(100, 10, (x) => [x < 50 ? 0 : 200, 50, 7]).colour).toEqual([100, 50, 7, 100, 0, 0]);
  });

  it('takes one pixel, one row and a long picture, and refuses what is none', () => {
    for (const [w, h] of [
      [1, 1],
      [500, 1],
      [1, 500],
      [4000, 3],
    ] as const) {
      expect(
        Object.values(look(w, h, () => [9, 9, 9]))
          .flat()
          .every((value) => Number.isFinite(Number(value))),
      ).toBe(true);
    }
    expect(() => pictureLook(new Uint8Array(5), 1, 2)).toThrow('no 1 × 2');
  });
});
