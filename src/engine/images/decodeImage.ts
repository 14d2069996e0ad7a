/**
 * File → RGB by one recipe (HOUSE § 6): full decode, first frame, EXIF turned, sRGB, alpha on white.
 * Only this folder knows sharp. A file that is no good is an answer, never an exception.
 */

import { readFile, stat } from 'node:fs/promises';
import { WinnowError } from '../../base/errors.js';
import type { BadReason, ImageFacts } from '../../core/dataset/item.js';
import { checkHeader, maxPixels, tooLarge } from './checkHeader.js';
import { endsEarly, withoutStrayHeaderBytes } from './damage.js';
import { isAnimated } from './isAnimated.js';
import { loadSharp, type Sharp } from './loadSharp.js';
import { sniff } from './sniff.js';

export interface Pixels {
  /** uint8[height, width, 3]. */
  readonly rgb: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly format: ImageFacts['format'];
  /** The file holds more pictures than this first one. */
  readonly isAnimated: boolean;
}
export interface Bad {
  readonly reason: BadReason;
  readonly message: string;
}
export type Decoded = { readonly ok: true; readonly pixels: Pixels } | { readonly ok: false; readonly bad: Bad };

/** A person's own originals may be larger than what is pasted (25 MB); beyond this it is no photo. */
const maxFileBytes = 100 * 1024 * 1024;
const decodeTimeoutSeconds = 20;

const failed = (reason: BadReason, message: string): { readonly ok: false; readonly bad: Bad } => ({
  ok: false,
  bad: { reason, message },
});

/** The file's bytes, or why they cannot be had. */
export const readImageFile = async (
  file: string,
): Promise<{ readonly ok: true; readonly bytes: Buffer } | { readonly ok: false; readonly bad: Bad }> => {
  try {
    const { size } = await stat(file);
    if (size > maxFileBytes) {
      return failed('too-large', `The file has ${Math.round(size / 1048576)} MB; at most 100 MB are read.`);
    }
    return { ok: true, bytes: await readFile(file) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    return failed('unreadable', `The file cannot be read (${code}). Check that it exists and its permissions.`);
  }
};

export const decodeImage = async (bytes: Uint8Array): Promise<Decoded> => {
  const sniffed = sniff(bytes);
  if ('reason' in sniffed) return { ok: false, bad: sniffed };
  const complaint = checkHeader(bytes, sniffed.format);
  if (complaint) return { ok: false, bad: complaint };
  const sharp = await loadSharp();
  const known = { format: sniffed.format, isAnimated: isAnimated(bytes, sniffed.format) };
  // Stray bytes between a JPEG's header segments touch no pixel, but are a warning like any damage.
  const clean = sniffed.format === 'jpeg' ? withoutStrayHeaderBytes(bytes) : bytes;
  try {
    return { ok: true, pixels: { ...(await pixelsOf(sharp, clean)), ...known } };
  } catch (error) {
    return { ok: false, bad: explain(error, bytes, sniffed.format) };
  }
};

const pixelsOf = async (sharp: Sharp, bytes: Uint8Array): Promise<Omit<Pixels, 'format' | 'isAnimated'>> => {
  // By bytes, never by path: a path would let a picture name its neighbours.
  const { data, info } = await sharp(bytes, { failOn: 'warning', limitInputPixels: maxPixels, autoOrient: true })
    .timeout({ seconds: decodeTimeoutSeconds })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  return { rgb: channels === 3 ? data : toThreeChannels(data, channels), width, height };
};

const toThreeChannels = (data: Uint8Array, channels: number): Uint8Array => {
  if (channels > 4) throw new WinnowError('bad-shape', `a picture of ${channels} channels`);
  const rgb = new Uint8Array((data.length / channels) * 3);
  for (let from = 0, to = 0; from < data.length; from += channels, to += 3) {
    rgb[to] = data[from]!;
    rgb[to + 1] = data[channels > 2 ? from + 1 : from]!;
    rgb[to + 2] = data[channels > 2 ? from + 2 : from]!;
  }
  return rgb;
};

/** sharp's message in a sentence for a person. */
const explain = (error: unknown, bytes: Uint8Array, format: ImageFacts['format']): Bad => {
  const said = error instanceof Error ? error.message.split('\n')[0]!.trim() : String(error);
  const name = format === 'webp' ? 'WebP' : format.toUpperCase();
  if (/pixel limit|exceeds|too large|maximum (image )?dimension|dimensions? (is |are )?too/i.test(said)) {
    return tooLarge();
  }
  if (
    endsEarly(bytes, format) ||
    /premature|truncat|unexpected end|end of (stream|file|input)|not enough data|read error|no image data/i.test(said)
  ) {
    return { reason: 'truncated', message: `The ${name} file ends too early: the download was cut. Fetch it again.` };
  }
  if (/timeout|timed out/i.test(said)) {
    return { reason: 'corrupt', message: `The ${name} file did not decode within ${decodeTimeoutSeconds} s.` };
  }
  return { reason: 'corrupt', message: `The ${name} file is damaged: part of the picture cannot be decoded.` };
};

/** Decodes a file or bytes. */
export const decodeSource = async (
  source: { readonly file: string } | { readonly bytes: Uint8Array },
): Promise<Decoded> => {
  if ('bytes' in source) return decodeImage(source.bytes);
  const read = await readImageFile(source.file);
  return read.ok ? decodeImage(read.bytes) : read;
};
