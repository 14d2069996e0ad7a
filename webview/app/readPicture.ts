/** A file → RGB, upright, sRGB, transparency on white: what the graph takes. Throws a sentence for what is no picture. */

import { typeByMagic } from '../../src/core/dataset/magic.js';
import { declaredSize } from '../../src/core/image/declaredSize.js';

export interface Picture {
  /** uint8[height, width, 3]. */
  readonly rgb: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** What the person should know about it; null = nothing. */
  readonly note: string | null;
}

const maxBytes = 100 * 1024 * 1024;
/** As in Winnow. */
const maxPixels = 50e6;
/** The graph holds three floats a pixel; a larger picture is drawn smaller first. */
const enoughPixels = 24e6;
const thumbnailSide = 320;
/** A JPEG's size stands behind its preview and its colour profile. */
const headBytes = 512 * 1024;

const tooMany = 'The picture has more than 50 million pixels. Make it smaller and try again.';

export interface ReadPicture {
  readonly picture: Picture;
  readonly thumbnail: Blob;
}

/** @param shortSide the picture is drawn no larger than this; left out = as large as the graph takes. */
export const readPicture = async (file: Blob, shortSide = Infinity): Promise<ReadPicture> => {
  if (file.size === 0) throw new Error('The file is empty.');
  if (file.size > maxBytes) throw new Error('The file is larger than 100 MB. Make the picture smaller and try again.');
  const bytes = new Uint8Array(await file.slice(0, headBytes).arrayBuffer());
  const type = typeByMagic(bytes);
  const declared = declaredSize(bytes);
  // Before the browser makes room for them.
  if (declared && declared.width * declared.height > maxPixels) throw new Error(tooMany);
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) throw new Error(whyNot(type));
  try {
    if (bitmap.width * bitmap.height > maxPixels) {
      throw new Error(tooMany);
    }
    const scale = Math.min(
      1,
      Math.sqrt(enoughPixels / (bitmap.width * bitmap.height)),
      shortSide / Math.min(bitmap.width, bitmap.height),
    );
    const { data, width, height } = drawn(bitmap, scale).getImageData();
    const rgb = new Uint8Array(width * height * 3);
    for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
      rgb[to] = data[from]!;
      rgb[to + 1] = data[from + 1]!;
      rgb[to + 2] = data[from + 2]!;
    }
    const notes = [
      ...(type === 'gif' ? ['Of a GIF only the first frame is looked at.'] : []),
      ...(scale < 1 ? ['The picture was made smaller first.'] : []),
    ];
    const small = Math.min(1, thumbnailSide / Math.max(bitmap.width, bitmap.height));
    const thumbnail = await drawn(bitmap, small).toBlob();
    return { picture: { rgb, width, height, note: notes.join(' ') || null }, thumbnail };
  } finally {
    bitmap.close();
  }
};

interface Drawn {
  getImageData(): ImageData;
  toBlob(): Promise<Blob>;
}

const drawn = (bitmap: ImageBitmap, scale: number): Drawn => {
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext('2d', { willReadFrequently: true, colorSpace: 'srgb' });
  if (!context) throw new Error('This browser gave no room to draw the picture. Close other tabs and try again.');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return {
    getImageData: () => context.getImageData(0, 0, canvas.width, canvas.height),
    toBlob: () =>
      new Promise((resolve, reject) =>
        canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('The picture could not be drawn.')))),
      ),
  };
};

const whyNot = (type: string | null): string => {
  if (type === 'heif') return 'This browser cannot read HEIC photos. Convert it to JPEG and try again.';
  if (type !== null && ['jpeg', 'png', 'gif', 'webp', 'avif', 'bmp', 'tiff'].includes(type)) {
    return `This ${type.toUpperCase()} file is damaged, too large, or of a kind that this browser cannot read.`;
  }
  return 'This is not a picture that the browser can read.';
};
