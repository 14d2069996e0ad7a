/** What a network answers about photos when it also looks at them changed at random. */

import type { ItemId } from '../../core/dataset/item.js';
import { augmentationFor, augmentationSeeds, withAugmented } from '../../core/predict/testTimeAugmentation.js';
import type { Recipe } from '../../protocol/backbone.js';
import type { AnswerView } from '../../protocol/training.js';
import type { NetworkInput } from '../onnx/checkModel.js';
import { evaluate } from './evaluate.js';
import { Examples } from './examples.js';

export interface AskedNetwork {
  /** The ONNX file, with the output `probabilities`. */
  readonly bytes: Uint8Array;
  readonly input: NetworkInput;
  readonly view: AnswerView;
  readonly normalise: Recipe['normalise'];
}

/**
 * @param plain float32[photos, classes]: probabilities of the photos as they are, in the order of `photos`.
 * @returns a row of probabilities a photo; the plain ones, exactly, with `count` 0.
 */
export const augmentedAnswers = async (
  { bytes, input, view, normalise }: AskedNetwork,
  photos: readonly { readonly id: ItemId; readonly file: string }[],
  plain: Float32Array,
  count: number,
  signal: AbortSignal | undefined,
  onProgress?: () => void,
): Promise<Float64Array[]> => {
  const { side, kind } = view;
  const shape = { side, normalise, layout: input.layout, look: augmentationFor(kind) };
  const examples = new Examples(shape, onProgress, 0);
  const requests = photos.flatMap(({ id, file }) => augmentationSeeds(id, count).map((seed) => ({ id, file, seed })));
  const changed =
    requests.length === 0
      ? plain.slice(0, 0)
      : await evaluate(bytes, { input, side }, 'probabilities', examples, requests, signal);
  const classes = photos.length === 0 ? 0 : plain.length / photos.length;
  const rowOf = (values: Float32Array, at: number): Float32Array => values.subarray(at * classes, (at + 1) * classes);
  return photos.map((_, at) =>
    withAugmented(
      rowOf(plain, at),
      Array.from({ length: count }, (_, view) => rowOf(changed, at * count + view)),
    ),
  );
};
