import sharp, { type Sharp } from 'sharp';
import { expect, it } from 'vitest';
import { declaredSize } from '../../src/core/image/declaredSize.js';

const picture = (): Sharp => sharp({ create: { width: 301, height: 77, channels: 3, background: '#345' } });

it('reads the size of what common encoders write', async () => {
  const made = await Promise.all([
    picture().png().toBuffer(),
    picture().gif().toBuffer(),
    picture().jpeg().toBuffer(),
    picture()
      .jpeg({ progressive: true })
      .withExif({ IFD0: { Copyright: 'x'.repeat(3000) } })
      .toBuffer(),
    picture().webp().toBuffer(),
    picture().webp({ lossless: true }).toBuffer(),
    picture()
      .webp()
      .withExif({ IFD0: { Copyright: 'x' } })
      .toBuffer(),
  ]);
  expect(made.map((bytes) => declaredSize(bytes))).toEqual(made.map(() => ({ width: 301, height: 77 })));
});

it('says nothing where nothing is told, however the bytes are cut', async () => {
  const jpeg = await picture().jpeg().toBuffer();
  for (let cut = 0; cut < jpeg.length; cut += 7) {
    const told = declaredSize(jpeg.subarray(0, cut));
    expect(told === null || (told.width === 301 && told.height === 77)).toBe(true);
  }
  for (const text of ['', 'GIF8', '\x89PNG\r\n\x1a\n', 'not a picture', 'BM', 'RIFF\0\0\0\0WEBPVP8X']) {
    expect(declaredSize(Buffer.from(text, 'latin1'))).toBeNull();
  }
});
