/** Takes a photograph: rays from the camera, stepped by the distance to what is nearest; one lamp, a sky, soft shadows. */

import { developed, type Picture } from './develop.js';
import type { Body, Photograph } from './studio.js';

/** A surface within a quarter of a pixel or so is hit. */
const hitWithin = 0.004;
const maxSteps = 64;

/** One ray's answer: linear light, and which body it met (−1 the table, −2 the wall). */
interface Seen {
  red: number;
  green: number;
  blue: number;
  body: number;
}

interface Ball {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly radius: number;
}

// Plain indices and named fields below: a destructured array costs more than the geometry it holds.
type Vector = readonly [number, number, number];

/** Distance of a point of the world to a body's surface. */
const distanceTo = ({ solid, at, rotation: m, scale }: Body, x: number, y: number, z: number): number => {
  const px = (x - at[0]) / scale;
  const py = (y - at[1]) / scale;
  const pz = (z - at[2]) / scale;
  return (
    scale *
    solid.distance(
      m[0] * px + m[1] * py + m[2] * pz,
      m[3] * px + m[4] * py + m[5] * pz,
      m[6] * px + m[7] * py + m[8] * pz,
    )
  );
};

/** The ball that holds a body: centre in the world, radius. */
const ballOf = ({ solid, at, rotation: m, scale }: Body): Ball => {
  const up = solid.middle * scale;
  return { x: at[0] + m[3] * up, y: at[1] + m[4] * up, z: at[2] + m[5] * up, radius: solid.reach * scale };
};

