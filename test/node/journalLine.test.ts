import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32 } from '../../src/base/crc32.js';
import type { EntryBody } from '../../src/core/journal/entry.js';
import { decodeLine, encodeLine, noCrc } from '../../src/node/journalLine.js';

const stamp = { v: 1, n: 3, at: '2026-11-23T00:00:00.000Z', by: 'user' } as const;
const decode = (text: string): ReturnType<typeof decodeLine> => decodeLine(Buffer.from(text.slice(0, -1)), 'w');

describe('a journal line', () => {
  it('carries the standard checksum', () => {
    expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926);
  });
  it('comes back as it went in, whatever the names', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.string({ unit: 'grapheme' })), (to, paths) => {
        const body = { kind: 'relabel', items: [{ id: 'a', paths }], to } as unknown as EntryBody;
        const line = encodeLine(stamp, body, noCrc);
        expect(decode(line.text)).toEqual({
          state: 'entry',
          entry: { ...stamp, writer: 'w', ...body },
          crc: line.crc,
          p: noCrc,
        });
      }),
    );
  });
  it('is refused after any single-bit flip', () => {
    const line = Buffer.from(encodeLine(stamp, { kind: 'keep', items: [] }, noCrc).text.slice(0, -1));
    for (let bit = 0; bit < line.length * 8; bit++) {
      const flipped = Buffer.from(line);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(decodeLine(flipped, 'w').state).toBe('bad');
    }
  });
  it('of another version or kind is known to be newer; of a wrong shape it is bad', () => {
    const line = (body: object): string => encodeLine(stamp, body as EntryBody, noCrc).text;
    expect(decode(line({ kind: 'teleport' })).state).toBe('newer');
    expect(decode(line({ kind: 'keep', items: [], v: 2 })).state).toBe('newer');
    expect(decode(line({ kind: 'keep', items: 'all' })).state).toBe('bad');
    expect(decode(line({ kind: '__proto__' })).state).toBe('newer');
  });
});
