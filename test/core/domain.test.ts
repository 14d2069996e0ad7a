import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/base/random.js';
import { certaintyOf } from '../../src/core/predict/certainty.js';
import { gatherRows } from '../../src/core/training/featureBlock.js';
import { plainLinearAlgebra as algebra } from '../../src/core/training/plainLinearAlgebra.js';
import { checkedDomain, domainJudge, fitDomain, type DomainTask } from '../../src/core/predict/domain.js';

const width = 40;
const unit = (row: Float32Array): Float32Array => {
  const norm = Math.hypot(...row);
  return row.map((value) => value / norm);
};

/** Two classes around two directions; how familiar a row is falls with its distance from its class. */
const photosOf = (n: number, seed: number): DomainTask & { readonly units: Float32Array } => {
  const random = seededRandom(seed);
  const units = new Float32Array(n * width);
  const labels = Int32Array.from({ length: n }, (_, i) => i % 2);
  for (let i = 0; i < n; i++) units.set(photo(labels[i]!, random), i * width);
  return {
    units,
    unitsOf: (rows) => gatherRows(units, width, rows),
    width,
    trained: Int32Array.from({ length: n }, (_, i) => i),
    labels,
    groups: Int32Array.from({ length: n }, (_, i) => i),
    familiarity: Float32Array.from({ length: n }, () => 0.7 + 0.1 * random.normal()),
    seed: 42,
  };
};
const photo = (label: number, random: ReturnType<typeof seededRandom>): Float32Array =>
  unit(Float32Array.from({ length: width }, (_, d) => (d % 2 === label ? 1 : 0) + 0.4 * random.normal()));

describe('out of domain', () => {
  it('refuses about one in twenty of its own kind, and strangers', async () => {
    const refused: number[] = [];
    for (let seed = 0; seed < 10; seed++) {
      const random = seededRandom(100 + seed);
      const judge = domainJudge((await fitDomain(algebra, photosOf(400, seed)))!.domain);
      const own = Array.from({ length: 200 }, (_, i) => judge(photo(i % 2, random), 0.7 + 0.1 * random.normal()));
      refused.push(own.filter(({ isOutOfDomain }) => isOutOfDomain).length / own.length);
      const stranger = unit(Float32Array.from({ length: width }, (_, d) => (d < 5 ? 1 : -1)));
      expect(judge(stranger, 0.2)).toEqual({ percentile: 100 / 401, isOutOfDomain: true });
    }
    const mean = refused.reduce((sum, share) => sum + share, 0) / refused.length;
    expect(mean).toBeGreaterThan(0.02);
    expect(mean).toBeLessThan(0.08);
  });

  it('judges its own photos without themselves and their twins', async () => {
    const task = photosOf(200, 3);
    // Each photo of the second half is a copy of one of the first, in its group.
    task.units.copyWithin(100 * width, 0, 100 * width);
    const twins = { ...task, groups: task.groups.map((_, i) => i % 100) };
    const { domain, percentiles } = (await fitDomain(algebra, twins))!;
    const alone = domainJudge(domain);
    const inSample = Array.from({ length: 200 }, (_, i) =>
      alone(task.units.subarray(i * width, (i + 1) * width), task.familiarity[i]!),
    );
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(inSample.map(({ percentile }) => percentile))).toBeGreaterThan(mean([...percentiles]));
  });

  it('lets the one stranger among a few own photos be fewer than 1 in 100, whatever its part in the draw', async () => {
    for (let row = 0; row < 8; row++) {
      const task = photosOf(200, 4);
      task.units.set(unit(Float32Array.from({ length: width }, (_, d) => (d < 5 ? 1 : -1))), row * width);
      task.familiarity[row] = 0.1;
      const { percentiles } = (await fitDomain(algebra, task))!;
      expect(percentiles[row]).toBeLessThan(1);
      expect(percentiles.filter((percentile) => percentile < 1).length).toBeLessThanOrEqual(4);
    }
  });

  it('says nothing with too few photos, survives JSON, and refuses what it cannot read', async () => {
    expect(await fitDomain(algebra, photosOf(19, 1))).toBeNull();
    const { domain } = (await fitDomain(algebra, photosOf(20, 1)))!;
    const again = domainJudge(checkedDomain(JSON.parse(JSON.stringify(domain))));
    const asked = photo(0, seededRandom(5));
    expect(again(asked, 0.6)).toEqual(domainJudge(domain)(asked, 0.6));
    expect(() => checkedDomain({ ...domain, version: 2 })).toThrow(/Train again/);
  });

  it('weighs at most 600 kB in an export', async () => {
    const n = 600;
    const wide = 1280;
    const random = seededRandom(1);
    const units = Float32Array.from({ length: n * wide }, () => random.next() / 20);
    const unitsOf = (rows: Int32Array): Float32Array => gatherRows(units, wide, rows);
    const { domain } = (await fitDomain(algebra, { ...photosOf(n, 1), unitsOf, width: wide }))!;
    expect(JSON.stringify(domain).length).toBeLessThan(600_000);
  });
});

it('is sure at .9 and .5 apart, unsure below, and never of a stranger', () => {
  expect(certaintyOf([0.05, 0.91, 0.04], false)).toBe('sure');
  expect(certaintyOf([0.89, 0.11], false)).toBe('unsure');
  expect(certaintyOf([1, 0], true)).toBe('unseen');
});