export const takePhotograph = (photograph: Photograph): Picture => {
  const { width, height, bodies, camera, lamp, table, wall } = photograph;
  const balls = bodies.map(ballOf);

  /** The first body along a ray and how far: −1 when there is none before `most`. Its number is left in `met`. */
  let met = -1;
  const march = (o: Vector, d: Vector, most: number): number => {
    met = -1;
    let nearest = most;
    for (let index = 0; index < bodies.length; index++) {
      const body = bodies[index]!;
      const ball = balls[index]!;
      const radius = ball.radius;
      const cx = ball.x - o[0];
      const cy = ball.y - o[1];
      const cz = ball.z - o[2];
      const along = cx * d[0] + cy * d[1] + cz * d[2];
      const miss = cx * cx + cy * cy + cz * cz - along * along;
      if (miss > radius * radius) continue;
      const half = Math.sqrt(radius * radius - miss);
      let t = Math.max(0, along - half);
      const end = Math.min(nearest, along + half);
      for (let i = 0; i < maxSteps && t < end; i++) {
        const near = distanceTo(body, o[0] + t * d[0], o[1] + t * d[1], o[2] + t * d[2]);
        if (near < hitWithin) {
          nearest = t;
          met = index;
          break;
        }
        t += near;
      }
    }
    return met < 0 ? -1 : nearest;
  };

  /** 0 in full shadow – 1 in full light. */
  const lit = (o: Vector): number => {
    let light = 1;
    for (let index = 0; index < bodies.length; index++) {
      const body = bodies[index]!;
      const ball = balls[index]!;
      const radius = ball.radius;
      const cx = ball.x - o[0];
      const cy = ball.y - o[1];
      const cz = ball.z - o[2];
      const along = cx * lamp[0] + cy * lamp[1] + cz * lamp[2];
      // The half-shadow reaches beyond the ball.
      const reach = radius + Math.max(0, along) / photograph.hardness;
      const miss = cx * cx + cy * cy + cz * cz - along * along;
      if (miss > reach * reach || along < -radius) continue;
      const half = Math.sqrt(reach * reach - miss);
      let t = Math.max(0.03, along - half);
      const end = along + half;
      for (let i = 0; i < 32 && t < end && light > 0.02; i++) {
        const near = distanceTo(body, o[0] + t * lamp[0], o[1] + t * lamp[1], o[2] + t * lamp[2]);
        light = Math.min(light, Math.max(0, (photograph.hardness * near) / t));
        t += Math.max(0.02, near);
      }
    }
    return light * light * (3 - 2 * light);
  };

  /** Corners are darker: how close the nearest body is. */
  const open = (x: number, y: number, z: number): number => {
    let nearest = 1;
    for (let index = 0; index < bodies.length; index++) {
      const body = bodies[index]!;
      const ball = balls[index]!;
      const dx = x - ball.x;
      const dy = y - ball.y;
      const dz = z - ball.z;
      const reach = ball.radius + 0.3;
      if (dx * dx + dy * dy + dz * dz < reach * reach) nearest = Math.min(nearest, distanceTo(body, x, y, z) / 0.3);
    }
    return 0.4 + 0.6 * Math.min(1, Math.max(0, nearest));
  };

  const normalOf = (body: Body, x: number, y: number, z: number): Vector => {
    const e = 0.003;
    const a = distanceTo(body, x + e, y - e, z - e);
    const b = distanceTo(body, x - e, y - e, z + e);
    const c = distanceTo(body, x - e, y + e, z - e);
    const d = distanceTo(body, x + e, y + e, z + e);
    const [nx, ny, nz] = [a - b - c + d, c + d - a - b, b + d - a - c];
    const length = Math.sqrt(nx * nx + ny * ny + nz * nz) + 1e-12;
    return [nx / length, ny / length, nz / length];
  };

  const look = (d: Vector, seen: Seen): void => {
    const eye = camera.eye;
    const toTable = d[1] < 0 ? -eye[1] / d[1] : Infinity;
    const toWall = d[2] < 0 ? (-photograph.wallAt - eye[2]) / d[2] : Infinity;
    const most = Math.min(toTable, toWall);
    const t = march(eye, d, Math.min(most, 100));
    if (t >= 0) {
      const body = bodies[met]!;
      seen.body = met;
      const [x, y, z] = [eye[0] + t * d[0], eye[1] + t * d[1], eye[2] + t * d[2]];
      const n = normalOf(body, x, y, z);
      const facing = n[0] * lamp[0] + n[1] * lamp[1] + n[2] * lamp[2];
      const light = facing > 0 ? facing * lit([x + 0.02 * n[0], y + 0.02 * n[1], z + 0.02 * n[2]]) : 0;
      const { at, rotation: m, scale, surface } = body;
      const [px, py, pz] = [(x - at[0]) / scale, (y - at[1]) / scale, (z - at[2]) / scale];
      const share = surface.pattern(
        m[0] * px + m[1] * py + m[2] * pz,
        m[3] * px + m[4] * py + m[5] * pz,
        m[6] * px + m[7] * py + m[8] * pz,
      );
      const [hx, hy, hz] = [lamp[0] - d[0], lamp[1] - d[1], lamp[2] - d[2]];
      const half = Math.max(0, n[0] * hx + n[1] * hy + n[2] * hz) / Math.sqrt(hx * hx + hy * hy + hz * hz);
      const p4 = half * half * half * half;
      const p32 = p4 * p4 * p4 * p4 * p4 * p4 * p4 * p4;
      const shine = surface.gloss * p32 * (light > 0 ? 0.8 : 0);
      const away = 1 + (n[0] * d[0] + n[1] * d[1] + n[2] * d[2]);
      const mirrored = surface.gloss * 0.35 * Math.max(0, away) ** 3;
      const sky = (0.55 + 0.45 * n[1]) * open(x + 0.12 * n[0], y + 0.12 * n[1], z + 0.12 * n[2]);
      const channel = (i: 0 | 1 | 2): number => {
        const own = surface.first[i] + (surface.second[i] - surface.first[i]) * share;
        return (
          own * (light * photograph.lampColour[i] + sky * photograph.skyColour[i]) +
          shine * photograph.lampColour[i] +
          mirrored * photograph.skyColour[i]
        );
      };
      [seen.red, seen.green, seen.blue] = [channel(0), channel(1), channel(2)];
      return;
    }
    const isTable = toTable <= toWall;
    seen.body = isTable ? -1 : -2;
    const [x, y, z] = [eye[0] + most * d[0], eye[1] + most * d[1], eye[2] + most * d[2]];
    const ground = isTable ? table(x, z) : wall(x, y);
    // Where table and wall meet, paper bends: the light of one runs into the other's.
    const bend = Math.min(1, Math.max(0, isTable ? (z + photograph.wallAt) / 0.8 : y / 0.8));
    const straight = isTable ? lamp[1] : Math.max(0, lamp[2]);
    const facing = straight * bend + 0.5 * (lamp[1] + Math.max(0, lamp[2])) * (1 - bend);
    const light = facing * (isTable ? lit([x, 0.01, z]) : 1);
    const sky = (isTable ? 1 : 0.8 + 0.2 * bend) * (isTable ? open(x, 0.06, z) : 1);
    seen.red = ground[0] * (light * photograph.lampColour[0] + sky * photograph.skyColour[0]);
    seen.green = ground[1] * (light * photograph.lampColour[1] + sky * photograph.skyColour[1]);
    seen.blue = ground[2] * (light * photograph.lampColour[2] + sky * photograph.skyColour[2]);
  };

  const { right, up, forward, focal } = camera;
  const through = (column: number, row: number): Vector => {
    const u = (column - width / 2) / focal;
    const v = (height / 2 - row) / focal;
    const x = forward[0] + u * right[0] + v * up[0];
    const y = forward[1] + u * right[1] + v * up[1];
    const z = forward[2] + u * right[2] + v * up[2];
    const length = Math.sqrt(x * x + y * y + z * z);
    return [x / length, y / length, z / length];
  };

  const n = width * height;
  const planes = [new Float32Array(n), new Float32Array(n), new Float32Array(n)] as const;
  const bodyAt = new Int8Array(n);
  const seen: Seen = { red: 0, green: 0, blue: 0, body: 0 };
  for (let at = 0; at < n; at++) {
    look(through((at % width) + 0.5, Math.floor(at / width) + 0.5), seen);
    planes[0][at] = tone(seen.red);
    planes[1][at] = tone(seen.green);
    planes[2][at] = tone(seen.blue);
    bodyAt[at] = seen.body;
  }
  smoothEdges(planes, bodyAt, width, (at) => {
    const sums: [number, number, number] = [0, 0, 0];
    for (const [dx, dy] of corners) {
      look(through((at % width) + dx, Math.floor(at / width) + dy), seen);
      sums[0] += tone(seen.red) / 4;
      sums[1] += tone(seen.green) / 4;
      sums[2] += tone(seen.blue) / 4;
    }
    return sums;
  });
  return developed(planes, photograph);
};

const corners = [
  [0.375, 0.125],
  [0.875, 0.375],
  [0.125, 0.625],
  [0.625, 0.875],
] as const;

/** Linear light → 0…1 as a screen has it; highlights are rolled off. The square root stands for the usual 1/2.2: the same everywhere. */
const tone = (light: number): number =>
  Math.sqrt(light < 0.7 ? light : 0.7 + 0.3 * (1 - 1 / (1 + (light - 0.7) / 0.3)));

/** Pixels that differ much from the one before or above get four rays instead of one. */
const smoothEdges = (
  planes: readonly [Float32Array, Float32Array, Float32Array],
  bodyAt: Int8Array,
  width: number,
  four: (at: number) => readonly [number, number, number],
): void => {
  const again: number[] = [];
  for (let at = width; at < bodyAt.length - width; at++) {
    const differs = (other: number): boolean =>
      bodyAt[at] !== bodyAt[other] || Math.abs(planes[1][at]! - planes[1][other]!) > 0.06;
    if (differs(at - 1) || differs(at - width) || differs(at + 1) || differs(at + width)) again.push(at);
  }
  for (const at of again) {
    const mean = four(at);
    for (const [i, plane] of planes.entries()) plane[at] = mean[i]!;
  }
};
