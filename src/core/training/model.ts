/** A model: heads and the pool that makes one opinion of them; and its rows on labels as of now. */

import { WinnowError } from '../../base/errors.js';
import type { Head } from './head.js';
import { logProbabilities } from './headCalibration.js';
import { pooled, type Pool } from './logPool.js';

export interface Model {
  /** Class names in the order of each head's `b`. */
  readonly vocab: readonly string[];
  /** Rows it was trained on, ascending. */
  readonly trained: Int32Array;
  readonly heads: readonly Head[];
  readonly pool: Pool;
}

export interface ModelRows {
  /** float64[n, vocab.length], rows sum to 1; 0 for a class that no trained item has. */
  readonly probabilities: Float64Array;
  /** Number of classes that took part. */
  readonly classes: number;
}

/** Classes that the trained rows hold, ascending: the only ones a model can answer with. */
export const activeClasses = (trained: Int32Array, labels: Int32Array, vocabSize: number): Int32Array => {
  const has = new Uint8Array(vocabSize);
  for (const row of trained) if (labels[row]! >= 0) has[labels[row]!] = 1;
  return Int32Array.from({ length: vocabSize }, (_, i) => i).filter((index) => has[index] === 1);
};

/** `labels` renumbered as positions in `active`; −1 for any other. */
export const compactLabels = (labels: Int32Array, active: Int32Array, vocabSize: number): Int32Array => {
  const position = new Int32Array(vocabSize).fill(-1);
  active.forEach((index, at) => (position[index] = at));
  return labels.map((label) => (label < 0 ? -1 : position[label]!));
};

/** Spreads log-probabilities of the active classes over the whole vocab. @param logs written over where all are active. */
export const spreadRows = (logs: Float64Array, active: Int32Array, vocabSize: number): Float64Array => {
  const width = active.length;
  const n = logs.length / width;
  const out = width === vocabSize ? logs : new Float64Array(n * vocabSize);
  for (let i = 0; i < n; i++)
    for (let at = 0; at < width; at++) out[i * vocabSize + active[at]!] = Math.exp(logs[i * width + at]!);
  return out;
};

/** @throws WinnowError 'too-few' naming the class. */
export const requireTwoClasses = (active: Int32Array, vocab: readonly string[]): void => {
  if (active.length >= 2) return;
  const only = active.length === 1 ? vocab[active[0]!] : undefined;
  throw new WinnowError(
    'too-few',
    only === undefined
      ? 'No image to train on has a label. Nothing was changed; put images into one folder a class, then train again.'
      : `Every image to train on is labelled “${only}”: a classifier needs two classes at least. Nothing was changed; add images of another class, then train again.`,
  );
};

/** What each head says of every item, on the labels of now. */
export interface ModelLogs {
  /** Log-probabilities float64[n, active.length], one a head. */
  readonly logs: readonly Float64Array[];
  /** Vocab index of each class that takes part. */
  readonly active: Int32Array;
  /** Position in `active` of each row's label, −1 = none. */
  readonly labels: Int32Array;
}

/**
 * Every head's held-out opinion; λ, width and calibration stay as trained; classes that came later have b = 0.
 * @param labels index into `vocab` of each row, −1 = none.
 * @throws WinnowError 'too-few' when fewer than two classes are left.
 */
export const modelLogs = async (model: Model, labels: Int32Array, vocab: readonly string[]): Promise<ModelLogs> => {
  const active = activeClasses(model.trained, labels, vocab.length);
  requireTwoClasses(active, vocab);
  const compact = compactLabels(labels, active, vocab.length);
  const known = new Map(model.vocab.map((name, index) => [name, index]));
  const logs: Float64Array[] = [];
  for (const { settings, scorer } of model.heads) {
    const b = Float64Array.from(active, (index) => settings.b[known.get(vocab[index]!) ?? -1] ?? 0);
    const scores = await scorer.scores(compact, active.length);
    logs.push(logProbabilities(scores, active.length, { t: settings.t, b }));
  }
  return { logs, active, labels: compact };
};

/** Every item's row by a fit that has not seen it nor its group; the pool stays as trained too. Throws as `modelLogs`. */
export const modelRows = async (model: Model, labels: Int32Array, vocab: readonly string[]): Promise<ModelRows> => {
  const { logs, active } = await modelLogs(model, labels, vocab);
  return {
    probabilities: spreadRows(pooled(logs, model.pool, active.length), active, vocab.length),
    classes: active.length,
  };
};
