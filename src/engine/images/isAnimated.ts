/** Whether a file holds more than one picture, read from its structure alone: no frame but the first is ever decoded. */

import type { ImageFacts } from '../../core/dataset/item.js';

/** @param bytes of a file that decodes. */
export const isAnimated = (bytes: Uint8Array, format: ImageFacts['format']): boolean => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (format) {
    case 'jpeg':
      return false;
    case 'png':
      return pngFrames(view) > 1;
    case 'gif':
      return hasSecondGifFrame(view);
    case 'webp':
      return hasSecondWebpFrame(view);
    case 'avif':
      // The major brand of an image sequence.
      return view.byteLength >= 12 && view.getUint32(8) === 0x61766973;
  }
};

/** Of the animation control chunk, which stands before the first pixels. */
const pngFrames = (view: DataView): number => {
  for (let at = 8; at + 12 <= view.byteLength; at += view.getUint32(at) + 12) {
    const kind = view.getUint32(at + 4);
    if (kind === 0x6163544c) return view.getUint32(at + 8);
    if (kind === 0x49444154) return 1;
  }
  return 1;
};

const hasSecondGifFrame = (view: DataView): boolean => {
  const paletteBytes = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  const skipBlocks = (from: number): number => {
    let at = from;
    while (at < view.byteLength && view.getUint8(at) !== 0) at += view.getUint8(at) + 1;
    return at + 1;
  };
  if (view.byteLength < 13) return false;
  let frames = 0;
  for (let at = 13 + paletteBytes(view.getUint8(10)); at + 10 <= view.byteLength;) {
    const block = view.getUint8(at);
    if (block === 0x21) at = skipBlocks(at + 2);
    else if (block === 0x2c) {
      if (++frames > 1) return true;
      at = skipBlocks(at + 11 + paletteBytes(view.getUint8(at + 9)));
    } else return false;
  }
  return false;
};

const hasSecondWebpFrame = (view: DataView): boolean => {
  let frames = 0;
  for (let at = 12; at + 8 <= view.byteLength;) {
    const length = view.getUint32(at + 4, true);
    if (view.getUint32(at) === 0x414e4d46 && ++frames > 1) return true;
    at += 8 + length + (length & 1);
  }
  return false;
};
