/** Draws the points: each group's shape is drawn once and its pixels stamped, and what only the pointer changes is drawn over a kept layer. */

import { keyOf, shapeOf, toneOf, tones, type Shape } from './groups.js';
import type { MapModel } from './state.js';

const sizeOf = (points: number, scale: number): number =>
  (points < 400 ? 5 : points < 4000 ? 3.6 : 2.4) * Math.min(2, scale ** 0.25);

interface Layer {
  /** What it was drawn from; another value = drawn anew. */
  readonly of: readonly unknown[];
  readonly canvas: HTMLCanvasElement;
}
const layers = new WeakMap<HTMLCanvasElement, Layer>();

export const paint = (canvas: HTMLCanvasElement, model: MapModel): void => {
  const context = canvas.getContext('2d');
  if (!context) return;
  const { viewport } = model;
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [Math.round(viewport.width * ratio), Math.round(viewport.height * ratio)];
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const style = getComputedStyle(canvas);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const colours = [...Array.from({ length: tones }, (_, tone) => `--tone-${String(tone)}`), '--tone-none'].map(colour);
  const { points, groups, by, chosen, selected } = model;
  const { scale, centre } = viewport;
  const of = [width, height, points, groups, by, chosen, selected, scale, centre.x, centre.y, ...colours];
  let layer = layers.get(canvas);
  if (!layer?.of.every((value, at) => value === of[at])) {
    layer = { of, canvas: layer?.canvas ?? document.createElement('canvas') };
    layers.set(canvas, layer);
    paintPoints(layer.canvas, model, { width, height, ratio, colours });
  }
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  context.drawImage(layer.canvas, 0, 0);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  if (model.lasso.length > 1) {
    context.beginPath();
    for (const { x, y } of model.lasso) context.lineTo(x, y);
    context.closePath();
    context.lineWidth = 1.5;
    context.strokeStyle = colour('--fg');
    context.setLineDash([5, 4]);
    context.stroke();
    context.setLineDash([]);
  }
  const told = points[model.told ?? -1];
  if (told) {
    const { x, y } = viewport.toScreen(told);
    const size = sizeOf(points.length, scale);
    for (const [radius, stroke] of [
      [size + 5, '--bg'],
      [size + 4, '--fg'],
    ] as const) {
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.lineWidth = 2;
      context.strokeStyle = colour(stroke);
      context.stroke();
    }
  }
};

interface Sheet {
  /** Device pixels. */
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
  /** The last one is for what has no value. */
  readonly colours: readonly string[];
}

const paintPoints = (canvas: HTMLCanvasElement, model: MapModel, { width, height, ratio, colours }: Sheet): void => {
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext('2d');
  if (!context) return;
  const { viewport, points, selected } = model;
  const size = sizeOf(points.length, viewport.scale) * ratio;
  const reach = Math.ceil(size * 1.3) + 1;
  const stamps = new Map(
    model.groups.map((group) => {
      const shape = shapeOf(group);
      return [
        group.key,
        {
          full: stampOf(shape, size, reach, colours.at(toneOf(group)) ?? ''),
          out: stampOf(shape, size, reach, colours.at(-1) ?? ''),
        },
      ];
    }),
  );
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const { unit, centre } = viewport;
  const [left, top] = [viewport.width / 2 - centre.x * unit, viewport.height / 2 - centre.y * unit];
  const stampAll = (isTurn: (index: number) => boolean, opacity: number): void => {
    points.forEach((point, index) => {
      if (!isTurn(index)) return;
      const x = Math.round((left + point.x * unit) * ratio);
      const y = Math.round((top + point.y * unit) * ratio);
      if (x < -reach || y < -reach || x >= width + reach || y >= height + reach) return;
      const known = stamps.get(keyOf(point, model.by));
      if (known) press(image, pixels, isOut[index] ? known.out : known.full, x, y, opacity);
    });
  };
  const isOut = Uint8Array.from(points, (_, index) => (model.isShown(index) ? 0 : 1));
  const isFaint = Uint8Array.from(isOut, (out, index) => out || (selected.size > 0 && !selected.has(index) ? 1 : 0));
  // The faint ones first: nothing that matters lies under them.
  stampAll((index) => isFaint[index] === 1, 0.2);
  stampAll((index) => isFaint[index] === 0, 1);
  context.putImageData(image, 0, 0);
};

