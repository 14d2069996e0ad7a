import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readImageFolder } from '../../../src/core/gather/imports/imageFolder.js';
import { parseUrlList } from '../../../src/core/gather/imports/urlList.js';

const a = 'https://x.example/a.jpg';
const b = 'https://x.example/b,1.jpg?size=2,3';

describe('a list of addresses', () => {
  it.each([
    ['list.txt', `# my list\n${a}\n\n${b}\r\n`, [null, null]],
    ['list.txt', `${a}\tadidas\n${b} nike air\n`, ['adidas', 'nike air']],
    ['list.csv', `url,label\n${a},adidas\n"${b}","nike, air"\n`, ['adidas', 'nike, air']],
    ['list.tsv', `label\turl\nadidas\t${a}\nnike\t${b}\n`, ['adidas', 'nike']],
    ['list.csv', `${a},adidas\n"${b}"\n`, ['adidas', null]],
    ['list', `url\n${a}\n"${b}"\n`, [null, null]],
    ['list.jsonl', `{"url":"${a}","label":"adidas"}\n{"image_url":"${b}","label":3}\n`, ['adidas', '3']],
  ] as const)('%s', (name, text, labels) => {
    const { rows, problems } = parseUrlList(text, name);
    expect(rows.map(({ at }) => at)).toEqual([a, b]);
    expect(rows.map(({ label }) => label)).toEqual(labels);
    expect(problems).toEqual([]);
  });

  it('names the lines that hold none', () => {
    expect(parseUrlList(`${a}\nhello\nfile:///etc/passwd\n`, 'list.txt')).toEqual({
      rows: [{ at: a, label: null }],
      problems: ['Line 2 holds no web address.', 'Line 3 holds no web address.'],
    });
    expect(parseUrlList(`{"url":"${a}"}\n{oops\n{"label":1}`, 'list.jsonl').problems).toHaveLength(2);
  });

  it('never throws, and never takes what is no web address', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 300 }),
        fc.constantFrom('a.txt', 'a.csv', 'a.tsv', 'a.jsonl', 'a'),
        (text, name) => {
          for (const { at } of parseUrlList(text, name).rows) expect(at).toMatch(/^https?:\/\//i);
        },
      ),
    );
  });
});

describe('a folder of images', () => {
  const none = new Map<string, string>();

  it('takes the class from the folder, past a split', () => {
    const paths = ['adidas/1.jpg', 'train/nike/2.PNG', 'loose.webp', 'adidas/notes.txt', '.hidden/3.jpg', 'a/.x/4.jpg'];
    expect(readImageFolder(paths, none).rows).toEqual([
      { at: 'adidas/1.jpg', label: 'adidas' },
      { at: 'train/nike/2.PNG', label: 'nike' },
      { at: 'loose.webp', label: null },
    ]);
  });

  it('believes a metadata file first, as on the Hugging Face hub', () => {
    const metadata = new Map([
      ['train/metadata.csv', 'file_name,label\n1.jpg,adidas\nsub/2.jpg,nike\ngone.jpg,nike\n'],
      ['test/metadata.jsonl', '{"file_name":"3.jpg","label":7}\n'],
    ]);
    const paths = ['train/metadata.csv', 'train/1.jpg', 'train/sub/2.jpg', 'test/3.jpg', 'test/metadata.jsonl'];
    const { rows, problems } = readImageFolder(paths, metadata);
    expect(rows).toEqual([
      { at: 'train/1.jpg', label: 'adidas' },
      { at: 'train/sub/2.jpg', label: 'nike' },
      { at: 'test/3.jpg', label: '7' },
    ]);
    expect(problems).toEqual(['train/gone.jpg is named, but it is not there.']);
  });

  it('says when a metadata file has not what it should', () => {
    const { problems } = readImageFolder(['metadata.csv', '1.jpg'], new Map([['metadata.csv', 'name\n1.jpg\n']]));
    expect(problems).toEqual(['metadata.csv: it has no column "file_name".']);
  });
});
