/** Hostile archives: nothing is unpacked by name, and each entry that is not taken is a sentence. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readWebDataset } from '../../../src/core/gather/imports/webDataset.js';
import { readTarIndex } from '../../../src/node/import/tarIndex.js';
import { tarEntry as entry } from './tarEntry.js';

const end = Buffer.alloc(1024);
const good = entry({ name: 'good.jpg', body: 'good' });
const pax = (key: string, value: string): Buffer => {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length + 1;
  while (String(length).length + Buffer.byteLength(rest) !== length) length++;
  return entry({ name: 'pax', kind: 'x', body: `${String(length)}${rest}` });
};
const damaged = Buffer.from(good);
damaged[3] = 0x41;
const outside = /outside/;
const onlyPlain = /only plain files/;

/** What is sentenced; `good.jpg` beside it is taken where the archive can be read on. */
const hostile: readonly (readonly [string, readonly Buffer[], RegExp, readonly string[]])[] = [
  ['..', [entry({ name: '../evil.jpg', body: 'x' }), good], outside, ['good.jpg']],
  ['.. in the middle', [entry({ name: 'a/../../evil.jpg', body: 'x' }), good], outside, ['good.jpg']],
  ['.. by back slashes', [entry({ name: 'a\\..\\..\\evil.jpg', body: 'x' }), good], outside, ['good.jpg']],
  ['.. in the prefix', [entry({ name: 'evil.jpg', prefix: '../..', body: 'x' }), good], outside, ['good.jpg']],
  [
    '.. in a long name',
    [entry({ name: 'l', kind: 'L', body: '../evil.jpg\0' }), entry({ name: 'x' }), good],
    outside,
    ['good.jpg'],
  ],
  ['.. in a pax header', [pax('path', '../evil.jpg'), entry({ name: 'x' }), good], outside, ['good.jpg']],
  ['an absolute path', [entry({ name: '/etc/evil.jpg', body: 'x' }), good], outside, ['good.jpg']],
  ['an absolute path of Windows', [entry({ name: 'C:\\evil.jpg', body: 'x' }), good], outside, ['good.jpg']],
  ['a drive', [entry({ name: 'c:evil.jpg', body: 'x' }), good], outside, ['good.jpg']],
  ['a share', [entry({ name: '\\\\host\\evil.jpg', body: 'x' }), good], outside, ['good.jpg']],
  ['an empty part', [entry({ name: 'a//evil.jpg', body: 'x' }), good], outside, ['good.jpg']],
  ['no name', [entry({ name: '', body: 'x' }), good], outside, ['good.jpg']],
  ['NUL in a pax name', [pax('path', 'a\0.jpg'), entry({ name: 'x' }), good], outside, ['good.jpg']],
  ['a hard link', [entry({ name: 'evil.jpg', kind: '1' }), good], onlyPlain, ['good.jpg']],
  ['a symbolic link', [entry({ name: 'evil.jpg', kind: '2' }), good], onlyPlain, ['good.jpg']],
  ['a character device', [entry({ name: 'evil.jpg', kind: '3' }), good], onlyPlain, ['good.jpg']],
  ['a block device', [entry({ name: 'evil.jpg', kind: '4' }), good], onlyPlain, ['good.jpg']],
  ['a pipe', [entry({ name: 'evil.jpg', kind: '6' }), good], onlyPlain, ['good.jpg']],
  ['a sparse file', [entry({ name: 'evil.jpg', kind: 'S', body: 'x' }), good], onlyPlain, ['good.jpg']],
  [
    'a sparse file by pax',
    [pax('GNU.sparse.size', '99999999999'), entry({ name: 'x.jpg' }), good],
    onlyPlain,
    ['good.jpg'],
  ],
  ['an unknown kind', [entry({ name: 'evil.jpg', kind: 'Z', body: 'x' }), good], onlyPlain, ['good.jpg']],
  ['8 GB declared', [good, entry({ name: 'evil.jpg', size: '77777777777 ', body: 'x' })], /cut short/, ['good.jpg']],
  [
    '2⁸⁸ bytes declared',
    [good, entry({ name: 'evil.jpg', size: Buffer.from('80ffffffffffffffffffffff', 'hex') })],
    /cut short/,
    ['good.jpg'],
  ],
  [
    'a negative size',
    [good, entry({ name: 'evil.jpg', size: Buffer.from('ffffffffffffffffffffff00', 'hex') })],
    /cut short/,
    ['good.jpg'],
  ],
  ['a size that is no number', [good, entry({ name: 'evil.jpg', size: 'garbage' })], /cut short/, ['good.jpg']],
  ['a pax size beyond the end', [good, pax('size', '1e15'), entry({ name: 'evil.jpg' })], /cut short/, ['good.jpg']],
  ['a negative pax size', [good, pax('size', '-512'), entry({ name: 'evil.jpg' })], /cut short/, ['good.jpg']],
  [
    'a long name of 2 MB',
    [good, entry({ name: 'l', kind: 'L', body: Buffer.alloc(2 ** 21, 97) }), good],
    /more than 1 MB/,
    ['good.jpg'],
  ],
  ['the same name twice', [good, good], /there twice/, ['good.jpg']],
  ['a header that was damaged', [good, damaged], /damaged at byte 1024/, ['good.jpg']],
  ['a gzip', [Buffer.concat([Buffer.from('1f8b0800', 'hex'), Buffer.alloc(600, 7)])], /no tar archive/, []],
  ['a web page', [Buffer.from('<html>'.repeat(200))], /no tar archive/, []],
  ['an empty file', [], /too short/, []],
];

