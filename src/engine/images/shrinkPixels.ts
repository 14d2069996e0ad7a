/** Decoded pixels made smaller, averaged as they should be. */

import { loadSharp } from './loadSharp.js';
import type { Pixels } from './decodeImage.js';

type Rgb = Pick<Pixels, 'rgb' | 'width' | 'height'>;

/** The short side becomes `shortSide` pixels; smaller photos stay. */
export const shrinkPixels = async ({ rgb, width, height }: Rgb, shortSide: number): Promise<Rgb> => {
  const factor = shortSide / Math.min(width, height);
  if (factor >= 1) return { rgb, width, height };
  const sharp = await loadSharp();
  const [w, h] = [Math.max(1, Math.round(width * factor)), Math.max(1, Math.round(height * factor))];
  const small = await sharp(rgb, { raw: { width, height, channels: 3 } })
    .resize(w, h, { fit: 'fill', kernel: 'linear' })
    .raw()
    .toBuffer();
  return { rgb: small, width: w, height: h };
};
