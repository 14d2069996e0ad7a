import { describe, expect, it } from 'vitest';
import { WinnowError } from '../../../src/base/errors.js';
import { seededRandom } from '../../../src/base/random.js';
import { nearestRows } from '../../../src/core/projection/nearestRows.js';
import { principalComponents } from '../../../src/core/training/principalComponents.js';
import { projectRows } from '../../../src/core/projection/projectRows.js';
import { plainLinearAlgebra as algebra } from '../../../src/core/training/plainLinearAlgebra.js';

const width = 12;
/** Blobs far from each other, of `each` rows. */
const blobs = (count: number, each: number, seed = 1): Float32Array => {
  const random = seededRandom(seed);
  const centres = Float32Array.from({ length: count * width }, () => 4 * random.normal());
  return Float32Array.from({ length: count * each * width }, (_, at) => {
    const blob = Math.floor(at / (each * width));
    return centres[blob * width + (at % width)]! + 0.5 * random.normal();
  });
};

const distance = (places: Float32Array, i: number, j: number): number =>
  Math.hypot(places[i * 2]! - places[j * 2]!, places[i * 2 + 1]! - places[j * 2 + 1]!);

/** Share of points whose nearest point in the plane is of their own blob. */
const purity = (places: Float32Array, each: number): number => {
  const n = places.length / 2;
  let own = 0;
  for (let i = 0; i < n; i++) {
    let best = -1;
    for (let j = 0; j < n; j++)
      if (j !== i && (best < 0 || distance(places, i, j) < distance(places, i, best))) best = j;
    if (Math.floor(best / each) === Math.floor(i / each)) own++;
  }
  return own / n;
};

const isInside = (places: Float32Array): boolean => places.every((value) => value >= -1e-6 && value <= 1 + 1e-6);

describe('rows in a plane', () => {
  it('lie in the same places for the same seed, in others for another, inside the unit square', async () => {
    const rows = blobs(3, 20);
    const [first, again, other] = [
      await projectRows(algebra, rows, width, { seed: 1 }),
      await projectRows(algebra, rows, width, { seed: 1 }),
      await projectRows(algebra, rows, width, { seed: 2 }),
    ];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    expect(isInside(first)).toBe(true);
    const span = [0, 1].map((side) => {
      const own = first.filter((_, at) => at % 2 === side);
      return Math.max(...own) - Math.min(...own);
    });
    expect(Math.max(...span)).toBeCloseTo(1, 5);
  });

  it('keep blobs together and apart from each other', async () => {
    const places = await projectRows(algebra, blobs(4, 25), width, { seed: 1 });
    expect(purity(places, 25)).toBe(1);
  });

  it('does so too for rows that are put among those laid out first', async () => {
    const places = await projectRows(algebra, blobs(4, 25), width, { seed: 1, limit: 40 });
    expect(places).toHaveLength(200);
    expect(purity(places, 25)).toBeGreaterThanOrEqual(0.98);
    expect(isInside(places)).toBe(true);
  });

  it.each([0, 1, 2, 3])('%i rows have a place each', async (n) => {
    const places = await projectRows(algebra, blobs(1, Math.max(1, n)).slice(0, n * width), width, { seed: 1 });
    expect(places).toHaveLength(n * 2);
    expect(isInside(places)).toBe(true);
  });

  it('rows that are all the same, or copies of a few, have places all the same', async () => {
    const same = await projectRows(algebra, new Float32Array(30 * width).fill(0.3), width, { seed: 1 });
    expect(isInside(same)).toBe(true);
    const few = blobs(3, 1);
    const copies = Float32Array.from(
      { length: 60 * width },
      (_, at) => few[(at % width) + width * (Math.floor(at / width) % 3)]!,
    );
    expect(isInside(await projectRows(algebra, copies, width, { seed: 1 }))).toBe(true);
  });

  it('tells how far it is, never backwards, and ends when it is told to', async () => {
    const shares: number[] = [];
    await projectRows(algebra, blobs(2, 20), width, {
      seed: 1,
      limit: 30,
      onShare: (share) => {
        shares.push(share);
        return Promise.resolve();
      },
    });
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBeCloseTo(1, 5);
    const ended = projectRows(algebra, blobs(2, 20), width, {
      seed: 1,
      onShare: (share) => (share > 0.5 ? Promise.reject(new WinnowError('cancelled', 'enough')) : Promise.resolve()),
    });
    await expect(ended).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('its steps', () => {
  it('principal components find the directions of most variance, largest first', async () => {
    const random = seededRandom(3);
    const scales = [0.1, 5, 0.1, 2, 0.1];
    const rows = Float32Array.from({ length: 200 * 5 }, (_, at) => scales[at % 5]! * random.normal() + 7);
    const scores = await principalComponents(algebra, rows, 5, 2, 1);
    const meanOf = (of: number): number =>
      rows.reduce((sum, value, at) => (at % 5 === of ? sum + value / 200 : sum), 0);
    for (const [component, column] of [
      [0, 1],
      [1, 3],
    ] as const) {
      const mean = meanOf(column);
      let [dot, own, other] = [0, 0, 0];
      for (let i = 0; i < 200; i++) {
        const [a, b] = [scores[i * 2 + component]!, rows[i * 5 + column]! - mean];
        dot += a * b;
        own += a * a;
        other += b * b;
      }
      expect(Math.abs(dot) / Math.sqrt(own * other)).toBeGreaterThan(0.99);
    }
  });

  it('nearest rows are those that a look at all pairs finds', async () => {
    const rows = blobs(2, 300, 5);
    const { rows: found, distances } = await nearestRows(algebra, rows, rows, width, { k: 4, areSame: true });
    for (const i of [0, 255, 256, 599]) {
      const all = Array.from({ length: 600 }, (_, j) => ({
        j,
        far: Math.hypot(...Array.from({ length: width }, (_each, c) => rows[i * width + c]! - rows[j * width + c]!)),
      }))
        .filter(({ j }) => j !== i)
        .sort((a, b) => a.far - b.far)
        .slice(0, 4);
      expect([...found.subarray(i * 4, i * 4 + 4)]).toEqual(all.map(({ j }) => j));
      all.forEach(({ far }, at) => expect(distances[i * 4 + at]).toBeCloseTo(far, 3));
    }
  });
});
