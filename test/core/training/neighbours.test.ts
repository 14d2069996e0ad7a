import { describe, expect, it } from 'vitest';
import { euclidean, findNeighbours, neighbourDepth, searchRows } from '../../../src/core/training/neighbours.js';
import { rawUnitRows, rowsInMemory } from '../../../src/core/training/featureBlock.js';
import { plainLinearAlgebra as algebra } from '../../../src/core/training/plainLinearAlgebra.js';
import { blobs } from './syntheticItems.js';

describe('the search for neighbours', () => {
  // More rows than are looked at together, so that pairs lie within a block and across blocks.
  const n = 1300;
  const width = 6;
  const { rows: raw, labels } = blobs(n, width, 4, 3, 2);
  const groups = Int32Array.from({ length: n }, (_, row) => (row % 3 === 0 ? row : row - (row % 3)));
  const candidates = Int32Array.from(labels.keys()).filter((row) => row % 5 !== 0);
  const units = rawUnitRows({ rows: raw, parts: [width] });
  const cosine = (a: number, b: number): number => {
    let sum = 0;
    for (let j = 0; j < width; j++) sum += units[a * width + j]! * units[b * width + j]!;
    return sum;
  };
  const allOf = (row: number): { other: number; cosine: number }[] =>
    [...candidates]
      .filter((other) => groups[other] !== groups[row])
      .map((other) => ({ other, cosine: cosine(row, other) }))
      .sort((a, b) => b.cosine - a.cosine);

  it('gives what brute force gives, in both halves of every pair', async () => {
    const near = await findNeighbours(algebra, { rows: units, width }, { candidates, groups, labels });
    for (let row = 0; row < n; row += 37) {
      const expected = allOf(row);
      const found = Array.from({ length: neighbourDepth }, (_, at) => near.cosines[row * neighbourDepth + at]!);
      found.forEach((value, at) => expect(value).toBeCloseTo(expected[at]!.cosine, 5));
      const rows = new Set(near.rows.subarray(row * neighbourDepth, (row + 1) * neighbourDepth));
      expect(rows.size).toBe(neighbourDepth);
      for (const other of rows) expect(groups[other] !== groups[row] && other % 5 !== 0).toBe(true);
      const own = expected.filter(({ other }) => labels[other] === labels[row]).slice(0, 10);
      const mean = own.reduce((sum, one) => sum + euclidean(one.cosine), 0) / 10;
      expect(near.ownDistance[row]).toBeCloseTo(mean, 3);
    }
  });

  it('leaves lists short where there are too few, and says nothing of rows without a label or a like', async () => {
    const few = { candidates: Int32Array.of(0, 1, 2), groups: Int32Array.of(0, 1, 2, 3) };
    const some = { rows: units.subarray(0, 4 * width), width };
    const near = await findNeighbours(algebra, some, { ...few, labels: Int32Array.of(0, 0, 1, -1) });
    expect([...near.rows.subarray(3 * neighbourDepth, 3 * neighbourDepth + 4)].sort()).toEqual([-1, 0, 1, 2]);
    expect([...near.ownDistance].map(Number.isNaN)).toEqual([false, false, true, true]);
  });

  it('keeps nearly the same neighbours on fewer numbers where rows are many', async () => {
    // 300 numbers of which about 12 directions matter, as in embeddings.
    const [wide, latent] = [300, 12];
    const hidden = blobs(700, latent, 5, 9, 1);
    const spread = blobs(latent, wide, 1, 4, 1).rows;
    const rows = Float32Array.from({ length: 700 * wide }, (_, at) => {
      let sum = 0.02 * Math.sin(at);
      for (let k = 0; k < latent; k++)
        sum += hidden.rows[Math.floor(at / wide) * latent + k]! * spread[k * wide + (at % wide)]!;
      return sum;
    });
    const wideBlock = { rows: rowsInMemory(rows, wide), parts: [wide] };
    const task = {
      candidates: Int32Array.from(Array(700).keys()),
      groups: Int32Array.from(Array(700).keys()),
      labels: null,
    };
    const whole = await searchRows(algebra, wideBlock, 1);
    const reduced = await searchRows(algebra, wideBlock, 1, 500);
    expect([whole.width, reduced.width]).toEqual([300, 256]);
    const [exact, about] = [await findNeighbours(algebra, whole, task), await findNeighbours(algebra, reduced, task)];
    let same = 0;
    for (let row = 0; row < 700; row++) {
      const first = row * neighbourDepth;
      const expected = new Set(exact.rows.subarray(first, first + 10));
      for (const other of about.rows.subarray(first, first + 10)) if (expected.has(other)) same++;
    }
    expect(same / 7000).toBeGreaterThan(0.97);
  }, 60_000);
});
