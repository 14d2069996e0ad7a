/** One photo as training would see it, again and again: small pictures that the editor's pages may load. */

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { drawAugmentation } from '../../core/image/augment/drawAugmentation.js';
import { renderAugmented } from '../../core/image/augment/renderAugmented.js';
import type { AugmentedJob } from '../../protocol/training.js';
import type { ImageAnswer } from '../embed/imageTask.js';
import { imageThreads } from '../embed/imageThreads.js';
import { decodeSource } from '../images/decodeImage.js';
import { shrinkPixels } from '../images/shrinkPixels.js';
import { sweepPreviews, writePreview } from '../images/thumbnail.js';
import { spare } from './makeExamples.js';

/** Null where the photo does not decode. */
export const augmentedThumbnails = async (
  job: AugmentedJob,
  signal?: AbortSignal,
): Promise<readonly string[] | null> => {
  const answer = await imageThreads().run({ kind: 'augmented', ...job }, signal);
  return answer.kind === 'augmented' ? answer.paths : null;
};

/** In the image thread. */
export const drawAugmented = async ({ id, file, side, cacheDir, pictures }: AugmentedJob): Promise<ImageAnswer> => {
  const folder = path.join(cacheDir, 'thumbnails', 'preview');
  const paths = pictures.map((picture) => {
    const name = createHash('sha256')
      .update(JSON.stringify([id, side, picture]))
      .digest('hex');
    return path.join(folder, `${name}.jpg`);
  });
  if (paths.every((each) => existsSync(each))) return { kind: 'augmented', paths };
  const decoded = await decodeSource({ file });
  if (!decoded.ok) return { kind: 'bad', bad: decoded.bad };
  const small = await shrinkPixels(decoded.pixels, Math.round(spare * side));
  for (const [at, { settings, seed }] of pictures.entries()) {
    const drawn = drawAugmentation(settings, small.width, small.height, seed);
    await writePreview(interleaved(renderAugmented(small, drawn, side)), side, paths[at]!);
  }
  await sweepPreviews(folder);
  return { kind: 'augmented', paths };
};

/** float32[3, side, side] → uint8[side, side, 3]. */
const interleaved = (planes: Float32Array): Uint8Array => {
  const plane = planes.length / 3;
  return Uint8Array.from({ length: planes.length }, (_, at) =>
    Math.round(planes[(at % 3) * plane + Math.floor(at / 3)]!),
  );
};
