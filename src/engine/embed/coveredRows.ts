/** A picture's embedding with places covered one after another, in small pieces so that a cancel is heard. */

import { WinnowError } from '../../base/errors.js';
import { coversOf, type Cover } from '../../core/predict/occlusion.js';
import type { BackboneRef, NetworkView } from '../../protocol/engine.js';
import type { InputLayout } from '../onnx/pixelRecipe.js';
import type { ImageSource } from './imageTask.js';
import { imageThreads } from './imageThreads.js';

export interface PreparedPicture {
  readonly view: NetworkView;
  /** What the network gets: float32 [3, side, side] or [side, side, 3]. */
  readonly image: Float32Array;
  readonly inputLayout: InputLayout;
  readonly side: number;
  /** Of the photo. */
  readonly width: number;
  readonly height: number;
  /** The last tensor with places; null where the embedding is no plain mean of it. */
  readonly places: { readonly values: Float32Array; readonly dims: readonly number[] } | null;
}

export interface CoveredRows {
  readonly layout: readonly number[];
  /** float32[covers, sum(layout)]. */
  readonly rows: Float32Array;
}

/** Throws `bad-image`, `bad-model`, `not-found`, `cancelled`. */
export const preparePicture = async (
  source: ImageSource,
  backbone: BackboneRef,
  signal?: AbortSignal,
): Promise<PreparedPicture> => {
  const view: NetworkView = { backbone, view: 'crop', device: 'auto' };
  const answer = await imageThreads().run({ kind: 'prepare', id: null, source, view }, signal);
  if (answer.kind === 'bad') throw new WinnowError('bad-image', answer.bad.message);
  if (answer.kind !== 'prepared') throw new WinnowError('internal', `preparing answered ${answer.kind}`);
  const { image, inputLayout, side, width, height, places } = answer;
  return { view, image, inputLayout, side, width, height, places };
};

export const nothingCovered: Cover = { x: 0, y: 0, width: 0, height: 0 };
/** A tenth of a second or so: what is under way when somebody cancels is finished. */
const atOnce = 4;

/** @param cells a side of the grid; 0 = the picture as it is. */
export const coveredRows = async (
  picture: PreparedPicture,
  cells: number,
  signal?: AbortSignal,
): Promise<CoveredRows> => {
  const { view, image, inputLayout, side } = picture;
  const covers = cells === 0 ? [nothingCovered] : coversOf({ x: 0, y: 0, side }, cells);
  const pieces = Array.from({ length: Math.ceil(covers.length / atOnce) }, (_, i) =>
    covers.slice(i * atOnce, (i + 1) * atOnce),
  );
  const found = new Array<CoveredRows>(pieces.length);
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < pieces.length) {
      WinnowError.throwIfAborted(signal, 'look');
      const at = next++;
      const task = { kind: 'covers', id: null, view, image, inputLayout, covers: pieces[at]! } as const;
      const answer = await imageThreads().run(task, signal);
      if (answer.kind !== 'covered') throw new WinnowError('internal', `covering answered ${answer.kind}`);
      found[at] = answer;
    }
  };
  await Promise.all(Array.from({ length: imageThreads().count }, lane));
  const { layout } = found[0]!;
  const rows = new Float32Array(found.reduce((length, piece) => length + piece.rows.length, 0));
  let at = 0;
  for (const piece of found) {
    rows.set(piece.rows, at);
    at += piece.rows.length;
  }
  return { layout, rows };
};
