import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/random.js';
import { collectSentences } from '../../../src/core/health/collectReport.js';
import {
  curveClasses,
  drawsAPoint,
  fitsOf,
  learningCurves,
  type CurveTask,
} from '../../../src/core/health/learningCurve.js';
import { plainLinearAlgebra as algebra } from '../../../src/core/training/plainLinearAlgebra.js';
import { pickTypical } from '../../../src/core/training/typicality.js';

const labels = Int32Array.from({ length: 240 }, (_, i) => i % 3);
const groups = Int32Array.from(labels, (_, i) => Math.floor(i / 6) * 3 + (i % 3));

/** Class 0 is known the better the more of it there is; the others always alike. */
const task = (gain: number): CurveTask & { fits: () => number } => {
  const luck = seededRandom(9);
  const chance = Array.from(labels, () => luck.next());
  let fits = 0;
  return {
    vocab: ['shoe', 'boot', 'sandal'],
    labels,
    groups,
    classes: [0, 1, 2],
    seed: 1,
    predict: (now) => {
      fits++;
      const left = now.filter((label) => label === 0).length / 80;
      return Promise.resolve(
        labels.map((label, i) =>
          chance[i]! < (label === 0 ? 0.85 + gain * Math.log2(left) : 0.85) ? label : (label + 1) % 3,
        ),
      );
    },
    fits: () => fits,
  };
};

describe('what more photos would bring', () => {
  it('advises the class that grows, by its interval, and no other', async () => {
    const steep = task(0.15);
    const curves = await learningCurves(steep);
    expect(curves.map(({ label, isAdvised }) => [label, isAdvised])).toEqual([
      ['shoe', true],
      ['boot', false],
      ['sandal', false],
    ]);
    // A third of what the class itself gains: the mean over three classes.
    expect(curves[0]!.slope).toBeCloseTo(0.05, 1);
    expect(curves[0]!.interval.low).toBeLessThan(curves[0]!.slope);
    expect(curves[0]!.points.map(({ photos }) => photos)).toEqual([40, 56, 68, 80]);
    expect(steep.fits()).toBe(fitsOf(3));
    expect(drawsAPoint).toBeGreaterThanOrEqual(20);
    expect(collectSentences({ curves })).toEqual([expect.stringMatching(/^Twice as many photos of shoe \(now 80\)/)]);
  });

  it('is silent where nothing grows, and where there is too little', async () => {
    const curves = await learningCurves(task(0));
    expect(collectSentences({ curves })).toEqual(['More photos of any class help about equally.']);
    expect(curveClasses(labels.slice(0, 30), groups.slice(0, 30), 3)).toEqual([]);
    expect(curveClasses(labels, groups, 4)).toEqual([0, 1, 2]);
    expect(collectSentences({ curves: [] })[0]).toMatch(/too few/);
  });

  it('stops when it is told to', async () => {
    let draws = 0;
    const stopped = learningCurves({
      ...task(0.1),
      onDraw: () => {
        if (++draws > 5) throw new Error('enough');
      },
    });
    await expect(stopped).rejects.toThrow('enough');
  });
});

describe('what to label next', () => {
  it('takes typical photos of what no label covers, one of each look-alike', async () => {
    const random = seededRandom(4);
    const width = 12;
    const centres = Array.from({ length: 4 }, () => Array.from({ length: width }, () => random.normal()));
    const n = 120;
    const units = new Float32Array(n * width);
    for (let i = 0; i < n; i++) {
      // The last photo of each kind is far from its likes.
      const row = centres[i % 4]!.map((value) => value + (i >= 116 ? 0.8 : 0.1) * random.normal());
      units.set(
        row.map((value) => value / Math.hypot(...row)),
        i * width,
      );
    }
    const isLabelled = Array.from({ length: n }, (_, i) => i % 4 < 2 && i < 40);
    const families = Int32Array.from({ length: n }, (_, i) => (i === 46 || i === 50 ? 46 : i));
    const pick = { units, width, isLabelled, groups: families, count: 6, seed: 2 };
    const picked = await pickTypical(algebra, pick);
    expect(picked).toHaveLength(6);
    expect(picked.every((row) => !isLabelled[row])).toBe(true);
    expect(new Set(picked.map((row) => families[row])).size).toBe(6);
    expect(
      picked
        .slice(0, 2)
        .map((row) => row % 4)
        .every((kind) => kind >= 2),
    ).toBe(true);
    expect(await pickTypical(algebra, pick)).toEqual(picked);
    expect(await pickTypical(algebra, { ...pick, isLabelled: isLabelled.map(() => true) })).toEqual([]);
  });
});
