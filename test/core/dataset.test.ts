import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classNameProblem, editDistance, nearestName } from '../../src/core/dataset/className.js';
import { csvColumn, parseCsv, withValues } from '../../src/core/dataset/csvTable.js';
import type { ItemId } from '../../src/core/dataset/item.js';
import { itemsOf } from '../../src/core/dataset/items.js';
import { hasSplitFolders, labellingOf, noColumns } from '../../src/core/dataset/labelling.js';
import { isUsuallyIgnored, looksLikeImage } from '../../src/core/dataset/magic.js';
import { collisionKey, freePath } from '../../src/core/dataset/paths.js';
import { shapeNotes } from '../../src/core/dataset/shapeNotes.js';
import { defaultSpec, type DatasetSpec } from '../../src/core/dataset/spec.js';
import { MoveHistory } from '../../src/core/journal/moveHistory.js';

const spec = (over: Partial<DatasetSpec>): DatasetSpec => ({ ...defaultSpec, ...over });
const labels = (of: DatasetSpec, paths: readonly string[]): (string | null)[] => {
  const labelling = labellingOf(of, hasSplitFolders(of, paths), noColumns);
  return paths.map((path) => labelling.labelOf(path));
};
const id = (letter: string): ItemId => letter.repeat(64) as ItemId;

describe('the label of a path', () => {
  it('is the folder below root', () => {
    expect(labels(defaultSpec, ['cat/a.jpg', '🐶 dog/-x/b.jpg', 'c.jpg'])).toEqual(['cat', '🐶 dog', null]);
    expect(labels(spec({ root: 'images' }), ['images/cat/a.jpg', 'images/b.jpg'])).toEqual(['cat', null]);
  });
  it('is the folder at the chosen level', () => {
    expect(labels(spec({ label: { by: 'folder', level: 2 } }), ['site/cat/a.jpg', 'site/b.jpg'])).toEqual([
      'cat',
      null,
    ]);
  });
  it('is the same for both compositions of a name', () => {
    const [nfc, nfd] = labels(defaultSpec, ['caf\u00e9/a.jpg', 'cafe\u0301/b.jpg']);
    expect(nfc).toBe(nfd);
  });
  it('is the named group of a pattern, else its first', () => {
    const path = ['x/dog_17.jpg', 'x/17.jpg'];
    expect(labels(spec({ label: { by: 'regex', pattern: '(?<label>[a-z]+)_\\d+' } }), path)).toEqual(['dog', null]);
    expect(labels(spec({ label: { by: 'regex', pattern: '/([a-z]+)_' } }), path)).toEqual(['dog', null]);
  });
  it('stands in a CSV row, however its path is written', () => {
    const rows = csvColumn(parseCsv('\ufefffile;label\r\n.\\a\\x.jpg;cat\r\n"b;1.jpg";dog\r\n'), 'file', 'label');
    const of = spec({ label: { by: 'csv', file: 'l.csv', path: 'file', label: 'label' } });
    const labelling = labellingOf(of, false, { ...noColumns, label: rows });
    expect(['a/x.jpg', 'b;1.jpg', 'c.jpg'].map((path) => labelling.labelOf(path))).toEqual(['cat', 'dog', null]);
  });
});

describe('given splits', () => {
  it('are recognised when the folders are exactly such names and hold class folders', () => {
    const of = (paths: readonly string[]): boolean => hasSplitFolders(defaultSpec, paths);
    expect(of(['train/cat/1.jpg', 'val/cat/2.jpg', 'test/dog/3.jpg'])).toBe(true);
    expect(of(['train/1.jpg', 'test/2.jpg'])).toBe(false);
    expect(of(['train/cat/1.jpg', 'cat/2.jpg'])).toBe(false);
    const labelling = labellingOf(defaultSpec, true, noColumns);
    expect(labelling.splitOf('val/cat/2.jpg')).toBe('valid');
    expect(labelling.labelOf('val/cat/2.jpg')).toBe('cat');
  });
});

describe('items', () => {
  const build = (
    files: readonly (readonly [string, string])[],
    trash: readonly (readonly [string, string])[] = [],
    moves: readonly (readonly [string, string, string])[] = [],
  ): ReturnType<typeof itemsOf> =>
    itemsOf(
      files.map(([path, letter]) => ({ path, id: id(letter) })),
      trash.map(([path, letter]) => ({ path, id: id(letter) })),
      new MoveHistory(moves.map(([letter, from, to]) => ({ id: id(letter), from, to }))),
      labellingOf(defaultSpec, false, noColumns),
    );

  it('groups copies, in code-point order, and gives no label when they disagree', () => {
    const [first, second] = build([
      ['cat/b.jpg', 'a'],
      ['cat/a.jpg', 'a'],
      ['cat/c.jpg', 'b'],
      ['dog/c.jpg', 'b'],
    ]);
    expect(first).toMatchObject({ paths: ['cat/a.jpg', 'cat/b.jpg'], at: 'cat/a.jpg', folderLabel: 'cat' });
    expect(second).toMatchObject({ paths: ['cat/c.jpg', 'dog/c.jpg'], folderLabel: null });
  });
  it('sees the first folder through applies, there and back', () => {
    const there = [['a', 'cat/x.jpg', 'dog/x.jpg']] as const;
    expect(build([['dog/x.jpg', 'a']], [], there)[0]?.folderLabel).toBe('cat');
    expect(build([['cat/x.jpg', 'a']], [], [...there, ['a', 'dog/x.jpg', 'cat/x.jpg']])[0]?.folderLabel).toBe('cat');
  });
  it('lets the folder win when a person has moved the file', () => {
    expect(build([['bird/x.jpg', 'a']], [], [['a', 'cat/x.jpg', 'dog/x.jpg']])[0]?.folderLabel).toBe('bird');
  });
  it('lets a file in the trash stand for the place it was taken from', () => {
    const trashed = '.winnow/trash/x.trashed';
    const [item] = build([], [[trashed, 'a']], [['a', 'cat/x.jpg', trashed]]);
    expect(item).toMatchObject({ paths: ['cat/x.jpg'], at: trashed, folderLabel: 'cat' });
  });
});

