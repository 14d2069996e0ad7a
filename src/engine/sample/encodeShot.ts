/** A planned shot → a JPEG file's bytes. */

import type { Shot } from '../../core/sample/plan.js';
import { takeShot } from '../../core/sample/takeShot.js';
import { loadSharp } from '../images/loadSharp.js';

export const encodeShot = async (shot: Shot): Promise<Uint8Array> => {
  const { width, height, pixels } = takeShot(shot);
  const sharp = await loadSharp();
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: shot.quality })
    .toBuffer();
};
