/** Which point lies where, for pointer and arrow keys. */

import type { Spot } from './viewport.js';

export type Direction = 'left' | 'right' | 'up' | 'down';

/** The point with the least square distance below `limit`; null where there is none. */
export const nearest = (
  indices: readonly number[],
  squareOf: (index: number) => number,
  limit = Infinity,
): number | null => {
  let best: number | null = null;
  let least = limit;
  for (const index of indices) {
    const square = squareOf(index);
    if (square < least) [best, least] = [index, square];
  }
  return best;
};

export const squareBetween = (a: Spot, b: Spot): number => (a.x - b.x) ** 2 + (a.y - b.y) ** 2;

/** The nearest point that lies more in that direction from `from` than aside of it. */
export const nearestTowards = (
  points: readonly Spot[],
  indices: readonly number[],
  from: Spot,
  direction: Direction,
): number | null => {
  const sign = direction === 'left' || direction === 'up' ? -1 : 1;
  const isAcross = direction === 'left' || direction === 'right';
  return nearest(indices, (index) => {
    const point = points[index]!;
    const [dx, dy] = [point.x - from.x, point.y - from.y];
    const [ahead, aside] = isAcross ? [sign * dx, Math.abs(dy)] : [sign * dy, Math.abs(dx)];
    return ahead > 0 && aside <= ahead ? squareBetween(point, from) : Infinity;
  });
};
