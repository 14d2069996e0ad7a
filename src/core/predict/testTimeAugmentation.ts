/** Test-time augmentation as fastai's `tta` does it: a photo is also looked at changed at random, and the answers are mixed. */

import { seededRandom } from '../../base/random.js';
import type { ItemId } from '../dataset/item.js';
import { augmentPresets, type AugmentSettings } from '../image/augment/augmentSettings.js';

/** As many as fastai looks at. */
export const usualAugmentations = 4;
/** Share of the answer about the photo as it is. */
const plainShare = 0.25;

/**
 * fastai's changes. A network that looks at the whole photo is shown the whole photo, mirrored, turned, warped and lit, but
 * not cut at random.
 */
export const augmentationFor = (view: 'crop' | 'squish'): AugmentSettings =>
  view === 'crop' ? augmentPresets.standard : { ...augmentPresets.standard, resize: 'squish' };

/** The same for the same bytes on every machine. */
export const augmentationSeeds = (id: ItemId, count: number): number[] => {
  const random = seededRandom(Number.parseInt(id.slice(0, 8), 16));
  return Array.from({ length: count }, () => random.below(2 ** 31));
};

/** .75 of the mean over the changed views and .25 of the plain answer; with no changed view the plain answer, exactly. */
export const withAugmented = (plain: ArrayLike<number>, augmented: readonly ArrayLike<number>[]): Float64Array =>
  Float64Array.from(plain, (p, at) => {
    if (augmented.length === 0) return p;
    const mean = augmented.reduce((sum, row) => sum + row[at]!, 0) / augmented.length;
    return mean + plainShare * (p - mean);
  });
