/** One photograph to be taken: things on a table, a camera, a lamp, and what the camera does to the light. */

import { between, type Random } from '../../base/random.js';
import { makeClutter, makeThing, type Solid, type ThingKind } from './solids.js';
import { colourOf, makeGround, makeSurface, type Colour, type Ground, type Surface } from './surfaces.js';

/** Rows of a rotation: own frame = rotation · (world − at) / scale. */
export type Rotation = readonly [number, number, number, number, number, number, number, number, number];

export interface Body {
  readonly solid: Solid;
  readonly surface: Surface;
  readonly at: readonly [x: number, y: number, z: number];
  readonly rotation: Rotation;
  readonly scale: number;
}

export interface Camera {
  readonly eye: readonly [number, number, number];
  /** Unit vectors to the right, up and forward. */
  readonly right: readonly [number, number, number];
  readonly up: readonly [number, number, number];
  readonly forward: readonly [number, number, number];
  /** Pixels per unit at distance 1. */
  readonly focal: number;
}

export interface Photograph {
  readonly width: number;
  readonly height: number;
  readonly bodies: readonly Body[];
  readonly camera: Camera;
  /** Unit vector to the lamp. */
  readonly lamp: readonly [number, number, number];
  readonly lampColour: Colour;
  readonly skyColour: Colour;
  /** Large = a small lamp and hard shadows. */
  readonly hardness: number;
  readonly table: Ground;
  readonly wall: Ground;
  /** How far behind the origin the wall stands. */
  readonly wallAt: number;
  /** Standard deviation of the sensor, 0–255; of the lens, pixels. */
  readonly grain: number;
  readonly blur: number;
  readonly seed: number;
}

/** About y by `turn`, then about x by `tilt`, then about z by `roll`; radians. */
const rotated = (turn: number, tilt: number, roll: number): Rotation => {
  const [ct, st, cx, sx, cz, sz] = [
    ...[Math.cos(turn), Math.sin(turn), Math.cos(tilt), Math.sin(tilt), Math.cos(roll), Math.sin(roll)],
  ] as [number, number, number, number, number, number];
  // The transpose of Rz · Rx · Ry: it takes the world into the thing's own frame.
  const forward = [
    [cz * ct - sz * sx * st, -sz * cx, cz * st + sz * sx * ct],
    [sz * ct + cz * sx * st, cz * cx, sz * st - cz * sx * ct],
    [-cx * st, sx, cx * ct],
  ] as const;
  return [0, 1, 2].flatMap((column) => forward.map((row) => row[column]!)) as unknown as Rotation;
};

const degrees = Math.PI / 180;

/** A thing of `kind` as it may stand, lie or lean; its camera looks at its middle. */
const placed = (kind: ThingKind, r: Random): Body => {
  const solid = makeThing(kind, r);
  const surface = makeSurface(r);
  const upright = { solid, surface, at: [0, 0, 0], scale: 1 } as const;
  if (kind === 'mug') {
    // A handle that points at the camera, or away from it, cannot be seen.
    const turn = (r.next() < 0.5 ? 0 : 180) + between(r, -30, 30);
    return { ...upright, rotation: rotated(turn * degrees, 0, 0) };
  }
  const turn = 2 * Math.PI * r.next();
  if (kind === 'bottle' && r.next() < 0.04) {
    const round = Math.sqrt((solid.reach - 0.05) ** 2 - solid.middle ** 2);
    const lying = between(r, -60, 60) * degrees;
    const across = rotated(lying, 0, 90 * degrees);
    return { ...upright, at: [-across[3] * solid.middle, round + 0.02, -across[5] * solid.middle], rotation: across };
  }
  if (kind === 'plate' && r.next() < 0.5) {
    const lean = between(r, 55, 80) * degrees;
    return { ...upright, at: [0, solid.reach * Math.sin(lean) * 0.98, 0], rotation: rotated(0, lean, 0) };
  }
  return { ...upright, rotation: rotated(turn, 0, 0) };
};

