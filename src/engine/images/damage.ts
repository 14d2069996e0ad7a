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

/**
 * The JPEG without stray bytes between its header segments (cameras and editors write them), as decoders skip them:
 * all to the next 0xff that is followed by neither 0x00 nor another 0xff. The same array when there are none.
 */
export const withoutStrayHeaderBytes = (bytes: Uint8Array): Uint8Array => {
  const kept: Uint8Array[] = [bytes.subarray(0, 2)];
  let at = 2;
  let from = 2;
  let isStray = false;
  while (at + 4 <= bytes.length) {
    const marker = bytes[at + 1]!;
    if (bytes[at] !== 0xff || marker === 0x00 || marker === 0xff) {
      // Filling 0xff before a marker is allowed, and no warning.
      if (bytes[at] !== 0xff || marker === 0x00) isStray = true;
      at += bytes[at] === 0xff && marker === 0x00 ? 2 : 1;
      from = at;
      continue;
    }
    const end = marker === 0xda ? bytes.length : at + 2 + bytes[at + 2]! * 256 + bytes[at + 3]!;
    kept.push(bytes.subarray(from, end));
    if (marker === 0xda) return isStray ? Buffer.concat(kept) : bytes;
    at = end;
    from = end;
  }
  return bytes;
};
