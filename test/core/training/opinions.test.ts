import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/random.js';
import { fitCalibration, logProbabilities } from '../../../src/core/training/headCalibration.js';
import { epsilonGrid, fitPool, logNoisy, noisy, pooled, poolObjective } from '../../../src/core/training/logPool.js';
import { voteOf } from '../../../src/core/training/chooseHeads.js';
import { neighbours } from '../../../src/core/training/neighbourVote.js';
import { plainLinearAlgebra as algebra } from '../../../src/core/training/plainLinearAlgebra.js';
import { rawUnitRows } from '../../../src/core/training/featureBlock.js';
import { blobs } from './syntheticItems.js';

const n = 60;
const classes = 4;
const labels = Int32Array.from({ length: n }, (_, i) => (i * 7) % classes);
const rows = Int32Array.from(labels.keys());
/** Scores that lean to the label by `lean`, and to class 0 besides. */
const leaning = (lean: number, seed: number): Float32Array => {
  const random = seededRandom(seed);
  return Float32Array.from({ length: n * classes }, (_, at) => {
    const isOwn = at % classes === labels[Math.floor(at / classes)];
    return 0.2 * random.normal() + (isOwn ? lean : 0) + (at % classes === 0 ? 0.1 : 0);
  });
};
const heads = [0.4, 0.2, 0.05].map((lean, seed) =>
  logProbabilities(leaning(lean, seed), classes, { t: 5, b: new Float64Array(classes) }),
);

/** Largest difference of the gradient from central differences. */
const gradientError = (objective: (x: Float64Array, gradient: Float64Array) => number, x: Float64Array): number => {
  const gradient = new Float64Array(x.length);
  objective(x, gradient);
  const unused = new Float64Array(x.length);
  let worst = 0;
  for (let j = 0; j < x.length; j++) {
    const at = (step: number): number =>
      objective(
        x.map((value, k) => (k === j ? value + step : value)),
        unused,
      );
    worst = Math.max(worst, Math.abs((at(1e-5) - at(-1e-5)) / 2e-5 - gradient[j]!));
  }
  return worst;
};

describe('log pool', () => {
  it.each([0, 0.01, 0.2])('has the gradient of its objective at ε = %d', (epsilon) => {
    const objective = poolObjective(heads, classes, rows, labels, epsilon);
    for (const v of [
      [-1, -1, -1],
      [0.5, -2, -0.3],
    ])
      expect(gradientError(objective, Float64Array.from(v))).toBeLessThan(1e-7);
  });
  it('is the normalised product of powers', () => {
    const v = Float64Array.of(0.2, -1, -0.4);
    const log = pooled(heads, { v, epsilon: 0 }, classes);
    for (const i of [0, 17, 59]) {
      const raw = Array.from({ length: classes }, (_, c) =>
        heads.reduce((product, head, m) => product * Math.exp(head[i * classes + c]!) ** Math.exp(v[m]!), 1),
      );
      const sum = raw.reduce((total, value) => total + value, 0);
      raw.forEach((value, c) => expect(Math.exp(log[i * classes + c]!)).toBeCloseTo(value / sum, 10));
    }
  });
  it('ends where nothing near is better, and trusts the better head more', () => {
    const pool = fitPool(heads, classes, rows, labels);
    const value = (v: Float64Array, epsilon: number): number =>
      poolObjective(heads, classes, rows, labels, epsilon)(v, new Float64Array(v.length));
    const best = value(pool.v, pool.epsilon);
    for (const epsilon of epsilonGrid) expect(value(pool.v, epsilon)).toBeGreaterThanOrEqual(best - 1e-4);
    for (const m of [0, 1, 2])
      for (const step of [-0.3, 0.3])
        expect(
          value(
            pool.v.map((one, k) => (k === m ? one + step : one)),
            pool.epsilon,
          ),
        ).toBeGreaterThan(best);
    expect(pool.v[0]).toBeGreaterThan(pool.v[2]!);
  });
  it('finds about how many labels are wrong', () => {
    const random = seededRandom(5);
    const many = 1500;
    const truth = Int32Array.from({ length: many }, (_, i) => i % classes);
    const given = truth.map((label) =>
      random.next() < 0.1 ? (label + 1 + random.below(classes - 1)) % classes : label,
    );
    const scores = Float32Array.from(
      { length: many * classes },
      (_, at) => (at % classes === truth[Math.floor(at / classes)] ? 1 : 0) + 0.15 * random.normal(),
    );
    const log = logProbabilities(scores, classes, { t: 8, b: new Float64Array(classes) });
    const { epsilon } = fitPool([log], classes, Int32Array.from(given.keys()), given);
    expect(epsilon).toBeGreaterThanOrEqual(0.08);
    expect(epsilon).toBeLessThanOrEqual(0.12);
  });
  it('mixes p with the chance of a wrong label', () => {
    expect(noisy(0.7, 0.1, 4)).toBeCloseTo(0.9 * 0.7 + (0.1 * 0.3) / 3, 12);
    expect(logNoisy(-800, 0, 4)).toBe(-800);
    expect(logNoisy(-800, 0.1, 4)).toBeCloseTo(Math.log(0.1 / 3), 10);
  });
});

