import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultSpec } from '../../src/core/dataset/spec.js';
import { parseSpec, specFile, specJsonSchema } from '../../src/node/specFile.js';
import { put, temporaryFolder } from './tempDataset.js';

describe('winnow.json', () => {
  it('may be absent or empty: everything has a default', async () => {
    const dir = temporaryFolder();
    expect(await specFile(dir).read()).toEqual(defaultSpec);
    expect(await specFile(dir).exists()).toBe(false);
    expect(parseSpec('\ufeff{}')).toEqual(defaultSpec);
  });

  it.each([
    ['{\n  "root": "a",\n}', /winnow\.json: line 3 is no JSON/],
    ['{"root": "../secrets"}', /"root": must be a relative path inside/],
    ['{"root": "C:\\\\x"}', /"root"/],
    ['{"label": {"by": "moon"}}', /"label(\.by)?"/],
    ['{"label": {"by": "regex", "pattern": "("}}', /"label\.pattern": is no regular expression/],
    ['{"label": {"by": "folder", "level": 0}}', /"label\.level"/],
    ['{"split": {"by": "fraction", "valid": 1.5}}', /"split\.valid"/],
    ['{"classes": [{"terms": []}]}', /"classes\.0\.name"/],
    ['{"classes": [{"name": "a", "folder": "x"}, {"name": "b", "folder": "X"}]}', /"a" and "b" have the same folder/],
    ['{"classes": [{"name": "a", "folder": "b"}, {"name": "b"}]}', /"classes\.1\.folder": "a" and "b" have the same/],
    ['[]', /the file/],
    ['{"version": 2}', /"version"/],
  ])('%s is refused with the place and the problem', (text, sentence) => {
    expect(() => parseSpec(text)).toThrow(sentence);
    expect(() => parseSpec(text)).toThrow(expect.objectContaining({ code: 'bad-spec' }) as Error);
  });

  it('keeps what it does not know when it is written', async () => {
    const dir = temporaryFolder();
    const text = {
      mine: 1,
      label: { by: 'folder', level: 1, note: 'x' },
      classes: [{ name: 'cat', colour: 'grey' }],
    };
    put(dir, 'winnow.json', JSON.stringify(text));
    const file = specFile(dir);
    const spec = await file.read();
    expect(spec.classes).toEqual([{ name: 'cat', terms: [] }]);
    await file.write({ ...spec, root: 'images', classes: [...spec.classes, { name: 'dog', terms: ['dog'] }] });
    const after = JSON.parse(readFileSync(path.join(dir, 'winnow.json'), 'utf8')) as Record<string, unknown>;
    expect(after).toMatchObject({ mine: 1, root: 'images', label: { level: 1, note: 'x' } });
    expect(after['classes']).toEqual([
      { name: 'cat', colour: 'grey', terms: [] },
      { name: 'dog', terms: ['dog'] },
    ]);
    await file.write({ ...spec, label: { by: 'csv', file: 'l.csv', path: 'p', label: 'l' } });
    expect((await file.read()).label).toEqual({ by: 'csv', file: 'l.csv', path: 'p', label: 'l' });
  });

  it('has the JSON schema that the editor is given (UPDATE_GOLDEN=1 writes it)', () => {
    const file = path.resolve(import.meta.dirname, '../../media/winnow.schema.json');
    const text = `${JSON.stringify(specJsonSchema(), null, 2)}\n`;
    if (process.env['UPDATE_GOLDEN']) writeFileSync(file, text);
    expect(existsSync(file)).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });
});
