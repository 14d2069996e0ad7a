/** Embeddings → a plane in which alike photos lie near each other: principal components, then UMAP. */

import { seededRandom } from '../../base/random.js';
import type { LinearAlgebra } from '../training/linearAlgebra.js';
import { nearestRows } from './nearestRows.js';
import { gatherRows } from '../training/featureBlock.js';
import { principalComponents } from '../training/principalComponents.js';
import { umap } from './umap.js';

const components = 50;
const neighbours = 15;
/** Of more rows so many are laid out; each of the others is put among those that it is nearest to. */
export const mostLaidOut = 20_000;
const anchors = 3;

export interface ProjectOptions {
  readonly seed: number;
  /** For tests; `mostLaidOut` otherwise. */
  readonly limit?: number;
  /** Share of the work that is done, 0–1; what it throws ends the work. */
  readonly onShare?: (share: number) => Promise<void>;
}

/** float32[n, 2] in 0–1, one scale for both. @param rows float32[n, d], finite. */
export const projectRows = async (
  algebra: LinearAlgebra,
  rows: Float32Array,
  d: number,
  { seed, limit = mostLaidOut, onShare = () => Promise.resolve() }: ProjectOptions,
): Promise<Float32Array> => {
  const n = d === 0 ? 0 : rows.length / d;
  if (n === 0) return new Float32Array(0);
  if (n === 1) return Float32Array.of(0.5, 0.5);
  const width = Math.min(components, d);
  const reduced = await principalComponents(algebra, rows, d, width, seed);
  await onShare(0.1);
  const all = [...Array.from({ length: n }).keys()];
  const some =
    n <= limit
      ? all
      : seededRandom(seed)
          .shuffled(all)
          .slice(0, limit)
          .sort((a, b) => a - b);
  const laid = n <= limit ? reduced : gatherRows(reduced, width, some);
  const m = some.length;
  const k = Math.min(neighbours, m - 1);
  const near = await nearestRows(algebra, laid, laid, width, {
    k,
    areSame: true,
    onRows: (done) => onShare(0.1 + (0.3 * done) / m),
  });
  const start = Float32Array.from({ length: m * 2 }, (_, at) =>
    width > at % 2 ? laid[(at >> 1) * width + (at % 2)]! : 0,
  );
  const epochs = m <= 10_000 ? 300 : 200;
  const placed = await umap(start, near, { seed, epochs, onEpoch: (done) => onShare(0.4 + (0.5 * done) / epochs) });
  const whole = m === n ? placed : await spread(algebra, reduced, laid, width, some, placed, onShare);
  return fitted(whole);
};

/** Every row among its nearest laid-out ones, the nearer the closer; laid-out rows stay where they are. */
const spread = async (
  algebra: LinearAlgebra,
  reduced: Float32Array,
  laid: Float32Array,
  width: number,
  some: readonly number[],
  placed: Float32Array,
  onShare: (share: number) => Promise<void>,
): Promise<Float32Array> => {
  const n = reduced.length / width;
  const k = Math.min(anchors, some.length);
  const near = await nearestRows(algebra, reduced, laid, width, {
    k,
    areSame: false,
    onRows: (done) => onShare(0.9 + (0.1 * done) / n),
  });
  const out = new Float32Array(n * 2);
  for (let i = 0; i < n; i++) {
    let [x, y, total] = [0, 0, 0];
    for (let at = i * k; at < (i + 1) * k; at++) {
      const weight = 1 / (near.distances[at]! + 1e-6);
      x += weight * placed[near.rows[at]! * 2]!;
      y += weight * placed[near.rows[at]! * 2 + 1]!;
      total += weight;
    }
    out.set([x / total, y / total], i * 2);
  }
  some.forEach((row, at) => out.set(placed.subarray(at * 2, at * 2 + 2), row * 2));
  return out;
};

/** Into the unit square, the shorter side centred. */
const fitted = (places: Float32Array): Float32Array => {
  const low = [Infinity, Infinity];
  const high = [-Infinity, -Infinity];
  places.forEach((value, at) => {
    low[at % 2] = Math.min(low[at % 2]!, value);
    high[at % 2] = Math.max(high[at % 2]!, value);
  });
  const span = Math.max(high[0]! - low[0]!, high[1]! - low[1]!) || 1;
  return places.map((value, at) => 0.5 + (value - (low[at % 2]! + high[at % 2]!) / 2) / span);
};
