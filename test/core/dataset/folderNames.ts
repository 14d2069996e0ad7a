/** Seeded names as nobody would choose them, and what must hold of their folders. */

import path from 'node:path';
import { expect } from 'vitest';
import { seededRandom } from '../../../src/base/random.js';
import { folderName } from '../../../src/core/dataset/folderName.js';
import { collisionKey } from '../../../src/core/dataset/paths.js';

const pieces = [
  ...[
    '../',
    '..\\',
    '/',
    '\\',
    'C:\\',
    'CON',
    'nul.txt',
    'aux',
    'COM1',
    'lpt9.',
    '\0',
    '\u001b',
    '\u007f',
    '.',
    ' ',
    '-',
    '~',
  ],
  ...[
    '\u202e',
    '\u2066',
    '\u200d',
    '\ufeff',
    '\ud83d',
    '\ude00',
    '\ud800',
    'é',
    'e\u0301',
    'ﬁ',
    'İ',
    'ı',
    'ß',
    'ẞ',
    'Å',
    'K',
  ],
  ...['👩‍👩‍👧', '🏳️‍🌈', '漢字', 'العربية', '<img onerror=x>', '"', '|', '?', '*', ':', '%2e%2e', '$(x)', '`', '\n', '\t'],
  ...['cat', 'Cat', 'CAT', 'dog', 'a', 'B', '0', '~0123456789', 'x'.repeat(300), '界'.repeat(90), '.winnow'],
];

/** Mostly short, now and then 5,000 characters; twins by case and composition of earlier ones among them. */
function* strangeNames(count: number, seed: number): Generator<string> {
  const generator = seededRandom(seed);
  const random = (): number => generator.next();
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  let last = 'cat';
  for (let n = 0; n < count; n++) {
    const kind = random();
    if (kind < 0.05)
      last = pick([last.toUpperCase(), last.toLowerCase(), last.normalize('NFD'), last.normalize('NFC')]);
    else if (kind < 0.35)
      last = Array.from({ length: 1 + Math.floor(random() * 12) }, () =>
        String.fromCharCode(Math.floor(random() * 65536)),
      ).join('');
    else if (kind < 0.351) last = pick(pieces).repeat(5000).slice(0, 5000);
    else last = Array.from({ length: 1 + Math.floor(random() * 5) }, () => pick(pieces)).join('');
    yield last;
  }
}

const reserved = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\.|$)/i;

/** What is wrong with a folder's name; null = it stays right below its root on every system. */
const wrong = (folder: string): string | null => {
  for (const system of [path.posix, path.win32]) {
    const root = system.resolve('/data/set');
    if (system.resolve(root, folder) !== `${root}${system.sep}${folder}`) return 'escapes';
  }
  if (Buffer.byteLength(folder) > 255) return 'too long';
  // eslint-disable-next-line no-control-regex -- they are what it looks for
  if (/[\u0000-\u001f\u007f<>:"|?*/\\]|[. ]$|^[-. ]|\p{Cf}|\p{Cs}/u.test(folder)) return 'odd';
  return reserved.test(folder) ? 'reserved' : null;
};

export const tryNames = (count: number, seed: number): void => {
  const byLabel = new Map<string, string>();
  const labelByKey = new Map<string, string>();
  const bad: [string, string, string][] = [];
  for (const label of strangeNames(count, seed)) {
    if (byLabel.has(label)) continue;
    const folder = folderName(label, (key) => labelByKey.has(key));
    const problem = wrong(folder) ?? (labelByKey.has(collisionKey(folder)) ? 'collides' : null);
    if (problem !== null) bad.push([problem, JSON.stringify(label.slice(0, 80)), JSON.stringify(folder)]);
    byLabel.set(label, folder);
    labelByKey.set(collisionKey(folder), label);
  }
  for (const [label, folder] of byLabel)
    if (labelByKey.get(collisionKey(folder)) !== label) bad.push(['round trip', label, folder]);
  expect(bad.slice(0, 20)).toEqual([]);
  expect(byLabel.size).toBeGreaterThan(count / 2);
};