const clutterAround = (r: Random, isInFront: boolean): Body => {
  const scale = between(r, 0.2, 0.5);
  const side = r.next() < 0.5 ? -1 : 1;
  const at: Body['at'] = isInFront
    ? [side * between(r, 0.25, 0.7), 0, between(r, 0.9, 1.3)]
    : [side * between(r, 0.9, 1.9), 0, between(r, -1.6, 0.3)];
  return {
    solid: makeClutter(r),
    surface: makeSurface(r),
    at,
    rotation: rotated(2 * Math.PI * r.next(), 0, 0),
    scale: isInFront ? 0.6 * scale : scale,
  };
};

export interface Wish {
  /** What is photographed; two things stand side by side. */
  readonly things: readonly ThingKind[];
  readonly width: number;
  readonly height: number;
}

export const arrange = ({ things, width, height }: Wish, r: Random): Photograph => {
  const wanted = things.map((kind) => placed(kind, r));
  const apart = wanted.length > 1 ? 0.75 : 0;
  const main = wanted.map((body, i): Body => ({
    ...body,
    at: [body.at[0] + (2 * i - 1) * apart, body.at[1], body.at[2]],
  }));
  const others = Array.from({ length: r.below(3) }, () => clutterAround(r, false));
  const front = r.next() < 0.16 ? [clutterAround(r, true)] : [];

  const subject = main[0]!;
  const isFlat = things.includes('plate') && subject.at[1] === 0;
  const elevation = (isFlat ? between(r, 36, 65) : between(r, 8, 28)) * degrees;
  const azimuth = between(r, -25, 25) * degrees;
  const reach = Math.max(...main.map(({ solid }) => solid.reach)) + apart;
  const distance = 5 * reach;
  const isLying = subject.at[1] > 0;
  const centre: Camera['eye'] = [0, isLying ? subject.at[1] : subject.solid.middle, 0];
  const forward: Camera['forward'] = [
    -Math.sin(azimuth) * Math.cos(elevation),
    -Math.sin(elevation),
    -Math.cos(azimuth) * Math.cos(elevation),
  ];
  const roll = between(r, -7, 7) * degrees;
  const level: Camera['right'] = [Math.cos(azimuth), 0, -Math.sin(azimuth)];
  const above = cross(level, forward);
  const [c, s] = [Math.cos(roll), Math.sin(roll)];
  const shift = (axis: readonly number[], by: number): number[] => axis.map((value) => value * by);
  const [dx, dy] = [between(r, -0.18, 0.18) * reach, between(r, -0.14, 0.14) * reach];
  const [sideways, upwards] = [shift(level, dx), shift(above, dy)];
  const warm = between(r, -0.12, 0.12);
  const lampTurn = between(r, -110, 110) * degrees;
  const lampHigh = between(r, 30, 70) * degrees;
  const lampLight = between(r, 0.75, 1.15);
  const sky = between(r, 0.34, 0.55);
  const table = makeGround(r);
  return {
    width,
    height,
    bodies: [...main, ...others, ...front],
    camera: {
      eye: [0, 1, 2].map(
        (i) => centre[i]! - forward[i]! * distance + sideways[i]! + upwards[i]!,
      ) as unknown as Camera['eye'],
      right: [0, 1, 2].map((i) => c * level[i]! + s * above[i]!) as unknown as Camera['right'],
      up: [0, 1, 2].map((i) => c * above[i]! - s * level[i]!) as unknown as Camera['up'],
      forward,
      focal: (between(r, 0.8, 0.98) * Math.min(width, height) * distance) / (2 * reach),
    },
    lamp: [Math.sin(lampTurn) * Math.cos(lampHigh), Math.sin(lampHigh), Math.cos(lampTurn) * Math.cos(lampHigh)],
    lampColour: [lampLight * (1 + warm), lampLight, lampLight * (1 - warm)],
    skyColour: [sky * (1 - warm / 2), sky, sky * (1 + warm / 2)],
    hardness: between(r, 3, 14),
    table,
    // A studio's table and wall are one sheet of paper.
    wall: r.next() < 0.5 ? table : makeGround(r),
    wallAt: between(r, 1.8, 4),
    grain: between(r, 1, 4),
    blur: r.next() < 0.25 ? between(r, 0.5, 1.2) : 0,
    seed: r.below(2 ** 31),
  };
};

const cross = (
  a: readonly [number, number, number],
  b: readonly [number, number, number],
): [number, number, number] => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];

/** White paper and nothing on it: what a shop shows while the picture is missing. */
export const placeholderColour = colourOf(0.6, 0.05, 0.86);
