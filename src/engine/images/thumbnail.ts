/** JPEG thumbnails in the cache folder (docs/adr/0007), the only pictures that a webview loads. */

import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ItemId } from '../../core/dataset/item.js';
import { removeOwnFile, writeOwnFile } from '../../node/ownFiles.js';
import { checkHeader, maxPixels } from './checkHeader.js';
import { readImageFile } from './decodeImage.js';
import { loadSharp } from './loadSharp.js';
import { sniff } from './sniff.js';

export const thumbnailPath = (cacheDir: string, size: 256 | 1024, id: ItemId): string =>
  path.join(cacheDir, 'thumbnails', String(size), id.slice(0, 2), `${id}.jpg`);

/** As near to the picture as WebP of quality 80, at a fifth of its time; it has no transparency to keep. */
const quality = 85;

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
  let jpeg: Buffer;
  try {
    jpeg = await sharp(read.bytes, { failOn: 'error', limitInputPixels: maxPixels, autoOrient: true })
      .timeout({ seconds: 20 })
      .resize(size, size, { fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .jpeg({ quality })
      .toBuffer();
  } catch {
    return null;
  }
  await writeOwnFile(target, jpeg, false);
  return target;
};

/** @param rgb uint8[side, side, 3]. */
export const writePreview = async (rgb: Uint8Array, side: number, target: string): Promise<void> => {
  const sharp = await loadSharp();
  const raw = { width: side, height: side, channels: 3 } as const;
  await writeOwnFile(target, await sharp(rgb, { raw }).jpeg({ quality }).toBuffer(), false);
};

const keptPreviews = 200;

/** Each move of a slider makes new ones: the oldest go. */
export const sweepPreviews = async (folder: string): Promise<void> => {
  const names = await readdir(folder).catch(() => []);
  if (names.length <= keptPreviews) return;
  const dated = await Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name);
      return { file, at: (await stat(file).catch(() => null))?.mtimeMs ?? 0 };
    }),
  );
  dated.sort((a, b) => b.at - a.at);
  for (const { file } of dated.slice(keptPreviews)) await removeOwnFile(file);
};
