import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/random.js';
import { fitTemperature, logitAccuracy, logitLoss } from '../../../src/core/metrics/logitScores.js';

describe('scores of logits', () => {
  it('cross-entropy and accuracy by hand', () => {
    const logits = Float32Array.from([Math.log(3), 0, 0, Math.log(3)]);
    expect(logitLoss(logits, [0, 0], 2)).toBeCloseTo((Math.log(4 / 3) + Math.log(4)) / 2, 6);
    expect(logitAccuracy(logits, [0, 0], 2)).toBe(0.5);
  });

  it('finds the temperature by which logits were sharpened', () => {
    const random = seededRandom(4);
    const rows = 4_000;
    const logits = new Float32Array(rows * 3);
    const labels = Array.from({ length: rows }, (_, row) => {
      const own = [random.normal(), random.normal(), random.normal()];
      const powers = own.map(Math.exp);
      const sum = powers[0]! + powers[1]! + powers[2]!;
      own.forEach((value, k) => (logits[row * 3 + k] = 2.5 * value));
      const drawn = random.next() * sum;
      return drawn < powers[0]! ? 0 : drawn < powers[0]! + powers[1]! ? 1 : 2;
    });
    expect(fitTemperature(logits, labels, 3)).toBeCloseTo(2.5, 0);
    expect(fitTemperature(logits, [], 3)).toBe(1);
  });
});
