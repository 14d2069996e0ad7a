/** What a camera makes of the light that it was given: blur, noise, bytes. */

import { seededRandom } from '../../base/random.js';
import type { Photograph } from './studio.js';

/** RGB, rows from the top. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** [height, width, 3]. */
  readonly pixels: Uint8Array;
}

/** Lens blur, then the sensor's noise, then bytes. @param planes red, green and blue, 0–1 as a screen has them. */
export const developed = (
  planes: readonly [Float32Array, Float32Array, Float32Array],
  { width, height, grain, blur, seed }: Photograph,
): Picture => {
  const r = seededRandom(seed);
  const pixels = new Uint8Array(3 * width * height);
  const [red, green, blue] = planes.map((plane) => blurred(plane, width, height, blur)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  for (let at = 0; at < width * height; at++) {
    // Sums of a few even draws are near enough to normal ones; a pixel's three channels share most of it.
    const shared = grain * (r.next() + r.next() + r.next() - 1.5);
    pixels[3 * at] = byte(255 * red[at]! + shared + grain * (r.next() - 0.5));
    pixels[3 * at + 1] = byte(255 * green[at]! + shared);
    pixels[3 * at + 2] = byte(255 * blue[at]! + shared + grain * (r.next() - 0.5));
  }
  return { width, height, pixels };
};

const byte = (value: number): number => Math.min(255, Math.max(0, Math.round(value)));

/** Gaussian of standard deviation `sigma` pixels, edges repeated. */
export const blurred = (plane: Float32Array, width: number, height: number, sigma: number): Float32Array => {
  if (sigma === 0) return plane;
  const reach = Math.ceil(2.5 * sigma);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma * sigma)));
  const total = weights.reduce((sum, w) => sum + w, 0);
  const pass = (from: Float32Array, step: number, along: (at: number) => number, most: number): Float32Array =>
    from.map((_, at) => {
      const place = along(at);
      let sum = 0;
      for (let k = -reach; k <= reach; k++) {
        const to = Math.min(most - 1, Math.max(0, place + k));
        sum += weights[k + reach]! * from[at + (to - place) * step]!;
      }
      return sum / total;
    });
  const rows = pass(plane, 1, (at) => at % width, width);
  return pass(rows, width, (at) => Math.floor(at / width), height);
};
