/** What a picture's header claims, read before anything is decoded: a few bytes can claim more pixels than fit in memory. */

import { typeByMagic } from '../dataset/magic.js';

export interface DeclaredSize {
  readonly width: number;
  readonly height: number;
}

/** @param head of the file; of a JPEG the size may stand far behind its embedded preview.  @returns null where it is not told. */
export const declaredSize = (head: Uint8Array): DeclaredSize | null => {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const has = (bytes: number): boolean => view.byteLength >= bytes;
  const type = typeByMagic(head);
  if (type === 'png') return has(24) ? { width: view.getUint32(16), height: view.getUint32(20) } : null;
  if (type === 'gif') return has(10) ? { width: view.getUint16(6, true), height: view.getUint16(8, true) } : null;
  if (type === 'bmp' && has(26)) {
    return { width: Math.abs(view.getInt32(18, true)), height: Math.abs(view.getInt32(22, true)) };
  }
  if (type === 'webp') return has(30) ? ofWebp(view) : null;
  return type === 'jpeg' ? ofJpeg(view) : null;
};

/** 'VP8 ', 'VP8L', 'VP8X'. */
const ofWebp = (view: DataView): DeclaredSize | null => {
  const uint24 = (at: number): number => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  switch (view.getUint8(15)) {
    case 0x58:
      return { width: uint24(24) + 1, height: uint24(27) + 1 };
    case 0x4c: {
      const bits = view.getUint32(21, true);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    default:
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  }
};

const ofJpeg = (view: DataView): DeclaredSize | null => {
  for (let at = 2; at + 9 <= view.byteLength;) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    // Fill bytes, and markers without a body.
    if (marker === 0xff || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += marker === 0xff ? 1 : 2;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    if (marker === 0xda || marker === 0xd9) return null;
    at += 2 + view.getUint16(at + 2);
  }
  return null;
};
