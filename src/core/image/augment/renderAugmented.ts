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
  const [green, blue] = [side * side, 2 * side * side];
  const isZero = padding === 'zeros';
  const place = padding === 'reflection' ? reflected : clamped;
  for (let row = 0; row < side; row++) {
    const v = (2 * row + 1) / side - 1;
    const [xOfRow, yOfRow, wOfRow] = [map[1] * v + map[2], map[4] * v + map[5], map[7] * v + map[8]];
    for (let column = 0; column < side; column++) {
      const u = (2 * column + 1) / side - 1;
      const nearness = 1 / (map[6] * u + wOfRow);
      // Pixel centres lie at halves.
      const x = (map[0] * u + xOfRow) * nearness - 0.5;
      const y = (map[3] * u + yOfRow) * nearness - 0.5;
      if (isZero && (x < -0.5 || y < -0.5 || x > width - 0.5 || y > height - 0.5)) continue;
      const left = Math.floor(x);
      const top = Math.floor(y);
      const right = x - left;
      const down = y - top;
      let a = 3 * (top * width + left);
      let b = a + 3;
      let c = a + 3 * width;
      let d = c + 3;
      if (left < 0 || top < 0 || left + 1 >= width || top + 1 >= height) {
        const [x0, x1] = [place(left, width), place(left + 1, width)];
        const [y0, y1] = [place(top, height) * width, place(top + 1, height) * width];
        [a, b, c, d] = [3 * (y0 + x0), 3 * (y0 + x1), 3 * (y1 + x0), 3 * (y1 + x1)];
      }
      // The shares of the four pixels; written out for the three colours, this is most of what a training's threads do.
      const shareD = right * down;
      const shareC = down - shareD;
      const shareB = right - shareD;
      const shareA = 1 - right - shareC;
      const at = row * side + column;
      out[at] = shareA * rgb[a]! + shareB * rgb[b]! + shareC * rgb[c]! + shareD * rgb[d]!;
      out[green + at] = shareA * rgb[a + 1]! + shareB * rgb[b + 1]! + shareC * rgb[c + 1]! + shareD * rgb[d + 1]!;
      out[blue + at] = shareA * rgb[a + 2]! + shareB * rgb[b + 2]! + shareC * rgb[c + 2]! + shareD * rgb[d + 2]!;
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
  const turned = colourTurn(saturation, hue);
  for (let at = 0; at < plane; at++) {
    const [r, g, b] = [out[at]!, out[plane + at]!, out[2 * plane + at]!];
    out[at] = limited(turned[0]! * r + turned[1]! * g + turned[2]! * b);
    out[plane + at] = limited(turned[3]! * r + turned[4]! * g + turned[5]! * b);
    out[2 * plane + at] = limited(turned[6]! * r + turned[7]! * g + turned[8]! * b);
  }
};

/** [3, 3], by rows: out of RGB into YIQ (y is the grey, i and q the colour), turned and stretched there, and back. */
const colourTurn = (saturation: number, hue: number): Float64Array => {
  const [cosine, sine] = [saturation * Math.cos(2 * Math.PI * hue), saturation * Math.sin(2 * Math.PI * hue)];
  const [y, i, q] = [
    [0.299, 0.587, 0.114],
    [0.596, -0.274, -0.322],
    [0.211, -0.523, 0.312],
  ] as const;
  const back = [
    [0.956, 0.621],
    [-0.272, -0.647],
    [-1.106, 1.703],
  ] as const;
  return Float64Array.from({ length: 9 }, (_, at) => {
    const [fromI, fromQ] = back[Math.floor(at / 3)]!;
    const [ofI, ofQ] = [i[at % 3]!, q[at % 3]!];
    return y[at % 3]! + fromI * (cosine * ofI - sine * ofQ) + fromQ * (sine * ofI + cosine * ofQ);
  });
};

const limited = (value: number): number => Math.min(255, Math.max(0, value));

let drawnOnce: Float32Array | undefined;
/** Standard normals, from which each row of noise takes a piece: to draw every pixel's own takes four times all the rest. */
const normals = (): Float32Array => {
  if (!drawnOnce) {
    const random = seededRandom(1);
    drawnOnce = Float32Array.from({ length: 2 ** 16 }, () => random.normal());
  }
  return drawnOnce;
};

const disturb = ({ erased, noise, seed }: Augmentation, side: number, out: Float32Array): void => {
  if (!erased && noise === 0) return;
  const random = seededRandom(seed);
  if (noise > 0) {
    const drawn = normals();
    for (let start = 0; start < out.length; start += side) {
      const from = random.below(drawn.length);
      for (let column = 0; column < side; column++) {
        const at = start + column;
        out[at] = limited(out[at]! + 255 * noise * drawn[(from + column) % drawn.length]!);
      }
    }
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
