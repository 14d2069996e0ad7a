import { existsSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ImageFacts } from '../../src/core/dataset/item.js';
import { defaultSpec, type DatasetSpec } from '../../src/core/dataset/spec.js';
import { FolderScanner } from '../../src/node/scanner.js';
import { filesIn, idOf, imageBytes, put, temporaryFolder } from './tempDataset.js';
import { plainLook } from '../core/findings/plainLook.js';

const scannerOf = (dir: string, home = temporaryFolder()): FolderScanner =>
  new FolderScanner(dir, path.join(home, 'index.json'));
const spec = (over: Partial<DatasetSpec> = {}): DatasetSpec => ({ ...defaultSpec, ...over });
const facts: ImageFacts = {
  width: 1,
  height: 1,
  format: 'jpeg',
  phash: '0'.repeat(16),
  isLowInformation: true,
  turns: [],
  look: plainLook,
};

describe('a scan', () => {
  it('lists every regular file in a class folder, whatever its name, and groups copies', async () => {
    const dir = temporaryFolder();
    const names = ['cat/a.jpg', 'cat/without extension', '🐶 dog/-x.jpg', 'cafe\u0301/.hidden.jpg', 'cat/sub/ü ñ.jpg'];
    for (const name of names) put(dir, name);
    put(dir, '🐶 dog/copy.jpg', imageBytes('cat/a.jpg'));
    const scan = await scannerOf(dir).scan(spec(), []);
    expect(scan.files).toBe(6);
    expect(scan.items).toHaveLength(5);
    const conflict = scan.items.find((item) => item.id === idOf(imageBytes('cat/a.jpg')));
    expect(conflict).toMatchObject({ paths: ['cat/a.jpg', '🐶 dog/copy.jpg'], folderLabel: null });
    expect(scan.vocab).toEqual(['caf\u00e9', 'cat', '🐶 dog']);
  });

  it('counts what is never a photo as ignored, unless it holds one', async () => {
    const dir = temporaryFolder();
    for (const name of ['Thumbs.db', '.DS_Store', '._a.jpg', 'notes.txt', 'x.json']) put(dir, `cat/${name}`, 'text');
    put(dir, 'cat/photo.txt');
    put(dir, 'LICENSE', 'MIT');
    put(dir, 'cat/broken.jpg', '<html>');
    put(dir, 'winnow.json', '{}');
    const scan = await scannerOf(dir).scan(spec(), []);
    expect(scan.ignored).toEqual([
      'LICENSE',
      'cat/.DS_Store',
      'cat/._a.jpg',
      'cat/Thumbs.db',
      'cat/notes.txt',
      'cat/x.json',
    ]);
    expect(scan.items.map((item) => item.paths[0])).toEqual(['cat/broken.jpg', 'cat/photo.txt']);
  });

  it('names empty files and LFS pointers at once, and remembers what an inspection has told', async () => {
    const [dir, home] = [temporaryFolder(), temporaryFolder()];
    put(dir, 'cat/empty.jpg', '');
    put(dir, 'cat/lfs.jpg', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n');
    put(dir, 'cat/broken.jpg', '<html>');
    put(dir, 'cat/good.jpg');
    const scanner = scannerOf(dir, home);
    const first = await scanner.scan(spec(), []);
    expect(first.bad.map((bad) => [bad.path, bad.reason])).toEqual([
      ['cat/empty.jpg', 'empty'],
      ['cat/lfs.jpg', 'lfs-pointer'],
    ]);
    const [broken, good] = [idOf('<html>'), idOf(imageBytes('cat/good.jpg'))];
    await scanner.remember(new Map([[good, facts]]), new Map([[broken, { reason: 'not-an-image', message: 'HTML' }]]));
    const later = scannerOf(dir, home);
    const second = await later.scan(spec(), []);
    expect(second.bad.map((bad) => bad.path)).toEqual(['cat/broken.jpg', 'cat/empty.jpg', 'cat/lfs.jpg']);
    expect(later.factsOf(good)).toEqual(facts);
    expect(later.badOf(broken)?.message).toBe('HTML');
  });

  it('notices new bytes under an old path, also with the same size and time', async () => {
    const dir = temporaryFolder();
    const scanner = scannerOf(dir);
    put(dir, 'cat/a.jpg', imageBytes('1'));
    const time = new Date(2026, 1, 1, 12, 0, 0);
    utimesSync(path.join(dir, 'cat/a.jpg'), time, time);
    expect((await scanner.scan(spec(), [])).items[0]?.id).toBe(idOf(imageBytes('1')));
    put(dir, 'cat/a.jpg', imageBytes('2'));
    utimesSync(path.join(dir, 'cat/a.jpg'), time, time);
    expect((await scanner.scan(spec(), [])).items[0]?.id).toBe(idOf(imageBytes('2')));
  });

  it('works without its index, and with a damaged one', async () => {
    const [dir, home] = [temporaryFolder(), temporaryFolder()];
    put(dir, 'cat/a.jpg');
    await scannerOf(dir, home).scan(spec(), []);
    put(home, 'index.json', '{"version":2,"files":');
    expect((await scannerOf(dir, home).scan(spec(), [])).files).toBe(1);
  });

  it('survives link loops and never reads outside', async () => {
    const [dir, outside] = [temporaryFolder(), temporaryFolder()];
    put(outside, 'secret/s.jpg');
    put(dir, 'cat/a.jpg');
    symlinkSync('..', path.join(dir, 'cat/loop'));
    symlinkSync('a.jpg', path.join(dir, 'cat/alias.jpg'));
    symlinkSync('itself.jpg', path.join(dir, 'cat/itself.jpg'));
    symlinkSync(path.join(outside, 'secret'), path.join(dir, 'dog'));
    symlinkSync(path.join(outside, 'secret/s.jpg'), path.join(dir, 'cat/out.jpg'));
    const scan = await scannerOf(dir).scan(spec(), []);
    expect(scan.items.map((item) => item.paths)).toEqual([['cat/a.jpg']]);
    expect(scan.ignored).toEqual(['cat/alias.jpg']);
    expect(scan.bad.map((bad) => [bad.path, bad.reason])).toEqual([
      ['cat/itself.jpg', 'unreadable'],
      ['cat/out.jpg', 'unreadable'],
    ]);
    expect(scan.notes.join()).toMatch(/dog is a link to a folder outside/);
  });

  it('passes over hidden folders, .winnow and what is excluded, and stays below root', async () => {
    const dir = temporaryFolder();
    for (const name of [
      '.git/a.jpg',
      '.winnow/runs/b.jpg',
      'images/cat/c.jpg',
      'images/cat/skip/d.jpg',
      'other/e.jpg',
    ]) {
      put(dir, name);
    }
    const scan = await scannerOf(dir).scan(spec({ root: 'images', exclude: ['**/skip/**'] }), []);
    expect(scan.items.map((item) => item.paths[0])).toEqual(['images/cat/c.jpg']);
    expect(scan.vocab).toEqual(['cat']);
  });

  it('reads labels and splits from CSV files, which are no photos', async () => {
    const dir = temporaryFolder();
    put(dir, 'labels.csv', 'path,label,side\na.jpg,cat,val\nb.jpg,dog,train\n');
    for (const name of ['a.jpg', 'b.jpg', 'c.jpg']) put(dir, name);
    const of = spec({
      label: { by: 'csv', file: 'labels.csv', path: 'path', label: 'label' },
      split: { by: 'csv', file: 'labels.csv', path: 'path', column: 'side' },
    });
    const scan = await scannerOf(dir).scan(of, []);
    expect(scan.items.map((item) => [item.folderLabel, item.givenSplit])).toEqual([
      ['cat', 'valid'],
      ['dog', 'train'],
      [null, null],
    ]);
    expect(scan.ignored).toEqual(['labels.csv']);
    const wrong = spec({ label: { by: 'csv', file: 'labels.csv', path: 'path', label: 'klass' } });
    await expect(scannerOf(dir).scan(wrong, [])).rejects.toMatchObject({
      code: 'bad-spec',
      message: expect.stringMatching(/"klass".*"path", "label", "side"/) as string,
    });
  });

  it('changes nothing in the folder, ends when told to, and says when there is no folder', async () => {
    const dir = temporaryFolder();
    put(dir, 'cat/a.jpg');
    await scannerOf(dir).scan(spec(), []);
    expect(filesIn(dir)).toEqual(['cat/a.jpg']);
    const abort = new AbortController();
    abort.abort();
    await expect(scannerOf(dir).scan(spec(), [], abort.signal)).rejects.toMatchObject({ code: 'cancelled' });
    await expect(scannerOf(path.join(dir, 'nowhere')).scan(spec(), [])).rejects.toMatchObject({ code: 'not-found' });
    rmSync(path.join(dir, 'cat'), { recursive: true });
    expect((await scannerOf(dir).scan(spec(), [])).notes.join()).toMatch(/no image/);
  });
});

const nasty = path.resolve(import.meta.dirname, '../../../shared/nasty');
describe.skipIf(!existsSync(nasty))(`the nasty files${existsSync(nasty) ? '' : ' (skipped: needs ../shared)'}`, () => {
  it('are each an item, bad or ignored; none is dropped', async () => {
    const listed = readFileSync(path.join(nasty, 'expected.csv'), 'utf8').trim().split('\n').slice(1);
    const scan = await scannerOf(nasty).scan(spec(), []);
    const all = [...scan.items.flatMap((item) => item.paths), ...scan.bad.map((bad) => bad.path), ...scan.ignored];
    const found = new Set(all.filter((file) => file.includes('/')));
    expect(found.size).toBe(listed.length);
  });
});

it('does not read a file again that was just placed with known bytes, unless it changes', async () => {
  const dir = temporaryFolder();
  put(dir, 'cat/a.jpg');
  const old = new Date(Date.now() - 60_000);
  utimesSync(path.join(dir, 'cat/a.jpg'), old, old);
  const scanner = new FolderScanner(dir, path.join(temporaryFolder(), 'index.json'));
  const said = idOf('what the writer says');
  await scanner.remember(new Map(), new Map(), new Map([['cat/a.jpg', { id: said, at: Date.now() + 10 }]]));
  expect((await scanner.scan(defaultSpec, [])).items.map(({ id }) => id)).toEqual([said]);
  put(dir, 'cat/a.jpg', imageBytes('another'));
  expect((await scanner.scan(defaultSpec, [])).items.map(({ id }) => id)).toEqual([idOf(imageBytes('another'))]);
});

it('reads a placed file anyhow when somebody touched it before that was noted', async () => {
  const dir = temporaryFolder();
  put(dir, 'cat/a.jpg');
  const scanner = new FolderScanner(dir, path.join(temporaryFolder(), 'index.json'));
  const placed = { id: idOf('what was written first'), at: statSync(path.join(dir, 'cat/a.jpg')).ctimeMs - 1 };
  await scanner.remember(new Map(), new Map(), new Map([['cat/a.jpg', placed]]));
  expect((await scanner.scan(defaultSpec, [])).items.map(({ id }) => id)).toEqual([idOf(imageBytes('cat/a.jpg'))]);
});
