// Writes a small ImageFolder of seeded PNG pictures: three classes that any feature extractor tells apart.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import { seededRandom, type Random } from '../../src/base/random.js';

export const classNames = ['blobs', 'checks', 'stripes'] as const;
type ClassName = (typeof classNames)[number];
const side = 64;

const crcTable = Array.from({ length: 256 }, (_, byte) => {
  let c = byte;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});
const crc32 = (bytes: Buffer): number => {
  let c = 0xffffffff;
  for (const byte of bytes) c = (crcTable[(c ^ byte) & 0xff]! ^ (c >>> 8)) >>> 0;
  return (c ^ 0xffffffff) >>> 0;
};
const chunk = (type: string, body: Buffer): Buffer => {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body]);
  const framed = Buffer.alloc(named.length + 8);
  framed.writeUInt32BE(body.length, 0);
  named.copy(framed, 4);
  framed.writeUInt32BE(crc32(named), named.length + 4);
  return framed;
};

/** An 8-bit RGB PNG, `at` gives the colour of a pixel. */
export const png = (at: (x: number, y: number) => readonly [number, number, number]): Buffer => {
  const rows = Buffer.alloc(side * (1 + side * 3));
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) Buffer.from(at(x, y)).copy(rows, y * (1 + side * 3) + 1 + x * 3);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
};

const colours = { blobs: [200, 60, 50], checks: [40, 150, 80], stripes: [50, 80, 200] } as const;

/** A picture of a class; each call draws another one. */
export const picture = (name: ClassName, random: Random): Buffer => {
  const phase = random.below(16);
  const step = 6 + random.below(5);
  const centre = [16 + random.below(32), 16 + random.below(32)] as const;
  const shade = 0.7 + 0.3 * random.next();
  return png((x, y) => {
    const isOn =
      name === 'stripes'
        ? Math.floor((x + phase) / step) % 2 === 0
        : name === 'checks'
          ? (Math.floor((x + phase) / step) + Math.floor((y + phase) / step)) % 2 === 0
          : Math.hypot(x - centre[0], y - centre[1]) < 2 * step;
    const noise = random.below(24);
    const pick = (value: number): number => Math.min(255, Math.round((isOn ? value * shade : 225) + noise - 12));
    const [red, green, blue] = colours[name];
    return [pick(red), pick(green), pick(blue)];
  });
};

/** A fresh folder with `count` pictures a class; `blobs/wrong.png` shows stripes, `blobs/broken.png` is no image. */
export const writeDataset = (count: number, seed = 7): string => {
  const random = seededRandom(seed);
  const dir = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'winnow-host-')));
  for (const name of classNames) {
    fs.mkdirSync(path.join(dir, name));
    for (let i = 0; i < count; i++) {
      fs.writeFileSync(path.join(dir, name, `${name}-${String(i).padStart(2, '0')}.png`), picture(name, random));
    }
  }
  fs.writeFileSync(path.join(dir, 'blobs', 'wrong.png'), picture('stripes', random));
  fs.writeFileSync(path.join(dir, 'blobs', 'broken.png'), 'this is no image');
  return dir;
};
