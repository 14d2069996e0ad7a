/** Uniform manifold approximation and projection to the plane (McInnes, Healy and Melville 2018), seeded. */

import { seededRandom } from '../../base/random.js';
import type { NearestRows } from './nearestRows.js';

/** 1 / (1 + a·d^2b) for min_dist .1 and spread 1, as the paper's own implementation fits them. */
const a = 1.577;
const b = 0.8951;
const negatives = 5;
const mostStep = 4;

/**
 * float32[n, 2].
 * @param start float32[n, 2] to begin with: the first two principal components.
 * @param near of each point among all, itself left out.
 * @param onEpoch after each epoch; what it throws ends the work.
 */
export const umap = async (
  start: Float32Array,
  near: NearestRows,
  {
    seed,
    epochs,
    onEpoch,
  }: { readonly seed: number; readonly epochs: number; readonly onEpoch?: (done: number) => Promise<void> },
): Promise<Float32Array> => {
  const n = start.length / 2;
  const random = seededRandom(seed);
  const places = scaled(start, () => random.normal());
  const { heads, tails, every } = edgesOf(near, n, epochs);
  const next = every.slice();
  const everyNegative = every.map((value) => value / negatives);
  const nextNegative = everyNegative.slice();
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const rate = 1 - (epoch - 1) / epochs;
    for (let e = 0; e < heads.length; e++) {
      if (next[e]! > epoch) continue;
      next[e] = next[e]! + every[e]!;
      const i = heads[e]! * 2;
      const j = tails[e]! * 2;
      pull(places, i, j, rate);
      const count = Math.floor((epoch - nextNegative[e]!) / everyNegative[e]!);
      for (let c = 0; c < count; c++) push(places, i, random.below(n) * 2, rate);
      nextNegative[e] = nextNegative[e]! + Math.max(0, count) * everyNegative[e]!;
    }
    await onEpoch?.(epoch);
  }
  return places;
};

const clipped = (value: number): number => Math.max(-mostStep, Math.min(mostStep, value));

const pull = (places: Float32Array, i: number, j: number, rate: number): void => {
  const [dx, dy] = [places[i]! - places[j]!, places[i + 1]! - places[j + 1]!];
  const squared = dx * dx + dy * dy;
  if (squared === 0) return;
  const power = squared ** b;
  const force = (-2 * a * b * power) / (squared * (a * power + 1));
  const [x, y] = [clipped(force * dx) * rate, clipped(force * dy) * rate];
  places[i] = places[i]! + x;
  places[i + 1] = places[i + 1]! + y;
  places[j] = places[j]! - x;
  places[j + 1] = places[j + 1]! - y;
};

const push = (places: Float32Array, i: number, j: number, rate: number): void => {
  if (i === j) return;
  const [dx, dy] = [places[i]! - places[j]!, places[i + 1]! - places[j + 1]!];
  const squared = dx * dx + dy * dy;
  const force = (2 * b) / ((0.001 + squared) * (a * squared ** b + 1));
  places[i] = places[i]! + clipped(force * dx) * rate;
  places[i + 1] = places[i + 1]! + clipped(force * dy) * rate;
};

/** Centred, 20 wide, with a little noise so that equal points part. */
const scaled = (start: Float32Array, noise: () => number): Float32Array => {
  let most = 0;
  for (const value of start) most = Math.max(most, Math.abs(value));
  return start.map((value) => (most > 0 ? (10 * value) / most : 0) + noise() * 1e-2);
};

interface Edges {
  readonly heads: Int32Array;
  readonly tails: Int32Array;
  /** Epochs from one pull to the next. */
  readonly every: Float64Array;
}

/** The fuzzy union of what each point says of its neighbours; edges too weak to be drawn once are left out. */
const edgesOf = (near: NearestRows, n: number, epochs: number): Edges => {
  const weights = new Map<number, number>();
  const key = (i: number, j: number): number => Math.min(i, j) * n + Math.max(i, j);
  for (let i = 0; i < n; i++) {
    membershipsOf(near, i).forEach((weight, place) => {
      const at = key(i, near.rows[i * near.k + place]!);
      const other = weights.get(at) ?? 0;
      weights.set(at, other + weight - other * weight);
    });
  }
  let most = 0;
  for (const weight of weights.values()) most = Math.max(most, weight);
  const kept = [...weights].filter(([, weight]) => weight * epochs >= most);
  return {
    heads: Int32Array.from(kept, ([at]) => Math.floor(at / n)),
    tails: Int32Array.from(kept, ([at]) => at % n),
    every: Float64Array.from(kept, ([, weight]) => most / weight),
  };
};

const searchSteps = 40;

/** exp(−(d − ρ)/σ), ρ the nearest distance, σ such that they add up to log₂ k. */
const membershipsOf = ({ k, distances }: NearestRows, i: number): number[] => {
  const own = Array.from(distances.subarray(i * k, (i + 1) * k));
  const nearest = own.find((distance) => distance > 0) ?? 0;
  const over = own.map((distance) => Math.max(0, distance - nearest));
  const wanted = Math.log2(k + 1);
  let [low, high, sigma] = [0, Infinity, 1];
  for (let step = 0; step < searchSteps; step++) {
    const sum = over.reduce((total, value) => total + Math.exp(-value / sigma), 0);
    if (Math.abs(sum - wanted) < 1e-5) break;
    if (sum > wanted) high = sigma;
    else low = sigma;
    sigma = high === Infinity ? sigma * 2 : (low + high) / 2;
  }
  const mean = own.reduce((total, value) => total + value, 0) / k;
  sigma = Math.max(sigma, 1e-3 * mean, 1e-12);
  return over.map((value) => Math.exp(-value / sigma));
};