describe('calibration', () => {
  it('is where −mean log p + .02·mean b² is least', () => {
    const scores = leaning(0.3, 3);
    const fit = fitCalibration(scores, classes, rows, labels, null, 1e-9);
    const value = (t: number, b: Float64Array): number => {
      const log = logProbabilities(scores, classes, { t, b });
      const loss = rows.reduce((sum, i) => sum - log[i * classes + labels[i]!]!, 0) / n;
      return loss + (0.02 * b.reduce((sum, one) => sum + one * one, 0)) / classes;
    };
    expect(value(fit.t, fit.b)).toBeCloseTo(fit.value, 10);
    for (const step of [-0.05, 0.05]) {
      expect(value(fit.t + step, fit.b)).toBeGreaterThan(fit.value);
      for (let k = 0; k < classes; k++)
        expect(
          value(
            fit.t,
            fit.b.map((one, c) => (c === k ? one + step : one)),
          ),
        ).toBeGreaterThan(fit.value);
    }
    expect(fit.b[0]).toBeLessThan(0);
  });
  it('does not depend on where it starts', () => {
    const scores = leaning(0.3, 4);
    const cold = fitCalibration(scores, classes, rows, labels, null, 1e-8);
    const warm = fitCalibration(scores, classes, rows, labels, { t: 90, b: Float64Array.of(3, -3, 1, 0) }, 1e-8);
    expect(warm.t).toBeCloseTo(cold.t, 3);
  });
  it('silences a head that leans the wrong way', () => {
    const fit = fitCalibration(leaning(-0.5, 5), classes, rows, labels, null);
    expect(fit.t).toBe(0);
    const log = logProbabilities(leaning(-0.5, 5), classes, fit);
    expect(log[1]).toBeCloseTo(log[1 + classes]!, 12);
  });
});

describe('neighbour vote', () => {
  const { block, rows, labels: own } = blobs(80, 10, 3, 11, 1.2);
  const unit = rawUnitRows({ rows, parts: [10] });
  const groups = Int32Array.from({ length: 80 }, (_, i) => Math.floor(i / 2));
  const trained = Int32Array.from({ length: 80 }, (_, i) => i).filter((row) => row % 9 !== 0);
  const expected = (row: number, now: Int32Array, tau: number): number[] => {
    const cosine = (other: number): number =>
      Array.from({ length: 10 }, (_, d) => unit[row * 10 + d]! * unit[other * 10 + d]!).reduce((a, b) => a + b, 0);
    const near = [...trained]
      .filter((other) => groups[other] !== groups[row] && now[other]! >= 0)
      .map((other) => ({ label: now[other]!, cosine: cosine(other) }))
      .sort((a, b) => b.cosine - a.cosine)
      .slice(0, neighbours);
    const raw = near.map((one) => Math.exp((one.cosine - near[0]!.cosine) / tau));
    const sum = raw.reduce((a, b) => a + b, 0);
    const effective = 1 / raw.reduce((total, one) => total + (one / sum) ** 2, 0);
    return [0, 1, 2].map((c) => {
      const share = near.reduce((total, one, at) => total + (one.label === c ? raw[at]! / sum : 0), 0);
      return Math.log((effective * share + 0.1) / (effective + 0.3));
    });
  };
  it.each([0, 60])('is that of the ten nearest outside the group, %i items removed', async (removed) => {
    const now = own.map((label, row) => (row >= 80 - removed ? -1 : label));
    const vote = await voteOf(algebra, { block, trained }, { groups, seed: 1 });
    const scores = vote.scores(now, 3, 0.1);
    for (let row = 0; row < 80; row++)
      expected(row, now, 0.1).forEach((value, c) => expect(scores[row * 3 + c]!).toBeCloseTo(value, 4));
  });
  it('says nothing without neighbours', async () => {
    const vote = await voteOf(algebra, { block, trained }, { groups: new Int32Array(80), seed: 1 });
    const scores = vote.scores(own, 3, 0.03);
    scores.forEach((score) => expect(score).toBeCloseTo(Math.log(1 / 3), 6));
  });
});
