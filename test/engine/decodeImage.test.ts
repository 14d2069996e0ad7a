import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { crc32 } from '../../src/base/crc32.js';
import { decodeImage, decodeSource, type Pixels } from '../../src/engine/images/decodeImage.js';
import { makeThumbnail } from '../../src/engine/images/thumbnail.js';
import { hasShared, idOf, newFolder, picture, shared, whyNoShared } from './fixtures.js';

const pixelsOf = async (bytes: Uint8Array): Promise<Pixels> => {
  const decoded = await decodeImage(bytes);
  if (!decoded.ok) throw new Error(decoded.bad.message);
  return decoded.pixels;
};
const reasonOf = async (bytes: Uint8Array): Promise<string> => {
  const decoded = await decodeImage(bytes);
  return decoded.ok ? 'ok' : decoded.bad.reason;
};
const meanDifference = (a: Uint8Array, b: Uint8Array): number =>
  a.reduce((sum, value, at) => sum + Math.abs(value - b[at]!), 0) / a.length;

describe('decodeImage', () => {
  it('turns every EXIF orientation into the same upright picture', async () => {
    const upright = await picture(1).png().toBuffer();
    const expected = await pixelsOf(upright);
    // What has to be done to the upright picture so that the orientation undoes it: quarter turns, then a mirror.
    const undo: Record<number, [degrees: number, isMirrored: boolean]> = {
      ...{ 1: [0, false], 2: [0, true], 3: [180, false], 4: [180, true] },
      ...{ 5: [90, true], 6: [270, false], 7: [270, true], 8: [90, false] },
    };
    for (let orientation = 1; orientation <= 8; orientation++) {
      const [degrees, isMirrored] = undo[orientation]!;
      // In two steps: in one, sharp chooses the order.
      const turned = await sharp(upright).rotate(degrees).png().toBuffer();
      const tagged = await sharp(turned)
        .flop(isMirrored)
        .withMetadata({ orientation })
        .jpeg({ quality: 100 })
        .toBuffer();
      const pixels = await pixelsOf(tagged);
      expect([pixels.width, pixels.height, pixels.format]).toEqual([96, 72, 'jpeg']);
      expect(meanDifference(pixels.rgb, expected.rgb), `orientation ${orientation}`).toBeLessThan(2);
    }
  });

  it('gives three bytes a pixel for grey, palette, alpha, 16-bit and CMYK pictures', async () => {
    const base = picture(2);
    const files = {
      grey: await base.clone().greyscale().png().toBuffer(),
      greyAlpha: await base.clone().greyscale().ensureAlpha(0.5).png().toBuffer(),
      palette: await base.clone().png({ palette: true }).toBuffer(),
      deep: await base.clone().toColourspace('rgb16').png().toBuffer(),
      cmyk: await base.clone().toColourspace('cmyk').jpeg().toBuffer(),
      webp: await base.clone().webp().toBuffer(),
      avif: await base.clone().avif().toBuffer(),
      gif: await base.clone().gif().toBuffer(),
    };
    for (const [name, bytes] of Object.entries(files)) {
      const pixels = await pixelsOf(bytes);
      expect(pixels.rgb.length, name).toBe(96 * 72 * 3);
    }
  });

  it('lays alpha on white', async () => {
    const clear = sharp({ create: { width: 4, height: 4, channels: 4, background: { r: 200, g: 0, b: 0, alpha: 0 } } });
    expect([...new Set((await pixelsOf(await clear.png().toBuffer())).rgb)]).toEqual([255]);
  });

  it('takes the first frame of an animation', async () => {
    const frames = await Promise.all([3, 4].map((seed) => picture(seed, 40, 30).raw().toBuffer()));
    const bytes = await sharp(Buffer.concat(frames), { raw: { width: 40, height: 60, channels: 3, pageHeight: 30 } })
      .gif()
      .toBuffer();
    const pixels = await pixelsOf(bytes);
    expect([pixels.width, pixels.height]).toEqual([40, 30]);
    expect(meanDifference(pixels.rgb, frames[0]!)).toBeLessThan(12);
  });

  it('tells an animation from a still picture', async () => {
    const frames = await Promise.all([3, 4].map((seed) => picture(seed, 40, 30).raw().toBuffer()));
    const moving = sharp(Buffer.concat(frames), { raw: { width: 40, height: 60, channels: 3, pageHeight: 30 } });
    const still = picture(3, 40, 30);
    for (const format of ['gif', 'webp'] as const) {
      expect((await pixelsOf(await moving.clone().toFormat(format).toBuffer())).isAnimated, format).toBe(true);
      expect((await pixelsOf(await still.clone().toFormat(format).toBuffer())).isAnimated, format).toBe(false);
    }
    const png = await still.png().toBuffer();
    const chunk = Buffer.alloc(20);
    chunk.writeUInt32BE(8, 0);
    chunk.write('acTL', 4, 'latin1');
    chunk.writeUInt32BE(2, 8);
    chunk.writeUInt32BE(crc32(chunk.subarray(4, 16)), 16);
    const apng = Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]);
    expect([(await pixelsOf(png)).isAnimated, (await pixelsOf(apng)).isAnimated]).toEqual([false, true]);
  });

  it('names what is no picture, and a picture format that is not read', async () => {
    const text = (s: string): Uint8Array => new TextEncoder().encode(s);
    expect(await reasonOf(new Uint8Array())).toBe('empty');
    expect(await reasonOf(text('version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n'))).toBe(
      'lfs-pointer',
    );
    expect(await reasonOf(text('<!DOCTYPE html><html></html>'))).toBe('not-an-image');
    expect(await reasonOf(text('<?xml version="1.0"?><svg xmlns="x"/>'))).toBe('unsupported-format');
    expect(await reasonOf(new Uint8Array(5000))).toBe('cloud-placeholder');
    expect(await reasonOf(await picture(5).tiff().toBuffer())).toBe('unsupported-format');
    const jpeg = await picture(6, 300, 300).jpeg().toBuffer();
    expect(await reasonOf(jpeg.subarray(0, jpeg.length / 2))).toBe('truncated');
    const missing = await decodeSource({ file: path.join(newFolder(), 'gone.jpg') });
    expect(missing.ok ? 'ok' : missing.bad.reason).toBe('unreadable');
  });

  it('answers, and never throws, for any cut or bit-flipped file', async () => {
    const good = await picture(7, 120, 90).jpeg().toBuffer();
    for (let at = 0; at < 60; at++) {
      const cut = good.subarray(0, Math.floor((good.length * at) / 60));
      expect((await decodeImage(cut)).ok, `cut at ${cut.length} of ${good.length}`).toBe(false);
      const flipped = Uint8Array.from(good);
      flipped[Math.floor((good.length * at) / 60)]! ^= 0x55;
      const once = await decodeImage(flipped);
      expect(typeof once.ok).toBe('boolean');
      expect((await decodeImage(flipped)).ok).toBe(once.ok);
    }
  });
});

