import type { LinearAlgebra } from '../training/linearAlgebra.js';

export interface NearestRows {
  readonly k: number;
  /** int32[n, k]: rows of `among`, nearest first. */
  readonly rows: Int32Array;
  /** float32[n, k], Euclidean. */
  readonly distances: Float32Array;
}

const rowsAtOnce = 256;

/**
 * The k nearest of `among` to each of `of`, exactly, by blocks of products.
 * @param of float32[n, width].  @param among float32[m, width].  @param areSame `of` is `among`: a row is no neighbour of its own.
 */
export const nearestRows = async (
  algebra: LinearAlgebra,
  of: Float32Array,
  among: Float32Array,
  width: number,
  {
    k,
    areSame,
    onRows,
  }: { readonly k: number; readonly areSame: boolean; readonly onRows?: (done: number) => Promise<void> },
): Promise<NearestRows> => {
  const n = of.length / width;
  const m = among.length / width;
  const norms = squaredNorms(among, width);
  const own = areSame ? norms : squaredNorms(of, width);
  const rows = new Int32Array(n * k);
  const distances = new Float32Array(n * k);
  for (let from = 0; from < n; from += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, n - from);
    const part = of.subarray(from * width, (from + count) * width);
    const products = await algebra.matmul(part, among, { m: count, k: width, n: m, transposeB: true });
    for (let i = 0; i < count; i++) {
      const row = from + i;
      takeNearest(
        products.subarray(i * m, (i + 1) * m),
        own[row]!,
        norms,
        areSame ? row : null,
        rows.subarray(row * k, (row + 1) * k),
        distances.subarray(row * k, (row + 1) * k),
      );
    }
    await onRows?.(from + count);
  }
  return { k, rows, distances };
};

/**
 * Fills `found` and `far` with the nearest, nearest first. Waits for nothing, so that its loop is compiled once and for all
 * (see `NeighbourLists.take`).
 * @param products of one row with all others.  @param squared its own squared norm.  @param left a row that does not count.
 */
const takeNearest = (
  products: Float32Array,
  squared: number,
  norms: Float64Array,
  left: number | null,
  found: Int32Array,
  far: Float32Array,
): void => {
  const last = far.length - 1;
  far.fill(Infinity);
  for (let other = 0; other < products.length; other++) {
    const distance = squared + norms[other]! - 2 * products[other]!;
    if (!(distance < far[last]!) || other === left) continue;
    let place = last;
    while (place > 0 && far[place - 1]! > distance) {
      far[place] = far[place - 1]!;
      found[place] = found[place - 1]!;
      place--;
    }
    far[place] = distance;
    found[place] = other;
  }
  for (let place = 0; place <= last; place++) far[place] = Math.sqrt(Math.max(0, far[place]!));
};

const squaredNorms = (rows: Float32Array, width: number): Float64Array =>
  Float64Array.from({ length: rows.length / width }, (_, i) => {
    let sum = 0;
    for (let at = i * width; at < (i + 1) * width; at++) sum += rows[at]! ** 2;
    return sum;
  });
