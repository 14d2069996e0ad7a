/** A block of features, and the rows that the heads see of it (JUDGE § 1). */

import { roundToFloat16 } from './float16.js';

/** a: the embedding; mid: mean and standard deviation of two earlier tensors; b: the whole photo, squished. */
export type BlockId = 'a' | 'mid' | 'b';

/** Some rows of a block. */
export interface RawRows {
  /** Lengths of the parts that are standardised and normalised each for itself; they add up to the row's length. */
  readonly parts: readonly number[];
  /** float32[n, sum(parts)]. */
  readonly rows: Float32Array;
}

/** What one picture, or a few, have of a block. */
export interface PictureBlock extends RawRows {
  readonly id: BlockId;
}

/** The rows of all pictures. They are asked for a few thousand at a time, so that they need not lie in memory. */
export interface FeatureRows {
  readonly count: number;
  /** float32[indices.length, width]: those rows, in that order, as the caller's own. */
  read(indices: ArrayLike<number>): Float32Array;
  /** float32[count, width], to be read only. */
  all(): Float32Array;
  /** All rows, some after the other, to be read only, and before the next are asked for. */
  inParts(): Iterable<RowsPart>;
  /** Room for other rows where these are, in memory or not. */
  room(count: number, width: number): RowStore;
}

export interface RowsPart {
  /** Of the first row. */
  readonly from: number;
  /** float32[any, width]. */
  readonly rows: Float32Array;
}

export interface RowStore extends FeatureRows {
  /** @param rows float32[any, width], from the row `at` on.  Rows that are never written are zero. */
  write(at: number, rows: Float32Array): void;
}

/** A block of all pictures. */
export interface FeatureBlock {
  readonly id: BlockId;
  readonly parts: RawRows['parts'];
  readonly rows: FeatureRows;
}

/** How many rows are read at a time. */
export const rowsAtOnce = 4096;

export interface Moments {
  readonly mean: Float32Array;
  /** Standard deviation + 1e-6. */
  readonly scale: Float32Array;
}

export const widthOf = (block: Pick<FeatureBlock, 'parts'>): number => block.parts.reduce((sum, part) => sum + part, 0);

/** Mean and scale of each column over the rows named by `trained`. */
export const momentsOf = (block: FeatureBlock, trained: Int32Array): Moments => {
  const width = widthOf(block);
  const sum = new Float64Array(width);
  const squares = new Float64Array(width);
  for (let from = 0; from < trained.length; from += rowsAtOnce) {
    const rows = block.rows.read(trained.subarray(from, from + rowsAtOnce));
    for (let at = 0; at < rows.length; at += width) for (let j = 0; j < width; j++) sum[j] = sum[j]! + rows[at + j]!;
  }
  const mean = sum.map((value) => value / trained.length);
  for (let from = 0; from < trained.length; from += rowsAtOnce) {
    const rows = block.rows.read(trained.subarray(from, from + rowsAtOnce));
    for (let at = 0; at < rows.length; at += width) {
      for (let j = 0; j < width; j++) {
        const difference = rows[at + j]! - mean[j]!;
        squares[j] = squares[j]! + difference * difference;
      }
    }
  }
  return {
    mean: Float32Array.from(mean),
    scale: Float32Array.from(squares, (value) => Math.sqrt(value / trained.length) + 1e-6),
  };
};

/** Divides each part of each row by its norm and by √parts, so that a row's norm is 1. */
const normaliseParts = (rows: Float32Array, parts: readonly number[]): Float32Array => {
  const share = 1 / Math.sqrt(parts.length);
  for (let at = 0; at < rows.length;) {
    for (const length of parts) {
      let squares = 0;
      for (let j = at; j < at + length; j++) squares += rows[j]! * rows[j]!;
      const factor = share / (Math.sqrt(squares) + 1e-12);
      for (let j = at; j < at + length; j++) rows[j] = rows[j]! * factor;
      at += length;
    }
  }
  return rows;
};

/** Z: rows standardised and normalised by parts, rounded to half precision. */
export const standardRows = (block: RawRows, moments: Moments): Float32Array => {
  const { mean, scale } = moments;
  const width = mean.length;
  const out = new Float32Array(block.rows.length);
  for (let start = 0; start < out.length; start += width)
    for (let j = 0; j < width; j++) out[start + j] = (block.rows[start + j]! - mean[j]!) / scale[j]!;
  return roundToFloat16(normaliseParts(out, block.parts));
};

/** What a standardised row of a block of one part is divided by. */
export const normOf = (row: Float32Array, { mean, scale }: Moments): number => {
  let squares = 0;
  for (let j = 0; j < row.length; j++) squares += ((row[j]! - mean[j]!) / scale[j]!) ** 2;
  return Math.sqrt(squares) + 1e-12;
};

/** Raw rows normalised by parts: what cosines and distances between photos are taken on. */
export const rawUnitRows = (block: RawRows): Float32Array => normaliseParts(block.rows.slice(), block.parts);

/** Rows that lie in memory. */
export const rowsInMemory = (rows: Float32Array, width: number): RowStore => ({
  count: width === 0 ? 0 : rows.length / width,
  read: (indices) => gatherRows(rows, width, indices),
  all: () => rows,
  inParts: () => [{ from: 0, rows }],
  room: (count, own) => rowsInMemory(new Float32Array(count * own), own),
  write: (at, some) => {
    rows.set(some, at * width);
  },
});

/** from … to − 1. */
export const consecutive = (from: number, to: number): Int32Array =>
  Int32Array.from({ length: to - from }, (_, i) => from + i);

/** The rows named by `indices`, in that order. */
export const gatherRows = (rows: Float32Array, width: number, indices: ArrayLike<number>): Float32Array => {
  const out = new Float32Array(indices.length * width);
  for (let i = 0; i < indices.length; i++) {
    const start = indices[i]! * width;
    out.set(rows.subarray(start, start + width), i * width);
  }
  return out;
};