describe('notes about the shape of the folder', () => {
  const notes = (paths: readonly string[], of = defaultSpec): string => {
    const labelling = labellingOf(of, hasSplitFolders(of, paths), noColumns);
    const items = itemsOf(
      paths.map((path, i) => ({ path, id: i.toString(16).padStart(64, '0') as ItemId })),
      [],
      new MoveHistory([]),
      labelling,
    );
    return shapeNotes(of, items, [], labelling).join('\n');
  };
  it.each([
    ['no images', [], /no image in this folder/],
    ['flat', ['a.jpg', 'b.jpg'], /All images lie directly in this folder.*one folder per class/],
    ['one level too many', ['photos/cat/1.jpg', 'photos/cat/2.jpg', 'photos/dog/3.jpg'], /"root": "photos"/],
    ['classes inside sites', ['a/cat/1.jpg', 'a/dog/2.jpg', 'b/cat/3.jpg', 'b/dog/4.jpg'], /"level": 2/],
    ['one class', ['cat/1.jpg', 'cat/2.jpg'], /only one class, "cat"/],
    ['a class of one', ['cat/1.jpg', 'cat/2.jpg', 'dog/3.jpg'], /"dog" has a single image/],
  ])('%s', (_, paths, sentence) => {
    expect(notes(paths)).toMatch(sentence);
  });
  it('says nothing about a good folder', () => {
    expect(notes(['cat/1.jpg', 'cat/2.jpg', 'dog/3.jpg', 'dog/4.jpg'])).toBe('');
    expect(notes(['cat/1.jpg', 'cat/sub/2.jpg', 'dog/3.jpg', 'dog/4.jpg'])).toBe('');
  });
});

describe('CSV', () => {
  it('reads back what it wrote, for any content', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string({ minLength: 1 }).filter((key) => !/[\\\r\0]|^\.\//.test(key) && key === key.normalize('NFC')),
          fc.string({ minLength: 1 }).filter((value) => !value.includes('\r')),
        ),
        (values) => {
          const wanted = new Map(Object.entries(values));
          const text = withValues(parseCsv('path,label\n'), 'path', 'label', wanted);
          expect(csvColumn(parseCsv(text), 'path', 'label')).toEqual(wanted);
        },
      ),
    );
  });
  it('leaves every other byte as it was', () => {
    const before = 'path,label,"note ""x"""\r\na.jpg,cat,"1, 2"\r\nb.jpg,dog,\r\n';
    const after = withValues(parseCsv(before), 'path', 'label', new Map([['b.jpg', 'cat']]));
    expect(after).toBe('path,label,"note ""x"""\r\na.jpg,cat,"1, 2"\r\nb.jpg,cat,\r\n');
  });
});

describe('names', () => {
  it('never collide, whatever the file system thinks of case and composition', () => {
    const taken = new Set([collisionKey('cat/É.JPG'), collisionKey('cat/é-2.jpg')]);
    expect(freePath('cat/e\u0301.jpg', (key) => taken.has(key))).toBe('cat/e\u0301-3.jpg');
    expect(freePath('cat/.hidden', (key) => key === 'cat/.hidden')).toBe('cat/.hidden-2');
  });
  it.each(['', ' a', 'a/b', '..', '.x', 'con', 'nul.txt', 'x.', 'a\0', 'a:b', '\ud800', 'x'.repeat(81)])(
    '%j is no class',
    (name) => {
      expect(classNameProblem(name)).toMatch(/\w/);
    },
  );
  it.each(['cat', '🐶 dog', '-dash', 'Ünïcødé', '日本語'])('%s is one', (name) => {
    expect(classNameProblem(name)).toBeNull();
  });
  it('finds the nearest', () => {
    expect(nearestName('dgo', ['cat', 'dog'])).toBe('dog');
  });
  it('edit distance is a metric', () => {
    const word = fc.string({ maxLength: 8 });
    fc.assert(
      fc.property(word, word, word, (a, b, c) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
        expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
      }),
    );
  });
});

describe('what is a candidate', () => {
  it('is judged by the first bytes', () => {
    expect(looksLikeImage(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))).toBe(true);
    expect(looksLikeImage(Buffer.from('RIFF1234WEBPVP8 '))).toBe(true);
    expect(looksLikeImage(Buffer.from('<!doctype html>'))).toBe(false);
    expect(['Thumbs.db', '.DS_Store', '._a.jpg', 'notes.MD', 'x.jsonl'].every(isUsuallyIgnored)).toBe(true);
    expect(['a.jpg', 'a', '.hidden.jpg'].some(isUsuallyIgnored)).toBe(false);
  });
});
