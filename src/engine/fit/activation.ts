/**
 * Class activation of the ridge head on the embedding (Zhou et al. 2016), exactly: the embedding is the mean of the last
 * tensor over its places, so what the head scores is a mean over places too, once the photo's own norm is known.
 */

import { normOf } from '../../core/training/featureBlock.js';
import type { CoveredRows } from '../embed/coveredRows.js';
import { familiarHead, type PredictorParts } from './predictorFile.js';

export interface Activation {
  readonly rows: number;
  readonly columns: number;
  /** What each place adds to the label's score; their mean is the score less the intercept. */
  readonly shares: Float32Array;
  /** The same over the largest of them: −1 to 1. */
  readonly values: Float32Array;
}

/** Of the largest feature: beyond rounding, the embedding is no plain mean of the places. */
const tolerance = 1e-3;

/** @param whole the picture's row, nothing covered. */
export const activationOf = (
  parts: PredictorParts,
  places: { readonly values: Float32Array; readonly dims: readonly number[] } | null,
  whole: CoveredRows,
  label: string,
): Activation | { readonly why: string } => {
  const head = familiarHead(parts);
  const block = parts.blocks.find(({ id }) => id === 'a');
  const at = parts.active.indexOf(parts.vocab.indexOf(label));
  if (!head || !block || at < 0)
    return { why: 'The model has no linear head for this class, so nothing is exact here.' };
  const embedding = whole.rows.subarray(0, whole.layout[0]);
  const found = places && arranged(places, embedding);
  if (!found) {
    return {
      why: 'In this network the last block is not simply averaged, so no place has an exact share of the answer.',
    };
  }
  const { mean, scale } = block.moments;
  const width = embedding.length;
  const classes = parts.active.length;
  // w = Σ coefficient · landmark: a ridge head is one weight a feature.
  const weights = new Float64Array(width);
  for (let j = 0; j < head.coefficients.length / classes; j++) {
    const coefficient = head.coefficients[j * classes + at]!;
    for (let f = 0; f < width; f++) weights[f] = weights[f]! + coefficient * block.landmarks[j * width + f]!;
  }
  const norm = normOf(embedding, block.moments);
  const shares = new Float32Array(found.rows * found.columns);
  for (let p = 0; p < shares.length; p++) {
    let sum = 0;
    for (let f = 0; f < width; f++) sum += ((found.at(p, f) - mean[f]!) / scale[f]!) * weights[f]!;
    shares[p] = sum / norm;
  }
  const largest = shares.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return {
    rows: found.rows,
    columns: found.columns,
    shares,
    values: shares.map((value) => (largest < 1e-9 ? 0 : value / largest)),
  };
};

interface Arranged {
  readonly rows: number;
  readonly columns: number;
  readonly at: (place: number, feature: number) => number;
}

/** Channels first or last, whichever has the embedding as its mean; null when neither has. */
const arranged = (
  { values, dims }: { readonly values: Float32Array; readonly dims: readonly number[] },
  embedding: Float32Array,
): Arranged | null => {
  const width = embedding.length;
  const [, first = 0, second = 0, third = 0] = dims;
  const ways: Arranged[] = [];
  if (first === width) ways.push({ rows: second, columns: third, at: (p, f) => values[f * second * third + p]! });
  if (third === width) ways.push({ rows: first, columns: second, at: (p, f) => values[p * width + f]! });
  const largest = embedding.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return (
    ways.find(({ rows, columns, at }) => {
      const places = rows * columns;
      for (let f = 0; f < width; f++) {
        let sum = 0;
        for (let p = 0; p < places; p++) sum += at(p, f);
        if (!(Math.abs(sum / places - embedding[f]!) <= tolerance * largest)) return false;
      }
      return places > 1;
    }) ?? null
  );
};
