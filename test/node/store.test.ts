import { existsSync, linkSync, mkdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ItemId } from '../../src/core/dataset/item.js';
import { openStore } from '../../src/node/datasetStore.js';
import { fileMover } from '../../src/node/mover.js';
import { runStore } from '../../src/node/runStore.js';
import { thisProcess } from '../../src/node/thisProcess.js';
import { userFolders } from '../../src/node/userFolders.js';
import type { RunConfig } from '../../src/ports/dataset.js';
import { filesIn, foldersIn, idOf, imageBytes, openTest, put, temporaryFolder } from './tempDataset.js';

const id = 'a'.repeat(64) as ItemId;

describe('moving a file', () => {
  it('makes the folder, never overwrites, never leaves the dataset', async () => {
    const [dir, outside] = [temporaryFolder(), temporaryFolder()];
    put(dir, 'cat/a.jpg');
    put(dir, 'cat/b.jpg');
    symlinkSync(outside, path.join(dir, 'way-out'));
    const mover = fileMover(dir);
    await mover.move({ id, from: 'cat/a.jpg', to: 'new class/x/a.jpg' });
    expect(filesIn(dir)).toContain('new class/x/a.jpg');
    await expect(mover.move({ id, from: 'cat/b.jpg', to: 'new class/x/a.jpg' })).rejects.toMatchObject({
      code: 'usage',
    });
    await expect(mover.move({ id, from: 'cat/b.jpg', to: '../b.jpg' })).rejects.toMatchObject({ code: 'usage' });
    await expect(mover.move({ id, from: 'cat/b.jpg', to: 'way-out/b.jpg' })).rejects.toMatchObject({ code: 'usage' });
    await expect(mover.move({ id, from: 'cat/c.jpg', to: 'cat/d.jpg' })).rejects.toMatchObject({ code: 'not-found' });
    expect(readFileSync(path.join(dir, 'new class/x/a.jpg'))).toEqual(imageBytes('cat/a.jpg'));
    expect(existsSync(path.join(dir, 'cat/b.jpg'))).toBe(true);
  });
  it('finishes a move that was cut between its two steps', async () => {
    const dir = temporaryFolder();
    put(dir, 'cat/a.jpg');
    mkdirSync(path.join(dir, 'dog'));
    linkSync(path.join(dir, 'cat/a.jpg'), path.join(dir, 'dog/a.jpg'));
    await fileMover(dir).move({ id, from: 'cat/a.jpg', to: 'dog/a.jpg' });
    expect(filesIn(dir)).toEqual(['dog/a.jpg']);
  });
  it('keeps a relative link pointing to its file', async () => {
    const dir = temporaryFolder();
    put(dir, 'store/a.jpg');
    mkdirSync(path.join(dir, 'cat'));
    symlinkSync('../store/a.jpg', path.join(dir, 'cat/a.jpg'));
    await fileMover(dir).move({ id, from: 'cat/a.jpg', to: 'x/y/a.jpg' });
    expect(readlinkSync(path.join(dir, 'x/y/a.jpg'))).toBe('../../store/a.jpg');
  });
});

describe('the trash', () => {
  it('lists what lies there and deletes nothing else', async () => {
    const dir = temporaryFolder();
    put(dir, 'cat/a.jpg');
    const mover = fileMover(dir);
    const place = `.winnow/trash/${id}.trashed`;
    await mover.move({ id, from: 'cat/a.jpg', to: place });
    await mover.explain(place, { why: 'test' });
    put(dir, '.winnow/trash/stranger.jpg');
    expect(await mover.listTrash()).toEqual([{ path: place, id, bytes: imageBytes('cat/a.jpg').length }]);
    for (const file of ['cat/a.jpg', '.winnow/trash/../journal/x.jsonl', '.winnow/trash/stranger.jpg', '/etc/hosts']) {
      await expect(mover.purge(file)).rejects.toMatchObject({ code: 'usage' });
    }
    await mover.purge(place);
    expect(filesIn(dir)).toEqual(['.winnow/trash/stranger.jpg']);
  });
});

describe('runs', () => {
  const config = (run: string): RunConfig => ({ run }) as RunConfig;
  it('count when DONE lies there; what a dead process left is swept, what a living one makes is not', async () => {
    const home = temporaryFolder();
    const runs = runStore<RunConfig>([home], 'runs');
    const first = await runs.create();
    await runs.writeJson(first.run, 'items.json', { items: [1] });
    expect(await runs.list()).toEqual([]);
    await runs.finish(config(first.run));
    const second = await runs.create();
    const third = await runs.create();
    writeFileSync(path.join(third.dir, 'owner.json'), JSON.stringify({ ...thisProcess, pid: 4_194_300, started: '1' }));
    await runs.sweep();
    expect(existsSync(second.dir)).toBe(true);
    expect(existsSync(third.dir)).toBe(false);
    expect((await runStore<RunConfig>([home], 'runs').list()).map(({ run }) => run)).toEqual([first.run]);
    expect(await runs.readJson(first.run, 'items.json')).toEqual({ items: [1] });
    expect(await runs.readJson(first.run, 'nothing.json')).toBeNull();
    expect(() => runs.dirOf('../..')).toThrow(/no name of a run/);
  });
});

