/** Colours and patterns of what is photographed. Which pattern a thing has says nothing about its class. */

import type { Random } from '../../base/random.js';

export type Colour = readonly [red: number, green: number, blue: number];

/** 0 = the first colour, 1 = the second, at a place of the thing's own frame. */
export type Pattern = (x: number, y: number, z: number) => number;

export interface Surface {
  readonly first: Colour;
  readonly second: Colour;
  readonly pattern: Pattern;
  /** 0 dull – 1 glazed. */
  readonly gloss: number;
}

/** Linear light. @param hue in turns; saturation and light 0–1. */
export const colourOf = (hue: number, saturation: number, light: number): Colour => {
  const channel = (turn: number): number => {
    const at = (((hue + turn) % 1) + 1) % 1;
    const ramp = Math.min(1, Math.max(0, Math.abs(at * 6 - 3) - 1));
    const value = light * (1 - saturation + saturation * ramp);
    return value * value;
  };
  return [channel(0), channel(2 / 3), channel(1 / 3)];
};

/** A whole number → 0…1, without order; the same on every machine. */
const hashed = (x: number, y: number, z: number, seed: number): number => {
  let h = (Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1) ^ Math.imul(z, 0x1b873593) ^ seed) >>> 0;
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return ((h ^ (h >>> 15)) >>> 0) / 4294967296;
};

/** Smooth noise, 0…1, one bump a unit. */
export const noise = (x: number, y: number, z: number, seed: number): number => {
  const [x0, y0, z0] = [Math.floor(x), Math.floor(y), Math.floor(z)];
  const ease = (t: number): number => t * t * (3 - 2 * t);
  const [u, v, w] = [ease(x - x0), ease(y - y0), ease(z - z0)];
  let sum = 0;
  for (let corner = 0; corner < 8; corner++) {
    const [i, j, k] = [corner & 1, (corner >> 1) & 1, corner >> 2];
    sum += (i ? u : 1 - u) * (j ? v : 1 - v) * (k ? w : 1 - w) * hashed(x0 + i, y0 + j, z0 + k, seed);
  }
  return sum;
};

/** −1…1 with period 1: a triangle, smooth enough and the same on every machine. */
const wave = (t: number): number => 4 * Math.abs(t - Math.floor(t + 0.5)) - 1;
const step = (t: number): number => Math.min(1, Math.max(0, 0.5 + 8 * t));
/** An angle about the y axis in turns, without a table of arcs: monotone, which is enough for stripes. */
const around = (x: number, z: number): number => {
  const p = x / (Math.abs(x) + Math.abs(z) + 1e-9);
  return (z < 0 ? 2 - (1 - p) : 1 - p) / 4;
};

const makePattern = (r: Random): Pattern => {
  const often = 2 + 5 * r.next();
  const wide = -0.5 + r.next();
  const seed = r.below(2 ** 31);
  // As many plain things as patterned ones.
  switch (r.below(12)) {
    case 0:
      return (_x, y) => step(wave(often * y) - wide);
    case 1:
      return (x, _y, z) => step(wave(2 * Math.round(often + 2) * around(x, z)) - wide);
    case 2:
      return (x, y, z) => {
        const [u, v] = [2 * Math.round(often + 2) * around(x, z), often * y];
        const [du, dv] = [u - Math.round(u), v - Math.round(v)];
        return step(0.09 - du * du - dv * dv);
      };
    case 3:
      return (x, _y, z) => step(wave(0.7 * often * Math.sqrt(x * x + z * z)) - wide);
    case 4:
      return (x, y, z) => step(noise(9 * x, 9 * y, 9 * z, seed) - 0.68);
    case 5:
      return (_x, y) => step(0.16 - Math.abs(y - 0.45));
    default:
      return () => 0;
  }
};

export const mix = (a: Colour, b: Colour, t: number): Colour => [
  a[0] + (b[0] - a[0]) * t,
  a[1] + (b[1] - a[1]) * t,
  a[2] + (b[2] - a[2]) * t,
];

export const makeSurface = (r: Random): Surface => {
  const hue = r.next();
  const pale = r.next() < 0.3;
  const first = colourOf(
    hue,
    pale ? 0.08 : 0.2 + 0.6 * r.next(),
    pale ? 0.75 + 0.2 * r.next() : 0.35 + 0.55 * r.next(),
  );
  const other = colourOf(hue + 0.2 + 0.6 * r.next(), 0.7 * r.next(), 0.25 + 0.7 * r.next());
  const second = mix(first, other, 0.3 + 0.4 * r.next());
  return { first, second, pattern: makePattern(r), gloss: r.next() };
};

/** What a thing stands on, and the wall behind it: colour at a place of the plane, one unit = one thing's height or so. */
export type Ground = (u: number, v: number) => Colour;

export const makeGround = (r: Random): Ground => {
  const hue = r.next();
  const light = 0.3 + 0.65 * r.next();
  const saturation = 0.5 * r.next();
  const a = colourOf(hue, saturation, light);
  const b = colourOf(
    hue + 0.1 * (r.next() - 0.5),
    saturation + 0.15 * (r.next() - 0.5),
    Math.max(0.15, light - 0.06 - 0.14 * r.next()),
  );
  const seed = r.below(2 ** 31);
  const often = 0.8 + 2 * r.next();
  // Most product photographs are taken on plain paper.
  switch (Math.max(0, r.below(10) - 5)) {
    case 0:
      return () => a;
    case 1:
      return (u, v) => mix(a, b, noise(often * u + 7, 9 * often * v + 0.8 * noise(u, v, 3, seed), 0, seed));
    case 2:
      return (u, v) => mix(a, b, 0.5 * step(wave(often * u)) + 0.5 * step(wave(often * v)));
    case 3:
      return (u, v) => {
        const fine =
          noise(often * u + 40, often * v + 40, 0, seed) + 0.5 * noise(3 * often * u, 3 * often * v, 1, seed);
        return mix(a, b, Math.min(1, 0.8 * fine));
      };
    default:
      return (u, v) => mix(a, b, step(wave(often * 1.5 * u) + 0.96) * step(wave(often * 1.5 * v) + 0.96) > 0.5 ? 0 : 1);
  }
};
