/** Draws the points: a path a group, so that 20,000 of them are some dozens of strokes. */

import { keyOf, shapeOf, toneOf, tones, type Shape } from './groups.js';
import type { MapModel } from './state.js';

const sizeOf = (points: number, scale: number): number =>
  (points < 400 ? 5 : points < 4000 ? 3.6 : 2.4) * Math.min(2, scale ** 0.25);

export const paint = (canvas: HTMLCanvasElement, model: MapModel): void => {
  const context = canvas.getContext('2d');
  if (!context) return;
  const { viewport } = model;
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [Math.round(viewport.width * ratio), Math.round(viewport.height * ratio)];
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, viewport.width, viewport.height);
  const style = getComputedStyle(canvas);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const colours = Array.from({ length: tones }, (_, tone) => colour(`--tone-${String(tone)}`));
  const size = sizeOf(model.points.length, viewport.scale);
  const places = new Map(model.groups.map((group) => [group.key, group]));
  const paths = new Map<string, { readonly path: Path2D; readonly tone: number; readonly isFaint: boolean }>();
  const pathFor = (name: string, tone: number, isFaint: boolean): Path2D => {
    const known = paths.get(name) ?? { path: new Path2D(), tone, isFaint };
    paths.set(name, known);
    return known.path;
  };
  model.points.forEach((point, index) => {
    const { x, y } = viewport.toScreen(point);
    if (x < -size || y < -size || x > viewport.width + size || y > viewport.height + size) return;
    const group = places.get(keyOf(point, model.by));
    if (!group) return;
    const isOut = !model.isShown(index);
    const tone = isOut ? -1 : toneOf(group);
    const isFaint = isOut || (model.selected.size > 0 && !model.selected.has(index));
    addShape(pathFor(`${String(tone)} ${String(isFaint)}`, tone, isFaint), shapeOf(group), x, y, size);
  });
  // The faint ones first: nothing that matters lies under them.
  for (const { path, tone, isFaint } of [...paths.values()].sort((a, b) => Number(b.isFaint) - Number(a.isFaint))) {
    context.globalAlpha = isFaint ? 0.2 : 1;
    context.fillStyle = tone < 0 ? colour('--tone-none') : (colours[tone] ?? '');
    context.fill(path);
  }
  context.globalAlpha = 1;
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
  const told = model.points[model.told ?? -1];
  if (told) {
    const { x, y } = viewport.toScreen(told);
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

const addShape = (path: Path2D, shape: Shape, x: number, y: number, size: number): void => {
  const corners = cornersOf(shape, size);
  if (corners === null) {
    const radius = radiusOf(shape, size);
    path.moveTo(x + radius, y);
    path.arc(x, y, radius, 0, 2 * Math.PI);
    return;
  }
  corners.forEach(([dx, dy], at) => (at === 0 ? path.moveTo(x + dx, y + dy) : path.lineTo(x + dx, y + dy)));
  path.closePath();
};

/** Of the round shapes. */
export const radiusOf = (shape: Shape, size: number): number => (shape === 'dot' ? size * 0.6 : size);

/** Of about equal area; null = a circle. Clockwise, so that shapes that overlap in one path leave no holes. */
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
