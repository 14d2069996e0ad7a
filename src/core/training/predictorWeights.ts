/** The predictor on its own: all that answering about a new picture needs, without the dataset's features. */

import { gatherRows, standardRows, widthOf, type BlockId, type Moments } from './featureBlock.js';
import type { FittedModel } from './fitModel.js';
import { oneHot, SmootherScorer } from './head.js';
import { logProbabilities } from './headCalibration.js';
import { pooled, type Pool } from './logPool.js';
import type { PreparedBlock } from './preparedBlock.js';

export interface PredictorBlock {
  readonly id: BlockId;
  readonly parts: readonly number[];
  readonly moments: Moments;
  readonly medianSquaredDistance: number;
  /** float32[landmarks, width], exact in half precision. */
  readonly landmarks: Float32Array;
}

export interface PredictorHead {
  readonly block: BlockId;
  readonly kind: 'ridge' | 'kernel';
  readonly gamma: number;
  readonly t: number;
  /** One an active class, like the columns of `weights`. */
  readonly b: readonly number[];
  readonly intercept: readonly number[];
  /** ridge: float32[width, classes] on the standard row; kernel: float32[landmarks, classes] on its kernel with them. */
  readonly weights: Float32Array;
}

export interface PredictorWeights {
  readonly vocab: readonly string[];
  /** Vocab index of each class that the predictor can answer with. */
  readonly active: readonly number[];
  readonly blocks: readonly PredictorBlock[];
  readonly heads: readonly PredictorHead[];
  readonly pool: Pool;
}

/** @param blocks those the model was fitted on. */
export const predictorWeights = async (
  fit: FittedModel,
  blocks: readonly PreparedBlock[],
): Promise<PredictorWeights> => {
  const { targets, classes, model } = fit;
  const labels = oneHot(model.trained, targets.labels, classes);
  const heads: PredictorHead[] = [];
  for (const { head } of fit.fitted) {
    const { block, kind, gamma, t, b } = head.settings;
    const prepared = blocks.find((candidate) => candidate.block.id === block);
    if (kind === 'votes' || !prepared || !(head.scorer instanceof SmootherScorer)) continue;
    const { coefficients, intercept } = await head.scorer.smoother.expansion(labels, classes);
    const weights = kind === 'ridge' ? onColumns(prepared, coefficients, classes) : coefficients;
    heads.push({ block, kind, gamma, t, b, intercept: [...intercept], weights });
  }
  return {
    vocab: model.vocab,
    active: [...fit.active],
    blocks: blocks.map((prepared) => ({
      id: prepared.block.id,
      parts: prepared.block.parts,
      moments: prepared.moments,
      medianSquaredDistance: prepared.medianSquaredDistance,
      landmarks: gatherRows(prepared.z, widthOf(prepared.block), prepared.anchors),
    })),
    heads,
    pool: model.pool,
  };
};

/** ZᵀC: a linear kernel's expansion folded into one weight a column. */
const onColumns = (prepared: PreparedBlock, coefficients: Float32Array, classes: number): Float32Array => {
  const width = widthOf(prepared.block);
  const sums = new Float64Array(width * classes);
  prepared.anchors.forEach((row, i) => {
    for (let j = 0; j < width; j++) {
      const value = prepared.z[row * width + j]!;
      for (let c = 0; c < classes; c++)
        sums[j * classes + c] = sums[j * classes + c]! + value * coefficients[i * classes + c]!;
    }
  });
  return Float32Array.from(sums);
};

/**
 * float64[vocab.length], sums to 1.
 * @param features one raw row of each block.
 */
export const predictProbabilities = (
  predictor: PredictorWeights,
  features: ReadonlyMap<BlockId, Float32Array>,
): Float64Array => {
  const classes = predictor.active.length;
  const standard = new Map(
    predictor.blocks.map((block) => {
      const z = standardRows({ rows: features.get(block.id)!, parts: block.parts }, block.moments);
      return [block.id, { block, z }];
    }),
  );
  const logs = predictor.heads.map((head) => {
    const { block, z } = standard.get(head.block)!;
    const inputs = head.kind === 'ridge' ? z : kernelOf(block, z, head.gamma);
    const scores = Float64Array.from(head.intercept);
    for (let j = 0; j < inputs.length; j++)
      for (let c = 0; c < classes; c++) scores[c] = scores[c]! + inputs[j]! * head.weights[j * classes + c]!;
    return logProbabilities(Float32Array.from(scores), classes, { t: head.t, b: Float64Array.from(head.b) });
  });
  const log = pooled(logs, predictor.pool, classes);
  const out = new Float64Array(predictor.vocab.length);
  predictor.active.forEach((index, at) => (out[index] = Math.exp(log[at]!)));
  return out;
};

const kernelOf = (
  { landmarks, medianSquaredDistance }: PredictorBlock,
  z: Float32Array,
  gamma: number,
): Float64Array => {
  const width = z.length;
  const out = new Float64Array(landmarks.length / width);
  for (let i = 0; i < out.length; i++) {
    let squares = 0;
    for (let j = 0; j < width; j++) {
      const difference = z[j]! - landmarks[i * width + j]!;
      squares += difference * difference;
    }
    out[i] = Math.exp((-gamma * squares) / medianSquaredDistance);
  }
  return out;
};