describe('makeThumbnail', () => {
  it('writes an upright JPEG of at most the size, and null for what does not decode', async () => {
    const folder = newFolder();
    const bytes = await picture(8, 600, 300).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const file = path.join(folder, 'a.jpg');
    writeFileSync(file, bytes);
    const made = await makeThumbnail({ id: idOf(bytes), file }, 256, folder);
    const { format, width, height } = await sharp(made!).metadata();
    expect([format, width, height]).toEqual(['jpeg', 128, 256]);
    const glass = await sharp({ create: { width: 300, height: 300, channels: 4, background: '#0000' } })
      .png()
      .toBuffer();
    writeFileSync(file, glass);
    const onWhite = await makeThumbnail({ id: idOf(glass), file }, 256, folder);
    expect([...(await sharp(onWhite!).raw().toBuffer()).subarray(0, 3)]).toEqual([255, 255, 255]);
    const broken = path.join(folder, 'b.jpg');
    writeFileSync(broken, 'no picture');
    expect(await makeThumbnail({ id: idOf(Buffer.from('no picture')), file: broken }, 256, folder)).toBeNull();
  });
});

describe.skipIf(!hasShared)(`really broken and really odd pictures${whyNoShared}`, () => {
  it('accepts all that are good, refuses all that are not, and names the format of the unsupported', async () => {
    const text = readFileSync(path.join(shared, 'nasty/expected.csv'), 'utf8');
    const rows: { file: string; expected: 'good' | 'bad' | 'unsupported' | 'either' }[] = parse(text, {
      columns: true,
    });
    expect(rows.length).toBeGreaterThan(130);
    const wrong: string[] = [];
    for (const { file, expected } of rows) {
      const source = { file: path.join(shared, 'nasty', file) };
      const decoded = await decodeSource(source);
      const reason = decoded.ok ? 'ok' : decoded.bad.reason;
      if (expected === 'good' && reason !== 'ok') wrong.push(`${file}: ${reason}`);
      if (expected === 'bad' && ['ok', 'unsupported-format'].includes(reason)) wrong.push(`${file}: ${reason}`);
      if (expected === 'unsupported' && reason !== 'unsupported-format') wrong.push(`${file}: ${reason}`);
      if (expected === 'either') {
        const again = await decodeSource(source);
        if ((again.ok ? 'ok' : again.bad.reason) !== reason) wrong.push(`${file}: not the same twice`);
      }
      if (!decoded.ok && decoded.bad.message.length < 20) wrong.push(`${file}: says too little`);
    }
    expect(wrong).toEqual([]);
    const bomb = await decodeSource({ file: path.join(shared, 'nasty/made/bomb_40000x40000_1bit.png') });
    expect(bomb).toMatchObject({ ok: false, bad: { reason: 'too-large' } });
  });
});
