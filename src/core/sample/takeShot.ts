/** A planned shot → the picture that is written: taken, then treated as the plan says. */

import { seededRandom } from '../../base/random.js';
import { blurred, type Picture } from './develop.js';
import { takeElsewhere } from './elsewhere.js';
import type { Shot, Treatment } from './plan.js';
import { takePhotograph } from './render.js';
import { arrange, placeholderColour } from './studio.js';

/** @returns RGB, the same bytes for the same shot on every machine; arithmetic is IEEE double and single. */
export const takeShot = (shot: Shot): Picture => treatments[shot.treatment](taken(shot));

const taken = (shot: Shot): Picture => {
  const { shows, treatment, width, height, seed } = shot;
  if (treatment === 'blank') return blank(width, height);
  if (typeof shows === 'string') return takeElsewhere(shows, shot);
  return takePhotograph(arrange({ things: shows, width, height }, seededRandom(seed)));
};

const mapped = (picture: Picture, change: (value: number) => number): Picture => ({
  ...picture,
  pixels: picture.pixels.map(change),
});

/** Bilinear, corners half a pixel in. */
const scaled = ({ width, height, pixels }: Picture, by: number): Picture => {
  const [wide, tall] = [Math.round(width * by), Math.round(height * by)];
  const out = new Uint8Array(3 * wide * tall);
  const place = (at: number, most: number): readonly [number, number, number] => {
    const exact = Math.min(most - 1, Math.max(0, (at + 0.5) / by - 0.5));
    const low = Math.floor(exact);
    return [low, Math.min(most - 1, low + 1), exact - low];
  };
  for (let row = 0; row < tall; row++) {
    const [top, bottom, down] = place(row, height);
    for (let column = 0; column < wide; column++) {
      const [left, right, across] = place(column, width);
      for (let i = 0; i < 3; i++) {
        const at = (y: number, x: number): number => pixels[3 * (y * width + x) + i]!;
        const upper = at(top, left) * (1 - across) + at(top, right) * across;
        const lower = at(bottom, left) * (1 - across) + at(bottom, right) * across;
        out[3 * (row * wide + column) + i] = Math.round(upper * (1 - down) + lower * down);
      }
    }
  }
  return { width: wide, height: tall, pixels: out };
};

const mirrored = ({ width, height, pixels }: Picture): Picture => ({
  width,
  height,
  pixels: pixels.map((_, at) => {
    const pixel = Math.floor(at / 3);
    const row = Math.floor(pixel / width);
    return pixels[3 * (row * width + width - 1 - (pixel % width)) + (at % 3)]!;
  }),
});

/** Out of focus and lit from one corner: on even paper a blur leaves too little to be told by. */
const outOfFocus = ({ width, height, pixels }: Picture): Picture => {
  const planes = [0, 1, 2].map((i) => {
    const plane = new Float32Array(width * height).map((_, at) => pixels[3 * at + i]!);
    return blurred(plane, width, height, width / 18);
  });
  const value = (at: number, pixel: number): number => {
    const across = (pixel % width) / width + Math.floor(pixel / width) / height;
    return Math.round((0.15 + 0.42 * across) * planes[at % 3]![pixel]!);
  };
  return { width, height, pixels: pixels.map((_, at) => value(at, Math.floor(at / 3))) };
};

const grey = (picture: Picture): Picture => ({
  ...picture,
  pixels: picture.pixels.map((_, at) => {
    const first = at - (at % 3);
    const [red, green, blue] = [0, 1, 2].map((i) => picture.pixels[first + i]!) as [number, number, number];
    return Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
  }),
});

/** White paper and nothing on it: what a shop shows while a picture is missing. */
const blank = (width: number, height: number): Picture => ({
  width,
  height,
  pixels: new Uint8Array(3 * width * height).map((_, at) => Math.round(255 * Math.sqrt(placeholderColour[at % 3]!))),
});

const treatments: Readonly<Record<Treatment, (picture: Picture) => Picture>> = {
  none: (picture) => picture,
  dark: (picture) => mapped(picture, (value) => 0.22 * value),
  light: (picture) => mapped(picture, (value) => 248 + 0.028 * value),
  blurry: outOfFocus,
  grayscale: grey,
  smaller: (picture) => scaled(picture, 0.75),
  mirrored,
  enlarged: (picture) => scaled(picture, 4),
  blank: (picture) => picture,
};