let folder: string;
const written = (...parts: readonly Buffer[]): string => {
  const file = path.join(folder, 'x.tar');
  writeFileSync(file, Buffer.concat(parts));
  return file;
};
beforeAll(() => void (folder = mkdtempSync(path.join(os.tmpdir(), 'winnow-tar-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each(hostile)('%s', async (name, parts, sentence, taken) => {
  const { files, problems } = await readTarIndex(written(...parts, ...(name === 'an empty file' ? [] : [end])));
  expect(problems).toEqual([expect.stringMatching(sentence)]);
  expect([...files.keys()]).toEqual(taken);
});

it('an archive that is cut anywhere never throws, and gives only what is whole', async () => {
  const whole = Buffer.concat([good, pax('path', 'é/long.png'), entry({ name: 'x', body: 'y'.repeat(700) }), end]);
  for (let length = 0; length < whole.length; length += 61) {
    const { files } = await readTarIndex(written(whole.subarray(0, length)));
    for (const { start, bytes } of files.values()) expect(start + bytes).toBeLessThanOrEqual(length);
  }
  expect([...(await readTarIndex(written(whole))).files.keys()]).toEqual(['good.jpg', 'é/long.png']);
});

it('a hundred sentences are enough', async () => {
  const links = Array.from({ length: 150 }, (_, n) => entry({ name: `${String(n)}.jpg`, kind: '2' }));
  const { problems } = await readTarIndex(written(...links, end));
  expect(problems).toHaveLength(101);
  expect(problems.at(-1)).toBe('50 more entries were left out.');
});

it('labels come from .cls, .txt or .json of the same key', () => {
  const texts = new Map([
    ['a/1.cls', 'cat\n'],
    ['a/1.txt', 'a caption'],
    ['2.v2.json', '{}'],
    ['3.json', '{"label":"dog"}'],
    ['4.txt', 'bird'],
    ['5.json', '{oops'],
  ]);
  const { rows, problems } = readWebDataset(['a/1.jpg', '3.png', '4.jpeg', '5.webp', '5.npy'], texts);
  expect(rows.map(({ label }) => label)).toEqual(['cat', 'dog', 'bird', null]);
  expect(problems).toEqual(['5.json names no class.']);
});
