/** What decoding has told about a picture, to be remembered by its id. */

import type { ImageFacts } from '../../core/dataset/item.js';
import { greyRaster, hashRaster, hashTurned, turns } from '../../core/image/perceptualHash.js';
import { pictureLook } from '../../core/image/pictureLook.js';
import type { Pixels } from './decodeImage.js';

export const imageFacts = ({ rgb, width, height, format }: Pixels): ImageFacts => {
  const raster = greyRaster(rgb, width, height);
  const turned = hashTurned(raster);
  return {
    width,
    height,
    format,
    ...hashRaster(raster),
    turns: turns.map((turn) => turned[turn]),
    look: pictureLook(rgb, width, height),
  };
};