describe('runs of one second', () => {
  it('are listed with the newest first', async () => {
    const runs = runStore<RunConfig>([temporaryFolder()], 'runs');
    const made: string[] = [];
    for (let at = 0; at < 6; at++) {
      const { run } = await runs.create();
      await runs.finish({ run } as RunConfig);
      made.unshift(run);
      await new Promise((later) => setTimeout(later, 3));
    }
    expect((await runs.list()).map(({ run }) => run)).toEqual(made);
  });
});

describe('a dataset that cannot be written', () => {
  it('is reviewed with a journal in the user’s folder, which still counts when it can be written again', async () => {
    const [dir, home] = [temporaryFolder(), temporaryFolder()];
    put(dir, 'cat/a.jpg');
    put(dir, 'dog/b.jpg');
    const readOnly = await openTest(dir, home, { isWritable: false });
    const item = (await readOnly.snapshot()).scan.items[0]!;
    const seen = [{ id: item.id, paths: item.paths }];
    await readOnly.store.journal.append({ kind: 'relabel', items: seen, to: 'dog' }, 'user');
    await readOnly.store.runs.create();
    expect(filesIn(dir)).toEqual(['cat/a.jpg', 'dog/b.jpg']);
    const again = await openTest(dir, home);
    expect((await again.snapshot()).state.items.get(item.id)?.label).toBe('dog');
  });
});

describe('opening', () => {
  it('says when there is no folder, or a file', async () => {
    const dir = temporaryFolder();
    put(dir, 'a.jpg');
    const options = { folders: foldersIn(temporaryFolder()) };
    await expect(openStore(path.join(dir, 'nowhere'), options)).rejects.toMatchObject({ code: 'not-found' });
    await expect(openStore(path.join(dir, 'a.jpg'), options)).rejects.toMatchObject({ code: 'not-found' });
    const store = await openStore(dir, options);
    expect(await store.hashOf(path.join(dir, 'a.jpg'))).toBe(idOf(imageBytes('a.jpg')));
    await expect(store.hashOf(path.join(dir, 'b.jpg'))).rejects.toMatchObject({ code: 'not-found' });
  });
  it('sweeps temporary files of dead processes only', async () => {
    const dir = temporaryFolder();
    put(dir, '.winnow-4194300-0123456789ab.tmp', 'dead');
    put(dir, `.winnow-${process.pid}-0123456789ab.tmp`, 'alive');
    put(dir, 'mine.tmp', 'user');
    await openStore(dir, { folders: foldersIn(temporaryFolder()) });
    expect(filesIn(dir)).toEqual([`.winnow-${process.pid}-0123456789ab.tmp`, 'mine.tmp']);
  });
});

describe('operations', () => {
  it('run one at a time over all windows', async () => {
    const [dir, home] = [temporaryFolder(), temporaryFolder()];
    put(dir, 'cat/a.jpg');
    const options = { folders: foldersIn(home) };
    const [one, two] = [await openStore(dir, options), await openStore(dir, options)];
    const answer = await one.locks.withOperation('apply', async () => {
      await expect(two.locks.withOperation('purge', async () => 1)).rejects.toMatchObject({ code: 'busy' });
      return 2;
    });
    expect(answer).toBe(2);
    expect(await two.locks.withOperation('purge', async () => 3)).toBe(3);
  });
});

describe('the user’s folders', () => {
  it('follow WINNOW_HOME, else the platform', () => {
    expect(userFolders({ WINNOW_HOME: '/w' }, 'linux', '/h').cache).toBe(path.join('/w', 'cache'));
    expect(userFolders({ XDG_CACHE_HOME: '/c', XDG_DATA_HOME: 'relative' }, 'linux', '/h')).toEqual({
      cache: path.join('/c', 'winnow'),
      data: path.join('/h', '.local/share/winnow'),
      state: path.join('/h', '.local/state/winnow'),
    });
    expect(userFolders({}, 'darwin', '/h').cache).toContain('Caches');
    expect(userFolders({ LOCALAPPDATA: '/l' }, 'win32', '/h').state).toBe(path.join('/l', 'winnow', 'state'));
  });
});
