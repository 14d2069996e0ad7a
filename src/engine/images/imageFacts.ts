/** What decoding has told about a picture, to be remembered by its id. */

import type { ImageFacts } from '../../core/dataset/item.js';
import { greyRaster, hashRaster } from '../../core/image/perceptualHash.js';
import type { Pixels } from './decodeImage.js';

export const imageFacts = ({ rgb, width, height, format }: Pixels): ImageFacts => ({
  width,
  height,
  format,
  ...hashRaster(greyRaster(rgb, width, height)),
});
