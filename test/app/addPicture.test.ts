/** A predicted picture into the dataset: on a real disk, with an engine that reads fake pictures. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { applyDecisions } from '../../src/app/apply.js';
import { decide, undo } from '../../src/app/decide.js';
import { addPicture, takeBack, type AddedPicture } from '../../src/app/gather/addPicture.js';
import { OpenDataset } from '../../src/app/openDataset.js';
import { openStore } from '../../src/node/datasetStore.js';
import { importReader } from '../../src/node/import/importReader.js';
import { filesIn, foldersIn, idOf, quiet, temporaryFolder } from '../node/tempDataset.js';
import { bytesOf, fakeEngine, type FakePicture } from './fakeGathering.js';

const open = async (spec?: object): Promise<{ dir: string; dataset: OpenDataset }> => {
  const [dir, home] = [temporaryFolder(), temporaryFolder()];
  for (const [label, name] of [
    ['cat', 'a'],
    ['cat', 'b'],
    ['dog', 'c'],
  ] as const) {
    mkdirSync(path.join(dir, label), { recursive: true });
    writeFileSync(path.join(dir, label, `${name}.jpg`), bytesOf({ name }));
  }
  if (spec) writeFileSync(path.join(dir, 'winnow.json'), JSON.stringify(spec));
  const dataset = new OpenDataset(await openStore(dir, { folders: foldersIn(home) }), fakeEngine(), quiet);
  onTestFinished(() => dataset.dispose());
  return { dir, dataset };
};

const shown = (picture: FakePicture): string => {
  const file = path.join(temporaryFolder(), 'shown.jpg');
  writeFileSync(file, bytesOf(picture));
  return file;
};

const add = (dataset: OpenDataset, file: string, label: string): Promise<AddedPicture> =>
  addPicture(
    dataset,
    {
      file,
      label,
      by: 'user',
      copy: (folder) => importReader.copy(path.dirname(file), path.basename(file), folder),
    },
    new AbortController().signal,
  );

describe('a picture that was predicted', () => {
  it('is copied into its class and journalled; the original and every other file stay as they are', async () => {
    const { dir, dataset } = await open();
    const before = filesIn(dir);
    const file = shown({ name: 'new' });
    const added = await add(dataset, file, 'dog');
    expect(added).toMatchObject({ label: 'dog', decision: null, id: idOf(bytesOf({ name: 'new' })) });
    expect(added.path).toMatch(/^dog\/prediction-[0-9a-f]{10}\.jpg$/);
    expect(readFileSync(path.join(dir, added.path))).toEqual(bytesOf({ name: 'new' }));
    expect(readFileSync(file)).toEqual(bytesOf({ name: 'new' }));
    expect(filesIn(dir).filter((name) => !name.startsWith('.winnow/'))).toEqual([...before, added.path].sort());
    expect(filesIn(dir).filter((name) => name.includes('/tmp/'))).toEqual([]);
    const { state, entries } = await dataset.snapshot();
    expect(state.items.get(added.id)).toMatchObject({ label: 'dog', status: 'in' });
    expect(entries).toMatchObject([{ kind: 'gathered', by: 'user', images: [{ id: added.id, label: 'dog' }] }]);

    await takeBack(dataset, added, 'user');
    expect((await dataset.snapshot()).state.items.get(added.id)?.status).toBe('trashed');
    expect(filesIn(dir).filter((name) => !name.startsWith('.winnow/'))).toEqual(before);
    expect(readFileSync(path.join(dir, '.winnow/trash', `${added.id}.trashed`))).toEqual(bytesOf({ name: 'new' }));
    expect(readFileSync(file)).toEqual(bytesOf({ name: 'new' }));
  });

  it('that was taken back leaves other decisions waiting, and comes back by undo and apply', async () => {
    const { dir, dataset } = await open();
    const added = await add(dataset, shown({ name: 'new' }), 'dog');
    await decide(dataset, [idOf(bytesOf({ name: 'b' }))], { kind: 'relabel', to: 'dog', allowNewClass: false }, 'user');
    await takeBack(dataset, added, 'user');
    expect(filesIn(dir)).toContain('cat/b.jpg');
    await undo(dataset, {}, 'user');
    await applyDecisions(dataset, { dryRun: false });
    expect(readFileSync(path.join(dir, added.path))).toEqual(bytesOf({ name: 'new' }));
    expect(filesIn(dir)).toContain('dog/b.jpg');
  });

  it('may begin a class, whatever its name', async () => {
    const { dir, dataset } = await open();
    const added = await add(dataset, shown({ name: 'new' }), 'CON / <b>');
    expect(added.path).not.toMatch(/<b>|^CON\//);
    expect((await dataset.snapshot()).state.items.get(added.id)?.label).toBe('CON / <b>');
    expect(JSON.parse(readFileSync(path.join(dir, 'winnow.json'), 'utf8'))).toMatchObject({
      classes: [{ name: 'CON / <b>' }],
    });
  });

  it('that is in the dataset already is relabelled instead, and that is undone', async () => {
    const { dir, dataset } = await open();
    const added = await add(dataset, shown({ name: 'a' }), 'dog');
    expect(added).toMatchObject({ path: 'cat/a.jpg', decision: expect.stringMatching(/:1$/) as string });
    expect(filesIn(dir).filter((name) => name.endsWith('.jpg'))).toHaveLength(3);
    expect((await dataset.snapshot()).state.items.get(added.id)?.label).toBe('dog');
    await takeBack(dataset, added, 'user');
    expect((await dataset.snapshot()).state.items.get(added.id)?.label).toBe('cat');
  });

  it.each<[string, FakePicture, string, RegExp]>([
    ['is broken', { name: 'x', bad: 'truncated' }, 'bad-image', /broken/],
    ['is nearly in the class', { name: 'x', phash: idOf('a').slice(0, 16) }, 'nothing-to-do', /in the class already/],
  ])('and %s is refused with nothing changed', async (_, picture, code, words) => {
    const { dir, dataset } = await open();
    const added = add(dataset, shown(picture), 'cat');
    await expect(added).rejects.toMatchObject({ code, message: expect.stringMatching(words) as string });
    await expect(added).rejects.toThrow(/Nothing was added/);
    expect(filesIn(dir).filter((name) => name.endsWith('.jpg'))).toHaveLength(3);
    expect(filesIn(dir).filter((name) => name.includes('/tmp/'))).toEqual([]);
    expect((await dataset.snapshot()).entries).toEqual([]);
  });

  it('cannot go where labels do not come from folders, or where the file is gone', async () => {
    const { dataset } = await open({ version: 1, label: { by: 'regex', pattern: '(\\w+)/' } });
    await expect(add(dataset, shown({ name: 'x' }), 'cat')).rejects.toMatchObject({
      code: 'bad-spec',
      message: expect.stringMatching(/come from the names of its files.*Nothing was added/) as string,
    });
    const table = await open({ version: 1, label: { by: 'csv', file: 'labels.csv', path: 'file', label: 'class' } });
    writeFileSync(path.join(table.dir, 'labels.csv'), 'file,class\ncat/a.jpg,cat\n');
    await expect(add(table.dataset, shown({ name: 'x' }), 'cat')).rejects.toThrow(/add its row there/);
    const folders = await open();
    await expect(add(folders.dataset, '/nowhere/x.jpg', 'cat')).rejects.toMatchObject({ code: 'not-found' });
  });
});
