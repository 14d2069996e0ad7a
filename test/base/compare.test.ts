import fc from 'fast-check';
import { expect, test } from 'vitest';
import { byCodePoint } from '../../src/base/compare.js';

const codePoints = (text: string): number[] => Array.from(text, (character) => character.codePointAt(0) ?? 0);

test('orders by code points, not by code units', () => {
  expect(['\u{1f600}', '\uffee', 'a', 'B'].sort(byCodePoint)).toEqual(['B', 'a', '\uffee', '\u{1f600}']);
});

test('agrees with comparing arrays of code points', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      const [x, y] = [codePoints(a), codePoints(b)];
      const at = x.findIndex((point, index) => point !== y[index]);
      const expected = at < 0 ? Math.sign(x.length - y.length) : at >= y.length ? 1 : Math.sign(x[at]! - y[at]!);
      expect(Math.sign(byCodePoint(a, b))).toBe(expected);
    }),
  );
});
