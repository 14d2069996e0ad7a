import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noFilter } from '../../src/protocol/review.js';
import { incoming, uriList } from '../../webview/prediction/incoming.js';
import { isConfusionState } from '../../webview/confusion/guards.js';
import { isFilter, isTile } from '../../webview/review/guards.js';
import { Picker } from '../../webview/review/picker.js';
import { progressSentence } from '../../webview/review/words.js';
import {
  indexAfterKey,
  layOut,
  offsetOf,
  rowsInView,
  rowTop,
  scrollTopOf,
  scrollTopShowing,
} from '../../webview/shared/gridGeometry.js';
import { percent, percentFine } from '../../webview/shared/words.js';
import { bundleSurfaces } from './harness.js';

const cell = { minWidth: 196, height: 286 };

describe('the grid', () => {
  const grids = fc.record({
    total: fc.integer({ min: 1, max: 2_000_000 }),
    width: fc.integer({ min: 50, max: 3000 }),
    height: fc.integer({ min: 100, max: 2000 }),
  });

  it('shows every row somewhere, few at a time, whole when asked to, in a height that a browser can draw', () => {
    fc.assert(
      fc.property(grids, fc.double({ min: 0, max: 1, noNaN: true }), ({ total, width, height }, where) => {
        const at = layOut(total, { width, height }, cell);
        expect(at.scrollHeight).toBeLessThanOrEqual(8_000_000);
        const row = Math.floor(where * (at.rows - 1));
        const top = scrollTopShowing(at, row, 0);
        const seen = rowsInView(at, top);
        expect(seen.first).toBeLessThanOrEqual(row);
        expect(seen.last).toBeGreaterThanOrEqual(row);
        expect(seen.last - seen.first).toBeLessThanOrEqual(height / cell.height + 2);
        if (height >= cell.height) {
          const inView = rowTop(at, row, top) - top;
          expect(inView).toBeGreaterThanOrEqual(-1);
          expect(inView + cell.height).toBeLessThanOrEqual(height + 1);
        }
        expect(offsetOf(at, scrollTopOf(at, row * cell.height))).toBeLessThanOrEqual(row * cell.height + 1);
      }),
    );
  });

  it('moves by key to an index that exists', () => {
    const keys = [
      'ArrowRight',
      'ArrowLeft',
      'ArrowDown',
      'ArrowUp',
      'PageDown',
      'PageUp',
      'Home',
      'End',
      'Ctrl+Home',
      'Ctrl+End',
    ];
    fc.assert(
      fc.property(grids, fc.nat(), fc.constantFrom(...keys), ({ total, width, height }, from, key) => {
        const next = indexAfterKey(layOut(total, { width, height }, cell), from % total, key);
        expect(next).not.toBeNull();
        expect(next).toBeGreaterThanOrEqual(0);
        expect(next).toBeLessThan(total);
      }),
    );
  });

  it('goes down to a short last row, and stays there', () => {
    const at = layOut(7, { width: 600, height: 600 }, cell);
    expect(at.columns).toBe(3);
    expect(indexAfterKey(at, 5, 'ArrowDown')).toBe(6);
    expect(indexAfterKey(at, 6, 'ArrowDown')).toBe(6);
    expect(indexAfterKey(at, 5, 'k')).toBeNull();
  });
});

describe('words', () => {
  it('never says 0 or 100 % falsely', () => {
    expect([0, 0.004, 0.5, 0.997, 1].map(percent)).toEqual(['0 %', '< 1 %', '50 %', '> 99 %', '100 %']);
    expect([0, 0.0001, 0.934, 0.99999, 1].map(percentFine)).toEqual([
      '0.0 %',
      '< 0.1 %',
      '93.4 %',
      '> 99.9 %',
      '100.0 %',
    ]);
    expect(percent(null)).toBe('–');
  });

  it('says how far the review is, whose estimate it is, and when stopping is reasonable', () => {
    const header = {
      reviewed: 60,
      lastWrong: { wrong: 3, of: 20 },
      remaining: { low: 5, high: 14, basis: 'audit' as const },
      isStoppingReasonable: false,
      total: 450,
      pending: 0,
    };
    expect(progressSentence(header)).toBe(
      'Reviewed 60. Of the last 20, 3 were wrong. About 5–14 mistakes remain. Stopping is reasonable when the last 30 held none.',
    );
    expect(progressSentence({ ...header, remaining: { low: 5, high: 14, basis: 'model' } })).toContain(
      "About 5–14 mistakes remain, by the model's own estimate.",
    );
    expect(
      progressSentence({ ...header, reviewed: 0, lastWrong: null, remaining: null, isStoppingReasonable: true }),
    ).toBe('Reviewed 0. The last 30 held no mistake: stopping is reasonable.');
  });
});

