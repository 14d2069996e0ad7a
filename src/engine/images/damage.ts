/**
 * What a file's own structure says about damage. libvips keeps one error text for the whole process, and a picture that
 * is done elsewhere clears it: the text alone would call the same file truncated on one day and corrupt on the next.
 */

import type { ImageFacts } from '../../core/dataset/item.js';

const lastIndexOfPair = (bytes: Uint8Array, first: number, second: number): number => {
  for (let at = bytes.length - 2; at >= 0; at--) if (bytes[at] === first && bytes[at + 1] === second) return at;
  return -1;
};

/** Whether the format's own end is missing. Always false for AVIF, whose boxes say nothing of the kind. */
export const endsEarly = (bytes: Uint8Array, format: ImageFacts['format']): boolean => {
  switch (format) {
    case 'jpeg':
      // A thumbnail in the header has an end of its own, so the end counts only behind the start of the scan.
      return lastIndexOfPair(bytes, 0xff, 0xd9) < lastIndexOfPair(bytes, 0xff, 0xda);
    case 'png':
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).lastIndexOf('IEND') < 0;
    case 'webp':
      return new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true) + 8 > bytes.length + 1;
    case 'gif':
      return lastIndexOfPair(bytes, 0x00, 0x3b) < 0;
    case 'avif':
      return false;
  }
};

/** Stray bytes between the header segments of a JPEG: cameras and editors write them, no pixel is touched. */
export const hasStrayHeaderBytes = (bytes: Uint8Array): boolean => {
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) return true;
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === 0xda) return false;
    at += 2 + bytes[at + 2]! * 256 + bytes[at + 3]!;
  }
  return false;
};
