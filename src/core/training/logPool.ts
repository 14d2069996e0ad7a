/** Several heads' opinions as one: p ∝ Π p_m^{w_m}, with a rate ε of labels that are simply wrong (JUDGE § 1, "Log pool"). */

import { minimise } from './minimise.js';

export interface Pool {
  /** One a head, log weights. */
  readonly v: Float64Array;
  /** Rate of labels that were drawn at random from the other classes. */
  readonly epsilon: number;
}

export const epsilonGrid = [0, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.15, 0.2] as const;
const shrinkage = 1e-3;

/** log p̃ of the label, from log p: p̃ = (1 − ε)p + ε(1 − p)/(K − 1). */
export const logNoisy = (logP: number, epsilon: number, classes: number): number =>
  epsilon === 0 ? logP : Math.log(noisy(Math.exp(logP), epsilon, classes));

export const noisy = (p: number, epsilon: number, classes: number): number =>
  (1 - epsilon) * p + (epsilon * (1 - p)) / Math.max(1, classes - 1);

/** Writes log p of position `i` into `out`, from `to` on. */
const poolRow = (
  heads: readonly Float64Array[],
  weights: Float64Array,
  classes: number,
  i: number,
  out: Float64Array,
  to: number,
): void => {
  const end = to + classes;
  out.fill(0, to, end);
  for (let m = 0; m < heads.length; m++) {
    const head = heads[m]!;
    const weight = weights[m]!;
    for (let c = to, at = i * classes; c < end; c++, at++) out[c] = out[c]! + weight * head[at]!;
  }
  let top = -Infinity;
  for (let c = to; c < end; c++) if (out[c]! > top) top = out[c]!;
  let sum = 0;
  for (let c = to; c < end; c++) sum += Math.exp(out[c]! - top);
  const shift = top + Math.log(sum);
  for (let c = to; c < end; c++) out[c] = out[c]! - shift;
};

/** float64[n, classes]: log of the pooled probabilities. */
export const pooled = (heads: readonly Float64Array[], pool: Pool, classes: number): Float64Array => {
  const out = new Float64Array(heads[0]!.length);
  const weights = pool.v.map(Math.exp);
  for (let i = 0; i * classes < out.length; i++) poolRow(heads, weights, classes, i, out, i * classes);
  return out;
};

/** −mean log p̃(label) + 10⁻³·‖v − log(1/M)‖² and its gradient in v. Exported for its test. */
export const poolObjective =
  (heads: readonly Float64Array[], classes: number, rows: Int32Array, labels: Int32Array, epsilon: number) =>
  (v: Float64Array, gradient: Float64Array): number => {
    const weights = v.map(Math.exp);
    const row = new Float64Array(classes);
    gradient.fill(0);
    let loss = 0;
    for (const i of rows) {
      poolRow(heads, weights, classes, i, row, 0);
      const label = labels[i]!;
      const logP = row[label]!;
      const logNoisyP = logNoisy(logP, epsilon, classes);
      loss -= logNoisyP;
      const slope = epsilon === 0 ? 1 : Math.exp(logP - logNoisyP) * (1 - epsilon - epsilon / Math.max(1, classes - 1));
      for (let c = 0; c < classes; c++) row[c] = Math.exp(row[c]!);
      for (let m = 0; m < heads.length; m++) {
        const head = heads[m]!;
        let mean = 0;
        for (let c = 0; c < classes; c++) mean += row[c]! * head[i * classes + c]!;
        gradient[m] = gradient[m]! - slope * (head[i * classes + label]! - mean);
      }
    }
    const centre = -Math.log(heads.length);
    let squares = 0;
    for (let m = 0; m < heads.length; m++) {
      squares += (v[m]! - centre) ** 2;
      gradient[m] = (gradient[m]! * weights[m]!) / rows.length + 2 * shrinkage * (v[m]! - centre);
    }
    return loss / rows.length + shrinkage * squares;
  };

/** The best v for each ε of the grid, each starting from its neighbour's; the best of those. */
export const fitPool = (
  heads: readonly Float64Array[],
  classes: number,
  rows: Int32Array,
  labels: Int32Array,
  start: Pool | null = null,
): Pool => {
  let v = start?.v ?? new Float64Array(heads.length).fill(-Math.log(heads.length));
  let best: (Pool & { readonly value: number }) | null = null;
  for (const epsilon of epsilonGrid) {
    const found = minimise(poolObjective(heads, classes, rows, labels, epsilon), v, {
      maxIterations: 60,
      gradientTolerance: 1e-4,
    });
    v = found.x;
    if (!best || found.value < best.value) best = { v: found.x, epsilon, value: found.value };
    // Along ε the fit gets better up to a point and worse behind it.
    else if (found.value > best.value + 1e-3) break;
  }
  return { v: best!.v, epsilon: best!.epsilon };
};
