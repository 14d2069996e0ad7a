/** Made-up features with known classes, and a fit by brute force to hold the closed forms against. */

import { seededRandom } from '../../../src/base/random.js';
import { consecutive, rowsInMemory, standardRows, type FeatureBlock } from '../../../src/core/training/featureBlock.js';
import type { PreparedBlock } from '../../../src/core/training/preparedBlock.js';

export interface Blobs {
  readonly block: FeatureBlock;
  /** float32[n, width]: the block's rows. */
  readonly rows: Float32Array;
  readonly labels: Int32Array;
}

/** `n` rows around one centre a class, `spread` wide; classes in turn. */
export const blobs = (n: number, width: number, classes: number, seed: number, spread = 1): Blobs => {
  const random = seededRandom(seed);
  const centres = Float64Array.from({ length: classes * width }, () => random.normal());
  const labels = Int32Array.from({ length: n }, (_, i) => i % classes);
  const rows = Float32Array.from(
    { length: n * width },
    (_, at) => centres[labels[Math.floor(at / width)]! * width + (at % width)]! + spread * random.normal(),
  );
  return { block: { id: 'a', parts: [width], rows: rowsInMemory(rows, width) }, rows, labels };
};

/** x of Ax = b for each column of b, by elimination with pivoting. */
export const solve = (a: number[][], b: number[][]): number[][] => {
  const n = a.length;
  const rows = a.map((row, i) => [...row, ...b[i]!]);
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k; i < n; i++) if (Math.abs(rows[i]![k]!) > Math.abs(rows[pivot]![k]!)) pivot = i;
    [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const factor = rows[i]![k]! / rows[k]![k]!;
      for (let j = k; j < rows[i]!.length; j++) rows[i]![j] = rows[i]![j]! - factor * rows[k]![j]!;
    }
  }
  return rows.map((row, i) => row.slice(n).map((value) => value / row[i]!));
};

/** The kernel of two standard rows, in double precision. */
export const kernelOf = (prepared: PreparedBlock, kind: 'ridge' | 'kernel', gamma: number) => {
  const width = prepared.moments.mean.length;
  const { rows, parts } = prepared.block;
  const z = standardRows({ rows: rows.read(consecutive(0, rows.count)), parts }, prepared.moments);
  return (i: number, j: number): number => {
    let product = 0;
    let distance = 0;
    for (let d = 0; d < width; d++) {
      const x = z[i * width + d]!;
      const y = z[j * width + d]!;
      product += x * y;
      distance += (x - y) ** 2;
    }
    return kind === 'ridge' ? product : Math.exp((-gamma * distance) / prepared.medianSquaredDistance);
  };
};

/**
 * Scores of `asked` by a kernel ridge with a free intercept fitted on `used` alone:
 * (K + λI)α + b1 = Y, 1ᵀα = 0.
 */
export const bruteForce = (
  kernel: (i: number, j: number) => number,
  lambda: number,
  used: readonly number[],
  labels: Int32Array,
  classes: number,
  asked: number,
): number[] => {
  const system = used.map((i) => [...used.map((j) => kernel(i, j) + (i === j ? lambda : 0)), 1]);
  system.push([...used.map(() => 1), 0]);
  const right: number[][] = used.map((i) => Array.from({ length: classes }, (_, c) => (labels[i] === c ? 1 : 0)));
  right.push(new Array<number>(classes).fill(0));
  const solution = solve(system, right);
  return Array.from({ length: classes }, (_, c) =>
    used.reduce((sum, j, at) => sum + kernel(asked, j) * solution[at]![c]!, solution[used.length]![c]!),
  );
};
