/** What a file is by its first bytes, whatever its name says. */

import type { BadReason, ImageFacts } from '../../core/dataset/item.js';

export type Sniffed =
  { readonly format: ImageFacts['format'] } | { readonly reason: BadReason; readonly message: string };

const ascii = (head: Uint8Array, from: number, to: number): string => String.fromCharCode(...head.subarray(from, to));
const startsWith = (head: Uint8Array, ...bytes: number[]): boolean => bytes.every((byte, at) => head[at] === byte);

/** Formats that are pictures but not ours, each with how it begins. */
const unsupported: readonly (readonly [name: string, isIt: (head: Uint8Array) => boolean])[] = [
  ['TIFF', (h) => startsWith(h, 0x49, 0x49, 0x2a, 0) || startsWith(h, 0x4d, 0x4d, 0, 0x2a)],
  ['TIFF', (h) => startsWith(h, 0x49, 0x49, 0x2b, 0) || startsWith(h, 0x4d, 0x4d, 0, 0x2b)],
  ['BMP', (h) => ascii(h, 0, 2) === 'BM' && h.length > 25],
  ['ICO', (h) => startsWith(h, 0, 0, 1, 0) || startsWith(h, 0, 0, 2, 0)],
  ['JPEG 2000', (h) => ascii(h, 4, 8) === 'jP  ' || startsWith(h, 0xff, 0x4f, 0xff, 0x51)],
  ['JPEG XL', (h) => ascii(h, 4, 8) === 'JXL ' || startsWith(h, 0xff, 0x0a)],
  ['JPEG XR', (h) => startsWith(h, 0x49, 0x49, 0xbc)],
  ['PSD', (h) => ascii(h, 0, 4) === '8BPS'],
  ['PDF', (h) => ascii(h, 0, 5) === '%PDF-'],
  ['EPS', (h) => ascii(h, 0, 4) === '%!PS' || startsWith(h, 0xc5, 0xd0, 0xd3, 0xc6)],
  ['OpenEXR', (h) => startsWith(h, 0x76, 0x2f, 0x31, 0x01)],
  ['Radiance HDR', (h) => ascii(h, 0, 2) === '#?'],
  ['DDS', (h) => ascii(h, 0, 4) === 'DDS '],
  ['FITS', (h) => ascii(h, 0, 9) === 'SIMPLE  ='],
  ['XCF', (h) => ascii(h, 0, 8) === 'gimp xcf'],
  ['PNM', (h) => /^P[1-7]\s/.test(ascii(h, 0, 3))],
];

const avifBrands = new Set(['avif', 'avis']);
const heicBrands = new Set(['heic', 'heix', 'hevc', 'hevx', 'heim', 'heis', 'mif1', 'msf1']);

/** Brands of an ISO media file, major one first; none for other files. */
const brandsOf = (head: Uint8Array): string[] => {
  if (ascii(head, 4, 8) !== 'ftyp') return [];
  const length = (head[2]! << 8) | head[3]!;
  const brands = [ascii(head, 8, 12)];
  for (let at = 16; at + 4 <= Math.min(length, head.length); at += 4) brands.push(ascii(head, at, at + 4));
  return brands;
};

/** @param bytes the whole file: some placeholders are only known by having nothing but zeros. */
export const sniff = (bytes: Uint8Array): Sniffed => {
  const head = bytes.subarray(0, 4096);
  if (head.length === 0) return { reason: 'empty', message: 'The file is empty (0 bytes).' };
  if (startsWith(head, 0xff, 0xd8, 0xff)) return { format: 'jpeg' };
  if (startsWith(head, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return { format: 'png' };
  if (/^GIF8[79]a/.test(ascii(head, 0, 6))) return { format: 'gif' };
  if (ascii(head, 0, 4) === 'RIFF' && ascii(head, 8, 12) === 'WEBP') return { format: 'webp' };
  const brands = brandsOf(head);
  if (brands.some((brand) => avifBrands.has(brand))) return { format: 'avif' };
  if (brands.some((brand) => heicBrands.has(brand))) return refused('HEIC');
  const known = unsupported.find(([, isIt]) => isIt(head));
  return known ? refused(known[0]) : sniffText(bytes, head);
};

const refused = (name: string): Sniffed => ({
  reason: 'unsupported-format',
  message: `This is a ${name} file; only JPEG, PNG, WebP, GIF and AVIF are read. Convert it to one of them.`,
});

const sniffText = (bytes: Uint8Array, head: Uint8Array): Sniffed => {
  const text = ascii(head, 0, head.length)
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart();
  if (text.startsWith('version https://git-lfs')) {
    return { reason: 'lfs-pointer', message: 'This is a Git LFS pointer, not the picture. Run "git lfs pull".' };
  }
  if (text.startsWith('bplist00') && /NSURL|icloud/i.test(text)) return placeholder();
  if (bytes.length >= 64 && bytes.every((byte) => byte === 0)) return placeholder();
  if (/<svg[\s>]/i.test(text)) return refused('SVG');
  if (/^<(!doctype html|html|head|body)/i.test(text)) {
    return { reason: 'not-an-image', message: 'This is a web page (HTML), not a picture: the download went wrong.' };
  }
  if (/^[[{]\s*["[{\]}]/.test(text)) {
    return { reason: 'not-an-image', message: 'This is JSON text, not a picture: the download went wrong.' };
  }
  if (startsWith(head, 0xff, 0xd8)) {
    return { reason: 'truncated', message: 'Only the first bytes of a JPEG file are there. Fetch it again.' };
  }
  return { reason: 'not-an-image', message: 'The file does not begin like any picture format.' };
};

const placeholder = (): Sniffed => ({
  reason: 'cloud-placeholder',
  message: 'The file holds no picture yet: it is a cloud placeholder. Make it available offline, then scan again.',
});
