/** WebP thumbnails in the cache folder, the only pictures that a webview loads. */

import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ItemId } from '../../core/dataset/item.js';
import { checkHeader, maxPixels } from './checkHeader.js';
import { readImageFile } from './decodeImage.js';
import { loadSharp } from './loadSharp.js';
import { sniff } from './sniff.js';

export const thumbnailPath = (cacheDir: string, size: 256 | 1024, id: ItemId): string =>
  path.join(cacheDir, 'thumbnails', String(size), id.slice(0, 2), `${id}.webp`);

let serial = 0;

/** The path of the picture's thumbnail (longer side ≤ size, EXIF turned), made when it is not there; null when the file does not decode. */
export const makeThumbnail = async (
  source: { readonly id: ItemId; readonly file: string },
  size: 256 | 1024,
  cacheDir: string,
): Promise<string | null> => {
  const target = thumbnailPath(cacheDir, size, source.id);
  if (existsSync(target)) return target;
  const read = await readImageFile(source.file);
  if (!read.ok) return null;
  const sniffed = sniff(read.bytes);
  if ('reason' in sniffed || checkHeader(read.bytes, sniffed.format)) return null;
  const sharp = await loadSharp();
  let webp: Buffer;
  try {
    webp = await sharp(read.bytes, { failOn: 'error', limitInputPixels: maxPixels, autoOrient: true })
      .timeout({ seconds: 20 })
      .resize(size, size, { fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .webp({ quality: 80, effort: 2 })
      .toBuffer();
  } catch {
    return null;
  }
  await mkdir(path.dirname(target), { recursive: true });
  // Renamed into place, so that nobody ever shows half a thumbnail.
  const temporary = `${target}.${process.pid}-${serial++}.tmp`;
  await writeFile(temporary, webp);
  await rename(temporary, target);
  return target;
};
