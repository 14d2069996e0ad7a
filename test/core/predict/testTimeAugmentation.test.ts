import { describe, expect, it } from 'vitest';
import type { ItemId } from '../../../src/core/dataset/item.js';
import { augmentPresets } from '../../../src/core/image/augment/augmentSettings.js';
import { augmentationFor, augmentationSeeds, withAugmented } from '../../../src/core/predict/testTimeAugmentation.js';

describe('test-time augmentation', () => {
  it('is three quarters the mean of the changed views and one quarter the plain answer, as fastai mixes them', () => {
    const mixed = withAugmented(
      [0.9, 0.1],
      [
        [0.5, 0.5],
        [0.7, 0.3],
        [0.2, 0.8],
        [0.6, 0.4],
      ],
    );
    expect([...mixed]).toEqual([
      expect.closeTo(0.75 * 0.5 + 0.25 * 0.9, 12),
      expect.closeTo(0.75 * 0.5 + 0.25 * 0.1, 12),
    ]);
  });

  it('without a changed view is the plain answer, to the last bit', () => {
    const plain = Float32Array.from([0.1, 0.3333333, 1e-30]);
    expect([...withAugmented(plain, [])]).toEqual([...plain]);
  });

  it('draws the same for the same bytes, and other views for others', () => {
    const [a, b] = [`00c0ffee${'0'.repeat(56)}` as ItemId, `00c0ffef${'0'.repeat(56)}` as ItemId];
    expect(augmentationSeeds(a, 4)).toEqual(augmentationSeeds(a, 4));
    expect(augmentationSeeds(a, 4).slice(0, 2)).toEqual(augmentationSeeds(a, 2));
    expect(new Set([...augmentationSeeds(a, 4), ...augmentationSeeds(b, 4)]).size).toBe(8);
  });

  it("changes photos by fastai's defaults, and cuts nothing off where the network sees the whole photo", () => {
    expect(augmentationFor('crop')).toEqual(augmentPresets.standard);
    expect(augmentationFor('squish')).toEqual({ ...augmentPresets.standard, resize: 'squish' });
  });
});
