import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { augmentPresets, type AugmentSettings } from '../../../src/core/image/augment/augmentSettings.js';
import { drawAugmentation } from '../../../src/core/image/augment/drawAugmentation.js';
import { applyTo } from '../../../src/core/image/augment/homography.js';
import { renderAugmented, type RgbPicture } from '../../../src/core/image/augment/renderAugmented.js';

/** Red rises to the right, green downwards, blue is 40. */
const slope = (width: number, height: number): RgbPicture => ({
  rgb: Uint8Array.from({ length: 3 * width * height }, (_, at) => {
    const pixel = Math.floor(at / 3);
    const values = [(pixel % width) * 2, Math.floor(pixel / width) * 2, 40];
    return values[at % 3]!;
  }),
  width,
  height,
});
const settings = (change: Partial<AugmentSettings>): AugmentSettings => ({ ...augmentPresets.none, ...change });
const shown = (picture: RgbPicture, change: Partial<AugmentSettings>, side: number, seed = 1): Float32Array =>
  renderAugmented(picture, drawAugmentation(settings(change), picture.width, picture.height, seed), side);

describe('augmentation', () => {
  it('none shows the middle square as it is', () => {
    const out = shown(slope(100, 80), {}, 80);
    expect(out[0]).toBeCloseTo(20);
    expect(out[79]).toBeCloseTo(178);
    expect(out[6400]).toBeCloseTo(0);
    expect(out[12_800]).toBeCloseTo(40);
  });

  it('squish shows all of it, pad adds what was chosen', () => {
    const squished = shown(slope(100, 50), { resize: 'squish' }, 50);
    expect(squished[49]! - squished[0]!).toBeGreaterThan(190);
    const zeros = shown(slope(100, 50), { resize: 'pad', padding: 'zeros' }, 100);
    expect([zeros[20_000], zeros[20_000 + 50 * 100 + 50]]).toEqual([0, 40]);
    const border = shown(slope(100, 50), { resize: 'pad', padding: 'border' }, 100);
    expect(border[10_000]).toBe(0);
    const mirror = shown(slope(100, 50), { resize: 'pad', padding: 'reflection' }, 100);
    // Twenty rows above the photo is the twentieth row within.
    expect(mirror[10_000 + 5 * 100]).toBeCloseTo(38);
  });

  it('a flip turns the rows round and nothing else', () => {
    const plain = shown(slope(60, 60), {}, 60);
    const flipped = shown(slope(60, 60), { flip: 1 }, 60);
    for (let at = 0; at < 60; at++) expect(flipped[60 * 7 + at]).toBeCloseTo(plain[60 * 7 + 59 - at]!, 3);
  });

  it('the same seed draws the same, other seeds other ones', () => {
    const draw = (seed: number): Float32Array =>
      renderAugmented(slope(90, 70), drawAugmentation(augmentPresets.strong, 90, 70, seed), 32);
    expect(draw(5)).toEqual(draw(5));
    expect(draw(5)).not.toEqual(draw(6));
  });

  it('random crops lie in the photo and have the area and shape that was asked for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 900 }),
        fc.integer({ min: 20, max: 900 }),
        fc.nat(10_000),
        (width, height, seed) => {
          const { map } = drawAugmentation(settings({ resize: 'random-crop', minScale: 0.35 }), width, height, seed);
          const [left, top] = applyTo(map, -1, -1);
          const [right, bottom] = applyTo(map, 1, 1);
          expect(Math.min(left, top)).toBeGreaterThanOrEqual(-1e-6);
          expect(right <= width + 1e-6 && bottom <= height + 1e-6).toBe(true);
          const ratio = (right - left) / (bottom - top);
          expect(ratio > 0.74 && ratio < 1.34).toBe(true);
        },
      ),
    );
  });

  it('values stay within 0 and 255 and finite, whatever is drawn', () => {
    fc.assert(
      fc.property(fc.nat(100_000), (seed) => {
        const out = renderAugmented(
          slope(50, 40),
          drawAugmentation({ ...augmentPresets.strong, isDihedral: true }, 50, 40, seed),
          16,
        );
        expect(out.every((value) => value >= 0 && value <= 255.001)).toBe(true);
      }),
    );
  });

  it('lighting changes grey by a curve through black and white, and keeps the order', () => {
    const out = shown(slope(100, 100), { lighting: 1, maxLighting: 0.4 }, 100, 3);
    const row = [...out.subarray(0, 100)];
    expect(row.every((value, at) => at === 0 || value >= row[at - 1]! - 1e-3)).toBe(true);
    expect(row).not.toEqual([...shown(slope(100, 100), {}, 100).subarray(0, 100)]);
  });
});
