/** Pictures that no class is about and no shop took: what a search brings in by mistake. */

import { between, seededRandom, type Random } from '../../base/random.js';
import type { Picture } from './develop.js';
import { colourOf, mix, noise, type Colour } from './surfaces.js';

export type Elsewhere = 'hills' | 'cloth';

/** Linear light at a pixel. */
type Scene = (x: number, y: number) => Colour;

const scaled = (colour: Colour, by: number): Colour => [by * colour[0], by * colour[1], by * colour[2]];

/** Ridges behind each other under a sky, at noon or in the evening. */
const hills = (r: Random, width: number, height: number): Scene => {
  const seed = r.below(2 ** 31);
  const isEvening = r.next() < 0.5;
  const high = isEvening ? colourOf(0.7, 0.45, 0.5) : colourOf(0.58, 0.6, 0.9);
  const low = isEvening ? colourOf(0.06, 0.75, 0.98) : colourOf(0.1, 0.15, 0.98);
  const near = isEvening ? colourOf(0.75, 0.4, 0.22) : colourOf(between(r, 0.22, 0.34), 0.65, 0.4);
  const horizon = between(r, 0.25, 0.5);
  const many = 2 + r.below(3);
  const ridges = Array.from({ length: many }, (_, i) => ({
    at: height * (horizon + ((0.85 - horizon) * i) / many),
    tall: height * between(r, 0.12, 0.34),
    often: between(r, 1.2, 3.5) / width,
    colour: mix(near, low, 0.6 * (1 - (i + 1) / many)),
  }));
  return (x, y) => {
    for (let i = many - 1; i >= 0; i--) {
      const { at, tall, often, colour } = ridges[i]!;
      const edge = at + tall * (1 - 2 * noise(often * x, i, 0, seed)) + 5 * noise(x / 5, i, 1, seed);
      if (y > edge) return scaled(colour, 0.55 + 0.75 * noise(x / (3 + i), y / (2 + i), 2, seed));
    }
    return mix(high, low, y / height);
  };
};

/** A weave from near by: threads over and under each other. */
const cloth = (r: Random): Scene => {
  const hue = r.next();
  const [warp, weft] = [colourOf(hue, 0.8, 0.95), colourOf(hue + 0.45, 0.8, 0.5)];
  const thread = between(r, 7, 10);
  const seed = r.below(2 ** 31);
  return (x, y) => {
    const [u, v] = [(x + 0.3 * y) / thread, (y - 0.3 * x) / thread];
    const isWarp = (Math.floor(u) + Math.floor(v)) % 3 !== 0;
    const across = isWarp ? u - Math.floor(u) : v - Math.floor(v);
    const round = 0.25 + 3 * across * (1 - across);
    return scaled(isWarp ? warp : weft, round * (0.7 + 0.5 * noise(x / 4, y / 4, 0, seed)));
  };
};

const scenes: Readonly<Record<Elsewhere, (r: Random, width: number, height: number) => Scene>> = {
  hills,
  cloth,
};

export const takeElsewhere = (
  kind: Elsewhere,
  { width, height, seed }: { readonly width: number; readonly height: number; readonly seed: number },
): Picture => {
  const scene = scenes[kind](seededRandom(seed), width, height);
  const pixels = new Uint8Array(3 * width * height);
  for (let at = 0; at < width * height; at++) {
    const colour = scene(at % width, Math.floor(at / width));
    for (const [i, light] of colour.entries()) {
      pixels[3 * at + i] = Math.min(255, Math.round(255 * Math.sqrt(light)));
    }
  }
  return { width, height, pixels };
};
