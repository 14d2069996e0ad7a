import { describe, expect, it } from 'vitest';
import { exactCandidate, centredKernel, exactSmoother } from '../../../src/core/training/exactSmoother.js';
import { GroupHeldOut } from '../../../src/core/training/groupHeldOut.js';
import { oneHot, SmootherScorer } from '../../../src/core/training/head.js';
import { leftOutSets } from '../../../src/core/training/leftOutSets.js';
import { landmarkFeatures, nystromSmoother } from '../../../src/core/training/nystromSmoother.js';
import { plainLinearAlgebra as algebra } from '../../../src/core/training/plainLinearAlgebra.js';
import { kernelRows, prepareBlock, type PreparedBlock } from '../../../src/core/training/preparedBlock.js';
import { blobs, bruteForce, kernelOf } from './syntheticItems.js';

const n = 42;
const classes = 3;
const { block, labels } = blobs(n, 24, classes, 7, 1.5);
/** Singles, pairs, one of five, one of which only a part is trained on. */
const groups = Int32Array.from({ length: n }, (_, i) => (i < 5 ? 0 : i < 15 ? 1 + Math.floor(i / 2) : 100 + i));
const everything = Int32Array.from({ length: n }, (_, i) => i);
/** Rows 1, 20 and 41 are judged, not trained on. */
const trained = everything.filter((row) => ![1, 20, 41].includes(row));

const heads = [
  { kind: 'ridge', gamma: 0, lambda: 0.003 },
  { kind: 'ridge', gamma: 0, lambda: 1 },
  { kind: 'kernel', gamma: 0.5, lambda: 0.01 },
  { kind: 'kernel', gamma: 1, lambda: 0.3 },
] as const;

const expectLike = (scores: Float32Array, expected: (row: number) => readonly number[], tolerance: number): void => {
  for (let row = 0; row < n; row++) {
    expected(row).forEach((value, c) => {
      const error = Math.abs(scores[row * classes + c]! - value) / Math.max(1, Math.abs(value));
      expect(error, `row ${row}, class ${c}`).toBeLessThan(tolerance);
    });
  }
};

/** Every row by a refit without its group and without `out`. */
const refitted = (
  prepared: PreparedBlock,
  head: (typeof heads)[number],
  labelsNow: Int32Array,
  out: readonly number[],
) => {
  const kernel = kernelOf(prepared, head.kind, head.gamma);
  return (row: number): number[] => {
    const used = [...prepared.trained].filter((other) => groups[other] !== groups[row] && !out.includes(other));
    return bruteForce(kernel, head.lambda, used, labelsNow, classes, row);
  };
};