describe('the class picker', () => {
  it('puts beginnings before middles and a new class last, and wraps round', () => {
    const picker = new Picker(['bobcat', 'cat', 'catfish', 'dog']);
    picker.type('CAT');
    expect(picker.rows.map((row) => `${row.kind} ${row.name}`)).toEqual([
      'class cat',
      'class catfish',
      'class bobcat',
      'new CAT',
    ]);
    picker.move(-1);
    expect(picker.choose()).toBe('CAT');
    picker.type('cat');
    expect(picker.rows.at(-1)).toEqual({ kind: 'class', name: 'bobcat' });
    picker.type('');
    expect(picker.choose(4)).toBeNull();
    expect(picker.trouble).toContain('Type a name');
  });
});

describe('guards', () => {
  it('take what the contract says and nothing that lacks or twists a field', () => {
    expect(isFilter(noFilter)).toBe(true);
    expect(isFilter({ ...noFilter, show: 'some' })).toBe(false);
    expect(isFilter(Object.create(noFilter))).toBe(false);
    const state = {
      datasetName: 'd',
      run: null,
      vocab: ['a', 'b'],
      matrix: [
        [1, 0],
        [0, 1],
      ],
      mostConfused: [],
      perClass: [],
      accuracy: 1,
      state: 'ready',
      message: null,
    };
    expect(isConfusionState(state)).toBe(true);
    expect(isConfusionState({ ...state, matrix: [[1, 0]] })).toBe(false);
    expect(
      isConfusionState({
        ...state,
        matrix: [
          [1, 0],
          [0, NaN],
        ],
      }),
    ).toBe(false);
    fc.assert(fc.property(fc.anything(), (value) => !isTile(value)));
  });
});

describe('what is dropped', () => {
  it('reads lists of addresses as RFC 2483 has them', () => {
    expect(uriList('# c\r\nfile:///a%20b.jpg\n\n file:///c.jpg \r\n')).toEqual(['file:///a%20b.jpg', 'file:///c.jpg']);
  });

  it('refuses what is too large for the wire, by name', () => {
    const big = { name: 'big.png', type: 'image/png', size: 26 * 1024 * 1024 };
    const taken = incoming({ files: [big], getData: () => '' } as unknown as DataTransfer);
    expect(taken).toEqual({ files: [], uris: [], refused: ['big.png is larger than 25 MB: use the file button.'] });
  });
});

describe('the bundles', () => {
  it('hold no React, no Node and nothing of the host', async () => {
    const { metafile } = await bundleSurfaces();
    const inputs = Object.keys(metafile.inputs);
    expect(inputs).toContain('webview/review/main.ts');
    expect(inputs).toContain('webview/confusion/main.ts');
    expect(inputs).toContain('webview/prediction/main.ts');
    const react = /(^|\/)(react|react-dom|scheduler)\/|fast-react-wrapper|webview-ui-toolkit\/react/;
    expect(inputs.filter((input) => react.test(input))).toEqual([]);
    expect(inputs.filter((input) => /^src\/(?!base|core|protocol)/.test(input))).toEqual([]);
    const kit = Object.entries(metafile.inputs)
      .filter(
        ([input, { imports }]) =>
          input.startsWith('webview/') && imports.some(({ path }) => path.includes('webview-ui-toolkit')),
      )
      .map(([input]) => input);
    expect(kit).toEqual(['webview/shared/ui.ts']);
  }, 60_000);
});
