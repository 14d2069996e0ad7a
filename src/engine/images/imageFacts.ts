/** What decoding has told about a picture, to be remembered by its id. */

import type { ImageFacts } from '../../core/dataset/item.js';
import { greyRaster, hashRaster, turns } from '../../core/image/perceptualHash.js';
import { pictureLook } from '../../core/image/pictureLook.js';
import type { Pixels } from './decodeImage.js';

export const imageFacts = ({ rgb, width, height, format }: Pixels): ImageFacts => {
  const { phash, isLowInformation, turned } = hashRaster(greyRaster(rgb, width, height));
  return {
    width,
    height,
    format,
    phash,
    isLowInformation,
    turns: turns.map((turn) => turned[turn]),
    look: pictureLook(rgb, width, height),
  };
};