describe.each(heads)('$kind, γ $gamma, λ $lambda', (head) => {
  const prepare = (): Promise<PreparedBlock> => prepareBlock(algebra, block, trained, { seed: 1 });

  it('judges each row as a refit without its group would, trained on or not', async () => {
    const prepared = await prepare();
    const smoother = await exactSmoother(algebra, prepared, head.kind, head.gamma, head.lambda);
    const heldOut = await GroupHeldOut.of(algebra, smoother, groups, new Int32Array(0));
    const scores = await heldOut.scores(oneHot(trained, labels, classes), classes);
    expectLike(scores, refitted(prepared, head, labels, []), 1e-4);
  });

  it('leaves removed items out as a refit without them would, and judges them too', async () => {
    const prepared = await prepare();
    const removed = [0, 6, 16, 17, 30];
    const now = labels.slice();
    for (const row of removed) now[row] = -1;
    now[33] = (now[33]! + 1) % classes;
    const smoother = await exactSmoother(algebra, prepared, head.kind, head.gamma, head.lambda);
    const scores = await new SmootherScorer(algebra, smoother, groups).scores(now, classes);
    expectLike(scores, refitted(prepared, head, now, removed), 2e-4);
  });

  it('leaves overlapping sets out as refits without them would', async () => {
    const prepared = await prepare();
    const removed = [0, 17];
    const now = labels.slice();
    for (const row of removed) now[row] = -1;
    const parts = everything.map((row) => (row % 7 === 6 ? -1 : row % 3));
    const sets = leftOutSets(parts, groups);
    const smoother = await exactSmoother(algebra, prepared, head.kind, head.gamma, head.lambda);
    const scores = await new SmootherScorer(algebra, smoother, sets).scores(now, classes);
    const kernel = kernelOf(prepared, head.kind, head.gamma);
    expectLike(
      scores,
      (row) => {
        const without = new Set(sets.find(({ rows }) => rows.includes(row))!.without);
        const used = [...prepared.trained].filter((other) => !without.has(other) && !removed.includes(other));
        return bruteForce(kernel, head.lambda, used, now, classes, row);
      },
      // A third of all rows left out at the smallest λ: (I − H)⁻¹ amplifies the single precision of the residuals.
      head.lambda < 0.01 ? 3e-3 : 1e-3,
    );
  });

  it('has a candidate for choosing that agrees with the whole', async () => {
    const prepared = await prepare();
    const centred = await centredKernel(algebra, prepared, head.kind, head.gamma);
    const candidate = await exactCandidate(algebra, centred, head.lambda, trained.length);
    const own = trained.map((row) => groups[row]!);
    const heldOut = await GroupHeldOut.of(algebra, candidate, own, new Int32Array(0));
    const scores = await heldOut.scores(oneHot(trained, labels, classes), classes);
    const expected = refitted(prepared, head, labels, []);
    trained.forEach((row, at) =>
      expected(row).forEach((value, c) => expect(scores[at * classes + c]!).toBeCloseTo(value, 3)),
    );
  });

  it('is the same by landmarks when every trained item is one', async () => {
    const prepared = await prepare();
    const features = await landmarkFeatures(algebra, prepared, head.kind, head.gamma, everything, 1e-6);
    const smoother = await nystromSmoother(algebra, features, head.lambda);
    const now = labels.slice();
    now[16] = -1;
    now[3] = -1;
    const scores = await new SmootherScorer(algebra, smoother, groups).scores(now, classes);
    expectLike(scores, refitted(prepared, head, now, [16, 3]), 3e-3);
  });

  it('answers few changed labels from the answer before, as it would anew', async () => {
    const prepared = await prepare();
    const features = await landmarkFeatures(algebra, prepared, head.kind, head.gamma, everything, 1e-6);
    const smoother = await nystromSmoother(algebra, features, head.lambda);
    let whole = 0;
    const counted = {
      ...smoother,
      fitted: (...asked: Parameters<typeof smoother.fitted>) => {
        whole++;
        return smoother.fitted(...asked);
      },
    };
    const scorer = new SmootherScorer(algebra, counted, groups, 1);
    const now = labels.slice();
    now[16] = -1;
    await scorer.scores(now, classes);
    for (const [row, by] of [
      [3, 1],
      [33, 2],
      [3, 1],
    ] as const) {
      now[row] = (now[row]! + by) % classes;
      const scores = await scorer.scores(now, classes);
      const anew = await new SmootherScorer(algebra, smoother, groups).scores(now, classes);
      expectLike(scores, (at) => [...anew.subarray(at * classes, (at + 1) * classes)], 1e-5);
    }
    expect(whole).toBe(1);
    for (let row = 0; row < now.length; row++) if (now[row]! >= 0) now[row] = (now[row]! + 1) % classes;
    await scorer.scores(now, classes);
    expect(whole).toBe(2);
  });

  it.each(['exact', 'landmarks'] as const)(
    'expands (%s) into what it fits for rows it was not trained on',
    async (way) => {
      const prepared = await prepare();
      const smoother =
        way === 'exact'
          ? await exactSmoother(algebra, prepared, head.kind, head.gamma, head.lambda)
          : await nystromSmoother(
              algebra,
              await landmarkFeatures(algebra, prepared, head.kind, head.gamma, everything),
              head.lambda,
            );
      const targets = oneHot(trained, labels, classes);
      const fitted = await smoother.fitted(targets, classes);
      const { coefficients, intercept } = await smoother.expansion(targets, classes);
      const kernel = await kernelRows(algebra, prepared, head.kind, head.gamma, everything);
      for (const row of [1, 20, 41]) {
        for (let c = 0; c < classes; c++) {
          let score = intercept[c]!;
          for (let j = 0; j < trained.length; j++)
            score += kernel[row * trained.length + j]! * coefficients[j * classes + c]!;
          expect(score).toBeCloseTo(fitted[row * classes + c]!, 3);
        }
      }
    },
  );
});

describe('GroupHeldOut', () => {
  it('says nothing where one group is all there is', async () => {
    const prepared = await prepareBlock(algebra, block, trained, { seed: 1 });
    const smoother = await exactSmoother(algebra, prepared, 'ridge', 0, 1);
    const one = new Int32Array(n);
    const heldOut = await GroupHeldOut.of(algebra, smoother, one, new Int32Array(0));
    expect([...(await heldOut.scores(oneHot(trained, labels, classes), classes))]).toEqual(
      new Array<number>(n * classes).fill(0),
    );
  });

  it('copes with a group too large for plain loops', async () => {
    const many = blobs(150, 12, 2, 3, 2);
    const rows = Int32Array.from({ length: 150 }, (_, i) => i);
    const prepared = await prepareBlock(algebra, many.block, rows, { seed: 1 });
    const big = rows.map((row) => (row < 90 ? 0 : row));
    const smoother = await exactSmoother(algebra, prepared, 'ridge', 0, 0.3);
    const scores = await new SmootherScorer(algebra, smoother, big).scores(many.labels, 2);
    const kernel = kernelOf(prepared, 'ridge', 0);
    const used = [...rows].filter((row) => row >= 90);
    for (const row of [0, 45, 89])
      bruteForce(kernel, 0.3, used, many.labels, 2, row).forEach((value, c) =>
        expect(scores[row * 2 + c]!).toBeCloseTo(value, 3),
      );
  });
});
