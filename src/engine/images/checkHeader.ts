/** What PNG and GIF headers claim that the decoder would take as it comes, or explain badly. */

import type { BadReason, ImageFacts } from '../../core/dataset/item.js';

type Complaint = { readonly reason: BadReason; readonly message: string } | null;

/** Both for decoding and for headers that lie about what follows. */
export const maxPixels = 50e6;

export const tooLarge = (): NonNullable<Complaint> => ({
  reason: 'too-large',
  message: `The picture claims more than ${maxPixels / 1e6} million pixels.`,
});
const corrupt = (message: string): Complaint => ({ reason: 'corrupt', message });

export const checkHeader = (bytes: Uint8Array, format: ImageFacts['format']): Complaint => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return format === 'png' ? checkPng(view) : format === 'gif' ? checkGif(view) : null;
};

const pngChunk = { header: 0x49484452, data: 0x49444154, profile: 0x69434350 };

const checkPng = (view: DataView): Complaint => {
  for (let at = 8; at + 12 <= view.byteLength;) {
    const length = view.getUint32(at);
    const kind = view.getUint32(at + 4);
    const start = at + 8;
    if (kind === pngChunk.data) return null;
    if (kind === pngChunk.header && view.getUint32(start) * view.getUint32(start + 4) > maxPixels) return tooLarge();
    if (kind === pngChunk.profile) {
      let end = start;
      while (end < Math.min(start + 80, view.byteLength - 1) && view.getUint8(end) !== 0) end++;
      if (end + 1 < view.byteLength && view.getUint8(end + 1) !== 0) {
        return corrupt('The PNG file is damaged (its colour profile is packed in a way that no PNG may be).');
      }
    }
    at = start + length + 4;
  }
  return null;
};

const checkGif = (view: DataView): Complaint => {
  if (view.byteLength < 13) return null;
  const paletteBytes = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  if (view.getUint16(6, true) * view.getUint16(8, true) > maxPixels) return tooLarge();
  for (let at = 13 + paletteBytes(view.getUint8(10)); at + 10 <= view.byteLength;) {
    const block = view.getUint8(at);
    if (block === 0x2c) {
      const pixels = view.getUint16(at + 5, true) * view.getUint16(at + 7, true);
      if (pixels === 0) return corrupt('The GIF file is damaged (its first frame has no pixels).');
      return pixels > maxPixels ? tooLarge() : null;
    }
    if (block !== 0x21) return null;
    at += 2;
    while (at < view.byteLength && view.getUint8(at) !== 0) at += view.getUint8(at) + 1;
    at++;
  }
  return null;
};
