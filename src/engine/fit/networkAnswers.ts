/** A fine-tuned network beside the predictor: both are asked, and the mean of their logarithms is the answer. */

import { readFile } from 'node:fs/promises';
import { WinnowError } from '../../base/errors.js';
import type { ItemId } from '../../core/dataset/item.js';
import { blended } from '../../core/predict/blended.js';
import type { TrainedNetwork } from '../../protocol/engine.js';
import type { PredictJob } from '../../protocol/engine.js';
import { augmentedAnswers } from '../training/augmentedAnswers.js';
import { evaluate } from '../training/evaluate.js';
import { Examples } from '../training/examples.js';
import { checkModel } from '../onnx/checkModel.js';
import { readOnnx } from '../onnx/onnxModel.js';

/** The answer about a photo, from the predictor's row in its vocabulary; that row itself where the network may not speak. */
export type NetworkAnswers = (id: ItemId, vocab: readonly string[], row: Float64Array) => Float64Array;

/**
 * @param rowOf photos of the dataset: of those the network speaks only about its validation photos, the others it has seen;
 * for these speak the networks of its folds, where there are any.
 * Throws `no-run` when the file is gone.
 */
export const networkAnswers = async (
  network: TrainedNetwork,
  files: PredictJob['files'],
  rowOf: ReadonlyMap<ItemId, number>,
  signal: AbortSignal | undefined,
): Promise<NetworkAnswers> => {
  const heldOut = new Set(network.heldOut);
  const rows = new Map<ItemId, ArrayLike<number>>(
    network.outOfFold.map(({ id, probabilities }) => [id, probabilities]),
  );
  const asked = files.filter(({ id }) => !rows.has(id) && (!rowOf.has(id) || heldOut.has(id)));
  const bytes = await readFile(network.file).catch((cause: unknown) => {
    throw new WinnowError(
      'no-run',
      'The network of this fine-tuning is gone. Your decisions are safe; fine-tune again.',
      { cause },
    );
  });
  const input = checkModel(readOnnx(bytes, network.file), network.file);
  const { view, recipe } = network;
  const shape = { side: view.side, normalise: recipe.normalise, layout: input.layout, look: view.kind };
  const examples = new Examples(shape, undefined, 0);
  const answering = { bytes, input, view, normalise: recipe.normalise };
  const width = network.vocab.length;
  for (const { id, file } of asked) {
    try {
      const request = [{ id, file, seed: 0 }];
      const plain = await evaluate(bytes, { input, side: view.side }, 'probabilities', examples, request, signal);
      const [row] = await augmentedAnswers(answering, request, plain, network.augmentations, signal);
      rows.set(id, row!);
    } catch (error) {
      // A file that does not decode gets its sentence from the predictor's side.
      if (!WinnowError.is(error, 'bad-image')) throw error;
    }
  }
  const place = new Map(network.vocab.map((label, at) => [label, at]));
  return (id, vocab, row) => {
    const own = rows.get(id);
    if (own?.length !== width || vocab.length !== width || !vocab.every((label) => place.has(label))) return row;
    return blended(
      row,
      Float64Array.from(vocab, (label) => own[place.get(label)!]!),
    );
  };
};
