/** A photo as one augmentation shows it. Plain arithmetic, so that the trainer and the preview in the editor show the same. */

import { seededRandom } from '../../../base/random.js';
import type { Augmentation } from './drawAugmentation.js';

export interface RgbPicture {
  /** uint8[height, width, 3]. */
  readonly rgb: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * @returns float32[3, side, side], values 0–255, bilinear. Photos should be shrunk to about the size of the output first:
 * nothing is averaged here.
 */
export const renderAugmented = (picture: RgbPicture, augmentation: Augmentation, side: number): Float32Array => {
  const out = new Float32Array(3 * side * side);
  sample(picture, augmentation, side, out);
  recolour(augmentation, side * side, out);
  disturb(augmentation, side, out);
  return out;
};

const sample = (
  { rgb, width, height }: RgbPicture,
  { map, padding }: Augmentation,
  side: number,
  out: Float32Array,
): void => {
  const plane = side * side;
  const isZero = padding === 'zeros';
  const place = padding === 'reflection' ? reflected : clamped;
  for (let row = 0; row < side; row++) {
    const v = (2 * row + 1) / side - 1;
    for (let column = 0; column < side; column++) {
      const u = (2 * column + 1) / side - 1;
      const w = map[6] * u + map[7] * v + map[8];
      // Pixel centres lie at halves.
      const x = (map[0] * u + map[1] * v + map[2]) / w - 0.5;
      const y = (map[3] * u + map[4] * v + map[5]) / w - 0.5;
      const at = row * side + column;
      if (isZero && (x < -0.5 || y < -0.5 || x > width - 0.5 || y > height - 0.5)) continue;
      const left = Math.floor(x);
      const top = Math.floor(y);
      const x0 = place(left, width);
      const x1 = place(left + 1, width);
      const y0 = place(top, height) * width;
      const y1 = place(top + 1, height) * width;
      const right = x - left;
      const down = y - top;
      const a = 3 * (y0 + x0);
      const b = 3 * (y0 + x1);
      const c = 3 * (y1 + x0);
      const d = 3 * (y1 + x1);
      for (let channel = 0; channel < 3; channel++) {
        const above = rgb[a + channel]! + right * (rgb[b + channel]! - rgb[a + channel]!);
        const below = rgb[c + channel]! + right * (rgb[d + channel]! - rgb[c + channel]!);
        out[channel * plane + at] = above + down * (below - above);
      }
    }
  }
};

const clamped = (at: number, side: number): number => (at < 0 ? 0 : at >= side ? side - 1 : at);
const reflected = (at: number, side: number): number => {
  if (at >= 0 && at < side) return at;
  const period = 2 * side;
  const within = ((at % period) + period) % period;
  return within < side ? within : period - 1 - within;
};

const levels = 1024;

/** Brightness and contrast are one curve; saturation and hue turn the colours about the grey axis. */
const recolour = ({ brightness, contrast, saturation, hue }: Augmentation, plane: number, out: Float32Array): void => {
  if (brightness !== 0 || contrast !== 1) {
    const curve = Float32Array.from({ length: levels + 2 }, (_, at) => {
      const value = Math.min(1 - 1e-7, Math.max(1e-7, at / levels));
      const logit = contrast * (Math.log(value / (1 - value)) + brightness);
      return 255 / (1 + Math.exp(-logit));
    });
    for (let at = 0; at < out.length; at++) {
      const level = (out[at]! * levels) / 255;
      const from = Math.floor(level);
      out[at] = curve[from]! + (level - from) * (curve[from + 1]! - curve[from]!);
    }
  }
  if (saturation === 1 && hue === 0) return;
  const [cosine, sine] = [saturation * Math.cos(2 * Math.PI * hue), saturation * Math.sin(2 * Math.PI * hue)];
  for (let at = 0; at < plane; at++) {
    const [r, g, b] = [out[at]!, out[plane + at]!, out[2 * plane + at]!];
    // YIQ: y is the grey, (i, q) the colour.
    const y = 0.299 * r + 0.587 * g + 0.114 * b;
    const i = 0.596 * r - 0.274 * g - 0.322 * b;
    const q = 0.211 * r - 0.523 * g + 0.312 * b;
    const [turnedI, turnedQ] = [cosine * i - sine * q, sine * i + cosine * q];
    out[at] = limited(y + 0.956 * turnedI + 0.621 * turnedQ);
    out[plane + at] = limited(y - 0.272 * turnedI - 0.647 * turnedQ);
    out[2 * plane + at] = limited(y - 1.106 * turnedI + 1.703 * turnedQ);
  }
};

const limited = (value: number): number => Math.min(255, Math.max(0, value));

const disturb = ({ erased, noise, seed }: Augmentation, side: number, out: Float32Array): void => {
  if (!erased && noise === 0) return;
  const random = seededRandom(seed);
  if (noise > 0) {
    for (let at = 0; at < out.length; at++) out[at] = limited(out[at]! + 255 * noise * random.normal());
  }
  if (!erased) return;
  const from = (share: number): number => Math.floor(share * side);
  for (let channel = 0; channel < 3; channel++) {
    for (let row = from(erased.y); row < from(erased.y + erased.height); row++) {
      for (let column = from(erased.x); column < from(erased.x + erased.width); column++) {
        out[(channel * side + row) * side + column] = limited(127.5 + 60 * random.normal());
      }
    }
  }
};