/** The pixels of a shape that hold anything: place from its middle, colour and opacity. */
interface Stamp {
  readonly dx: Int32Array;
  readonly dy: Int32Array;
  /** Red, green, blue and opacity, 0–255. */
  readonly rgba: Uint8Array;
  /** The same four as one word. */
  readonly whole: Uint32Array;
}

const stampOf = (shape: Shape, size: number, reach: number, colour: string): Stamp => {
  const [dx, dy, rgba]: [number[], number[], number[]] = [[], [], []];
  const side = 2 * reach + 1;
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [side, side];
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const made = (): Stamp => {
    const bytes = Uint8Array.from(rgba);
    return { dx: Int32Array.from(dx), dy: Int32Array.from(dy), rgba: bytes, whole: new Uint32Array(bytes.buffer) };
  };
  if (!context) return made();
  context.translate(reach + 0.5, reach + 0.5);
  context.beginPath();
  const corners = cornersOf(shape, size);
  if (corners === null) context.arc(0, 0, radiusOf(shape, size), 0, 2 * Math.PI);
  else for (const [x, y] of corners) context.lineTo(x, y);
  context.closePath();
  context.fillStyle = colour;
  context.fill();
  const { data } = context.getImageData(0, 0, side, side);
  for (let at = 0; at < side * side; at++) {
    if (data[at * 4 + 3] === 0) continue;
    dx.push((at % side) - reach);
    dy.push(Math.floor(at / side) - reach);
    rgba.push(...data.subarray(at * 4, at * 4 + 4));
  }
  return made();
};

/** A canvas takes several times as long to draw 20,000 small pictures as this takes to write their pixels. */
const press = (
  { data, width, height }: ImageData,
  pixels: Uint32Array,
  { dx, dy, rgba, whole }: Stamp,
  x: number,
  y: number,
  opacity: number,
): void => {
  for (let pixel = 0; pixel < dx.length; pixel++) {
    const px = x + dx[pixel]!;
    const py = y + dy[pixel]!;
    if (px < 0 || py < 0 || px >= width || py >= height) continue;
    const place = py * width + px;
    const from = pixel * 4;
    if (opacity === 1 && rgba[from + 3] === 255) {
      pixels[place] = whole[pixel]!;
      continue;
    }
    const to = place * 4;
    const over = (rgba[from + 3]! / 255) * opacity;
    const under = (data[to + 3]! / 255) * (1 - over);
    const share = over / (over + under);
    for (let channel = 0; channel < 3; channel++) {
      const below = data[to + channel]!;
      data[to + channel] = below + (rgba[from + channel]! - below) * share;
    }
    data[to + 3] = 255 * (over + under);
  }
};

/** Of the round shapes. */
export const radiusOf = (shape: Shape, size: number): number => (shape === 'dot' ? size * 0.6 : size);

/** Of about equal area; null = a circle. */
export const cornersOf = (shape: Shape, size: number): readonly (readonly [number, number])[] | null => {
  const [s, l, t] = [size * 0.9, size * 1.25, size * 0.42];
  switch (shape) {
    case 'circle':
    case 'dot':
      return null;
    case 'square':
      return [[-s, -s], [s, -s], [s, s], [-s, s]]; // prettier-ignore
    case 'triangle':
      return [[0, -l], [l, s], [-l, s]]; // prettier-ignore
    case 'diamond':
      return [[0, -l], [l, 0], [0, l], [-l, 0]]; // prettier-ignore
    case 'wedge':
      return [[-l, -s], [l, -s], [0, l]]; // prettier-ignore
    case 'plus':
      return [[-t, -l], [t, -l], [t, -t], [l, -t], [l, t], [t, t], [t, l], [-t, l], [-t, t], [-l, t], [-l, -t], [-t, -t]]; // prettier-ignore
  }
};
