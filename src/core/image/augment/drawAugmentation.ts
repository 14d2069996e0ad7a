/** One random change of one photo, as numbers: the same seed draws the same on every machine. */

import { seededRandom, type Random } from '../../../base/random.js';
import type { AugmentSettings } from './augmentSettings.js';
import { compose, rotated, scaled, warped, type Homography } from './homography.js';

export interface Augmentation {
  /** From the output square [−1, 1]² (x right, y down) to pixels of the photo. */
  readonly map: Homography;
  readonly padding: AugmentSettings['padding'];
  /** Added in logit space. */
  readonly brightness: number;
  /** Factor in logit space. */
  readonly contrast: number;
  readonly saturation: number;
  /** Share of the colour circle. */
  readonly hue: number;
  /** In [0, 1]² of the output. */
  readonly erased: { readonly x: number; readonly y: number; readonly width: number; readonly height: number } | null;
  readonly noise: number;
  readonly seed: number;
}

/** @param width @param height of the photo, pixels. */
export const drawAugmentation = (
  settings: AugmentSettings,
  width: number,
  height: number,
  seed: number,
): Augmentation => {
  const random = seededRandom(seed);
  const within = (most: number): number => (2 * random.next() - 1) * most;
  const chance = (probability: number): boolean => random.next() < probability;
  let map = cropOf(settings, width, height, random);
  if (settings.isDihedral) map = compose(map, rotated(90 * random.below(4)));
  if (chance(settings.flip)) map = compose(map, scaled(-1, 1));
  if (chance(settings.affine)) map = compose(map, warped(within(settings.maxWarp) / 2, within(settings.maxWarp) / 2));
  if (chance(settings.affine)) map = compose(map, rotated(within(settings.maxRotate)));
  if (chance(settings.affine)) {
    const kept = 1 / (1 + random.next() * (settings.maxZoom - 1));
    map = compose(map, scaled(kept, kept, within(1 - kept), within(1 - kept)));
  }
  const change = 0.5 * (1 + within(settings.maxLighting));
  const strength = within(Math.log(1 / (1 - Math.min(settings.maxLighting, 0.99))));
  return {
    map,
    padding: settings.padding,
    brightness: chance(settings.lighting) ? Math.log(change / (1 - change)) : 0,
    contrast: chance(settings.lighting) ? Math.exp(strength) : 1,
    saturation: 1 + within(settings.maxSaturation),
    hue: within(settings.maxHue),
    erased: chance(settings.erase) ? rectangle(random) : null,
    noise: settings.noise,
    seed: random.below(2 ** 31),
  };
};

/** From the output square to the part of the photo that is looked at. */
const cropOf = (settings: AugmentSettings, width: number, height: number, random: Random): Homography => {
  const toPart = (left: number, top: number, w: number, h: number): Homography =>
    scaled(w / 2, h / 2, left + w / 2, top + h / 2);
  const short = Math.min(width, height);
  const long = Math.max(width, height);
  switch (settings.resize) {
    case 'squish':
      return toPart(0, 0, width, height);
    case 'pad':
      return toPart((width - long) / 2, (height - long) / 2, long, long);
    case 'crop':
      return toPart((width - short) / 2, (height - short) / 2, short, short);
    case 'random-crop': {
      for (let attempt = 0; attempt < 10; attempt++) {
        const area = width * height * (settings.minScale + random.next() * (1 - settings.minScale));
        const ratio = Math.exp((2 * random.next() - 1) * Math.log(4 / 3));
        const [w, h] = [Math.sqrt(area * ratio), Math.sqrt(area / ratio)];
        if (w <= width && h <= height) return toPart(random.next() * (width - w), random.next() * (height - h), w, h);
      }
      const [w, h] = [Math.min(width, (height * 4) / 3), Math.min(height, (width * 4) / 3)];
      return toPart((width - w) / 2, (height - h) / 2, w, h);
    }
  }
};

const rectangle = (random: Random): NonNullable<Augmentation['erased']> => {
  const area = 0.02 + random.next() * 0.28;
  const ratio = Math.exp((2 * random.next() - 1) * Math.log(1 / 0.3));
  const [width, height] = [Math.min(1, Math.sqrt(area * ratio)), Math.min(1, Math.sqrt(area / ratio))];
  return { x: random.next() * (1 - width), y: random.next() * (1 - height), width, height };
};
