import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sha256OfUnits } from '../../../src/base/sha256.js';
import { folderName } from '../../../src/core/dataset/folderName.js';
import { tryNames } from './folderNames.js';

describe('the folder of a class', () => {
  it('is its name where a folder can have it', () => {
    for (const name of ['adidas', 'Nike Air', 'café', '漢字', '🐈', 'a.b', 'x'.repeat(80)])
      expect(folderName(name)).toBe(name);
  });
  it('is a readable stand-in where it cannot', () => {
    for (const [name, slug] of [
      ['a/b', 'a-b'],
      ['../etc', 'etc'],
      ['CON', 'CON'],
      ['nul.txt', 'nul-txt'],
      ['evil\u202egpj', 'evil-gpj'],
      ['-rf', 'rf'],
      ['...', 'class'],
      ['who?', 'who'],
      ['cat~0123456789', 'cat-0123456789'],
    ] as const)
      expect(folderName(name)).toMatch(new RegExp(`^${slug}~[0-9a-f]{10}$`));
    expect(Buffer.byteLength(folderName('界'.repeat(5000)))).toBeLessThanOrEqual(64);
  });
  it('gives twins and lone surrogates folders of their own', () => {
    const names = ['é/', 'e\u0301/', 'E\u0301/', '\ud800', '\ud801', 'a\udc00'];
    expect(new Set(names.map((name) => folderName(name).toLowerCase())).size).toBe(names.length);
    expect(folderName('cat', (key) => key === 'cat')).toMatch(/^cat~/);
  });
  it('holds for 100,000 strange names: none escapes, none collides, each is found again', () => tryNames(100_000, 1));
});

it('hashes as sha-256 does', () => {
  for (const length of [0, 1, 27, 28, 31, 32, 60, 5000]) {
    const text = Array.from({ length }, (_, i) => String.fromCharCode((i * 7919) % 65536)).join('');
    expect(sha256OfUnits(text)).toBe(createHash('sha256').update(Buffer.from(text, 'utf16le')).digest('hex'));
  }
});
