/**
 * Things to photograph, as signed distances: negative inside, in a frame of their own whose table is y = 0.
 * Sources: the distance to a polygon and to a torus as Inigo Quilez describes them.
 */

import { between, type Random } from '../../base/random.js';

export interface Solid {
  /** Distance to the surface; never more than the true one, so that a ray may step as far. */
  readonly distance: (x: number, y: number, z: number) => number;
  /** Half the height, and the radius of the ball around (0, middle, 0) that holds it all. */
  readonly middle: number;
  readonly reach: number;
}

/** What the classes are about. */
export const thingKinds = ['bottle', 'goblet', 'mug', 'plate'] as const;
export type ThingKind = (typeof thingKinds)[number];

/** A profile turned about the y axis. @param profile corners [radius, height], in order; closed along the axis. */
const lathe = (profile: readonly (readonly [number, number])[], rounding: number): Solid['distance'] => {
  const n = profile.length;
  const [px, py] = [Float64Array.from(profile, ([q]) => q), Float64Array.from(profile, ([, y]) => y)];
  return (x, y, z) => {
    const q = Math.sqrt(x * x + z * z);
    let nearest = Infinity;
    let isInside = false;
    for (let i = 0, j = n - 1; i < n; j = i++) {
      const ex = px[j]! - px[i]!;
      const ey = py[j]! - py[i]!;
      const wx = q - px[i]!;
      const wy = y - py[i]!;
      const t = Math.min(1, Math.max(0, (wx * ex + wy * ey) / (ex * ex + ey * ey)));
      const bx = wx - ex * t;
      const by = wy - ey * t;
      const square = bx * bx + by * by;
      if (square < nearest) nearest = square;
      if (py[i]! > y !== py[j]! > y && q < (ex * (y - py[i]!)) / ey + px[i]!) isInside = !isInside;
    }
    const d = Math.sqrt(nearest);
    return (isInside ? -d : d) - rounding;
  };
};

/** Far left of the axis, so that the closing edge is never the nearest one. */
const axis = -9;

const bottle = (r: Random): Solid => {
  const body = between(r, 0.26, 0.38);
  const neck = body * between(r, 0.32, 0.46);
  const tall = between(r, 0.85, 1.2);
  const shoulder = tall + between(r, 0.14, 0.4);
  const mouth = shoulder + between(r, 0.18, 0.42);
  const cap = neck * between(r, 1.12, 1.35);
  const profile = [
    [axis, 0.02],
    [body, 0.02],
    [body, tall],
    [neck, shoulder],
    [neck, mouth],
    [cap, mouth],
    [cap, mouth + 0.14],
    [axis, mouth + 0.14],
  ] as const;
  const middle = (mouth + 0.16) / 2;
  return { distance: lathe(profile, 0.02), middle, reach: Math.sqrt(middle * middle + body * body) + 0.05 };
};

const mug = (r: Random): Solid => {
  const top = between(r, 0.44, 0.58);
  const foot = top * between(r, 0.78, 1.04);
  const tall = between(r, 0.78, 1);
  const wall = 0.05;
  const cup = lathe(
    [
      [axis, 0.02],
      [foot, 0.02],
      [top, tall],
      [top - wall, tall],
      [foot - wall, 0.1],
      [axis, 0.1],
    ],
    0.018,
  );
  const mean = (foot + top) / 2;
  const [ring, stretch, thick] = [between(r, 0.2, 0.27), between(r, 0.02, 0.16), between(r, 0.055, 0.085)];
  const [handleX, handleY] = [mean + ring * between(r, 0.25, 0.6), tall * between(r, 0.48, 0.56)];
  const distance = (x: number, y: number, z: number): number => {
    const dy = Math.max(0, Math.abs(y - handleY) - stretch);
    const out = Math.sqrt((x - handleX) * (x - handleX) + dy * dy) - ring;
    const ringed = Math.sqrt(out * out + z * z) - thick;
    // Only outside the wall: a handle has no end inside the cup.
    const handle = Math.max(ringed, mean - 0.03 - Math.sqrt(x * x + z * z));
    return Math.min(cup(x, y, z), handle);
  };
  const wide = handleX + ring + thick;
  return { distance, middle: tall / 2, reach: Math.sqrt(wide * wide + (tall * tall) / 4) };
};

const goblet = (r: Random): Solid => {
  const foot = between(r, 0.3, 0.4);
  const stem = between(r, 0.045, 0.065);
  const waist = between(r, 0.62, 0.8);
  const bowl = between(r, 0.32, 0.42);
  const mouth = bowl * between(r, 0.85, 1.1);
  const tall = waist + between(r, 0.5, 0.65);
  const wall = 0.05;
  const profile = [
    [axis, 0.02],
    [foot, 0.02],
    [foot, 0.05],
    [stem, 0.12],
    [stem, waist],
    [bowl, waist + 0.28],
    [mouth, tall],
    [mouth - wall, tall],
    [bowl - wall, waist + 0.3],
    [axis, waist + 0.1],
  ] as const;
  const middle = tall / 2;
  return { distance: lathe(profile, 0.018), middle, reach: Math.sqrt(middle * middle + bowl * bowl) + 0.08 };
};

const plate = (r: Random): Solid => {
  const rim = between(r, 0.8, 0.95);
  const well = rim * between(r, 0.56, 0.72);
  const deep = between(r, 0.07, 0.17);
  const profile = [
    [axis, 0.03],
    [well, 0.03],
    [rim, deep],
    [rim, deep + 0.035],
    [well, 0.07],
    [axis, 0.07],
  ] as const;
  return { distance: lathe(profile, 0.018), middle: deep / 2, reach: rim + 0.04 };
};

const makers: Readonly<Record<ThingKind, (r: Random) => Solid>> = { bottle, goblet, mug, plate };

export const makeThing = (kind: ThingKind, r: Random): Solid => makers[kind](r);

const box =
  (cx: number, cy: number, cz: number, hx: number, hy: number, hz: number): Solid['distance'] =>
  (x, y, z) => {
    const qx = Math.abs(x - cx) - hx;
    const qy = Math.abs(y - cy) - hy;
    const qz = Math.abs(z - cz) - hz;
    const [ax, ay, az] = [Math.max(qx, 0), Math.max(qy, 0), Math.max(qz, 0)];
    return Math.sqrt(ax * ax + ay * ay + az * az) + Math.min(0, Math.max(qx, qy, qz)) - 0.015;
  };
const ball =
  (cy: number, radius: number): Solid['distance'] =>
  (x, y, z) =>
    Math.sqrt(x * x + (y - cy) * (y - cy) + z * z) - radius;

/** What lies about on a table: a ball, a block or a can, about one unit tall. */
export const makeClutter = (r: Random): Solid => {
  const kind = r.below(3);
  if (kind === 0) return { distance: ball(0.5, 0.5), middle: 0.5, reach: 0.5 };
  if (kind === 1) {
    const [hx, hy, hz] = [between(r, 0.25, 0.6), between(r, 0.15, 0.5), between(r, 0.25, 0.6)];
    return { distance: box(0, hy, 0, hx, hy, hz), middle: hy, reach: Math.sqrt(hx * hx + hy * hy + hz * hz) + 0.02 };
  }
  const [wide, tall] = [between(r, 0.25, 0.5), between(r, 0.3, 0.9)];
  const profile = [
    [axis, 0.02],
    [wide, 0.02],
    [wide, tall],
    [axis, tall],
  ] as const;
  return {
    distance: lathe(profile, 0.02),
    middle: tall / 2,
    reach: Math.sqrt((tall * tall) / 4 + wide * wide) + 0.03,
  };
};
