import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { refOf, type EntryBody } from '../../src/core/journal/entry.js';
import { FileJournal } from '../../src/node/fileJournal.js';
import { encodeLine } from '../../src/node/journalLine.js';
import { temporaryFolder } from './tempDataset.js';

const keep = (name: string): EntryBody => ({
  kind: 'keep',
  items: [{ id: name as never, paths: [`cat/${name}.jpg`] }],
});
const journalOf = (dir: string, home: string): FileJournal =>
  new FileJournal({
    datasetDir: dir,
    home: path.join(dir, '.winnow'),
    alsoRead: [path.join(home, 'data')],
    stateFolder: path.join(home, 'state'),
  });
const fileOf = (dir: string): string => {
  const [name = ''] = readdirSync(path.join(dir, '.winnow/journal'));
  return path.join(dir, '.winnow/journal', name);
};
const names = (entries: readonly { readonly kind: string }[]): string[] =>
  entries.flatMap((entry) => ('items' in entry ? (entry.items as { id: string }[]).map((item) => item.id) : []));

describe('the journal of a folder', () => {
  it('keeps entries across openings, numbered and named', async () => {
    const [dir, home] = [temporaryFolder(), temporaryFolder()];
    const first = await journalOf(dir, home).append(keep('a'), 'user');
    const second = await journalOf(dir, home).append(keep('b'), 'cli');
    expect([first.n, second.n]).toEqual([1, 2]);
    expect(second.writer).toBe(first.writer);
    const journal = journalOf(dir, home);
    const entries = await journal.read();
    expect(entries.map(refOf)).toEqual([refOf(first), refOf(second)]);
    expect(await journal.read()).toBe(entries);
    expect(readFileSync(path.join(dir, '.winnow/.gitattributes'), 'utf8')).toContain('*.jsonl -text');
    expect(readFileSync(path.join(dir, '.winnow/.gitignore'), 'utf8')).toContain('trash/');
  });

  it('sees what another window has written', async () => {
    const [dir, home] = [temporaryFolder(), temporaryFolder()];
    const [one, two] = [journalOf(dir, home), journalOf(dir, home)];
    await one.append(keep('a'), 'user');
    expect(names(await two.read())).toEqual(['a']);
    expect((await two.append(keep('b'), 'user')).n).toBe(2);
    expect(names(await one.read())).toEqual(['a', 'b']);
  });

  it('changes nothing by reading', async () => {
    const dir = temporaryFolder();
    expect(await journalOf(dir, temporaryFolder()).read()).toEqual([]);
    expect(readdirSync(dir)).toEqual([]);
  });

  it('cuts a tail torn at any byte, sets it aside and says so; earlier entries stay', async () => {
    const [dir, home] = [temporaryFolder(), temporaryFolder()];
    const journal = journalOf(dir, home);
    await journal.append(keep('a'), 'user');
    const file = fileOf(dir);
    const sound = readFileSync(file);
    await journal.append(keep('b'), 'user');
    const whole = readFileSync(file);
    for (let length = sound.length + 1; length < whole.length; length++) {
      writeFileSync(file, whole.subarray(0, length));
      const again = journalOf(dir, home);
      expect(names(await again.read())).toEqual(['a']);
      expect(again.takeNotes()).toEqual([expect.stringMatching(/lost\+found/)]);
      expect(again.takeNotes()).toEqual([]);
      expect(readFileSync(file)).toEqual(sound);
    }
    const aside = readdirSync(path.join(dir, '.winnow/lost+found'));
    expect(aside.length).toBeGreaterThan(0);
    expect((await journalOf(dir, home).append(keep('c'), 'user')).n).toBe(2);
  });

  it('cuts a garbled last line, whichever byte is wrong', async () => {
    const [dir, home] = [temporaryFolder(), temporaryFolder()];
    await journalOf(dir, home).append(keep('a'), 'user');
    const file = fileOf(dir);
    const sound = readFileSync(file);
    await journalOf(dir, home).append(keep('b'), 'user');
    const whole = readFileSync(file);
    for (let at = sound.length; at < whole.length; at += 3) {
      const garbled = Buffer.from(whole);
      garbled[at]! ^= 0x5a;
      writeFileSync(file, garbled);
      const journal = journalOf(dir, home);
      expect(names(await journal.read())).toEqual(['a']);
      expect(journal.problem).toBeNull();
    }
  });

  it('is read up to a broken middle, refuses to write, and changes not one byte', async () => {
    const [dir, home] = [temporaryFolder(), temporaryFolder()];
    const journal = journalOf(dir, home);
    for (const name of ['a', 'b', 'c']) await journal.append(keep(name), 'user');
    const file = fileOf(dir);
    const whole = readFileSync(file);
    const [first = '', second = '', third = ''] = whole.toString().split('\n');
    const damaged = [
      [first, second.replace('"b"', '"x"'), third, ''].join('\n'),
      [first, third, ''].join('\n'),
      [first, 'noise', third, ''].join('\n'),
    ];
    for (const content of damaged) {
      writeFileSync(file, content);
      const again = journalOf(dir, home);
      expect(names(await again.read())).toEqual(['a']);
      expect(again.problem?.code).toBe('journal-broken');
      expect(again.problem?.message).toMatch(/line 2 of .*jsonl/);
      await expect(again.append(keep('d'), 'user')).rejects.toMatchObject({ code: 'journal-broken' });
      expect(readFileSync(file, 'utf8')).toBe(content);
    }
    writeFileSync(file, whole);
    expect((await journal.append(keep('d'), 'user')).n).toBe(4);
  });

  it('with lines of a newer version is shown but not written', async () => {
    const [dir, home] = [temporaryFolder(), temporaryFolder()];
    const journal = journalOf(dir, home);
    await journal.append(keep('a'), 'user');
    const file = fileOf(dir);
    const lastCrc = readFileSync(file, 'utf8').trimEnd().slice(-8);
    const stamp = { v: 1, n: 2, at: '', by: 'user' } as const;
    appendFileSync(file, encodeLine(stamp, { kind: 'teleport' } as unknown as EntryBody, lastCrc).text);
    expect(names(await journal.read())).toEqual(['a']);
    expect(journal.problem?.code).toBe('journal-newer');
    await expect(journal.append(keep('b'), 'user')).rejects.toMatchObject({ code: 'journal-newer' });
  });

  it('takes over from a dead holder at once', async () => {
    const [dir, home] = [temporaryFolder(), temporaryFolder()];
    const journal = journalOf(dir, home);
    await journal.append(keep('a'), 'user');
    const { thisProcess } = await import('../../src/node/thisProcess.js');
    const dead = { ...thisProcess, pid: 4_194_300, started: '1', token: 'dead' };
    writeFileSync(path.join(dir, '.winnow/journal.lock'), JSON.stringify(dead));
    expect((await journal.append(keep('b'), 'user')).n).toBe(2);
    const reused = { ...thisProcess, started: '1', token: 'another process that had our pid' };
    writeFileSync(path.join(dir, '.winnow/journal.lock'), JSON.stringify(reused));
    expect((await journal.append(keep('c'), 'user')).n).toBe(3);
  });

  it('goes on in a file of its own when git has put an older one in its place', async () => {
    const [dir, home] = [temporaryFolder(), temporaryFolder()];
    const journal = journalOf(dir, home);
    const first = await journal.append(keep('a'), 'user');
    const file = fileOf(dir);
    const older = readFileSync(file);
    await journal.append(keep('b'), 'user');
    writeFileSync(file, older);
    const next = await journalOf(dir, home).append(keep('c'), 'user');
    expect(next.writer).not.toBe(first.writer);
    expect(names(await journal.read())).toEqual(['a', 'c']);
  });

  it('gives a copied folder another writer', async () => {
    const [dir, home, copy] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
    const first = await journalOf(dir, home).append(keep('a'), 'user');
    cpSync(dir, copy, { recursive: true });
    expect((await journalOf(copy, home).append(keep('b'), 'user')).writer).not.toBe(first.writer);
  });

  it('merges in git without conflict into one equal state: two clones × 200 entries', async () => {
    const git = (dir: string, ...args: string[]): string =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', '-c', 'commit.gpgsign=false', ...args], {
        cwd: dir,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    const [origin, homeA, homeB, other] = [temporaryFolder(), temporaryFolder(), temporaryFolder(), temporaryFolder()];
    git(origin, 'init', '-q', '-b', 'main');
    await journalOf(origin, homeA).append(keep('root'), 'user');
    git(origin, 'add', '.');
    git(origin, 'commit', '-qm', 'start');
    const clone = path.join(other, 'clone');
    git(other, 'clone', '-q', origin, clone);
    const [a, b] = [journalOf(origin, homeA), journalOf(clone, homeB)];
    for (let i = 0; i < 200; i++) {
      await a.append(keep(`a${i}`), 'user');
      await b.append(keep(`b${i}`), 'user');
    }
    for (const dir of [origin, clone]) {
      git(dir, 'add', '.');
      git(dir, 'commit', '-qm', 'decisions');
    }
    git(clone, 'pull', '-q', '--no-rebase', '--no-edit', 'origin', 'main');
    git(origin, 'pull', '-q', '--no-rebase', '--no-edit', clone, 'main');
    const [here, there] = [await a.read(), await b.read()];
    expect(here).toHaveLength(401);
    expect(there).toEqual(here);
    expect(git(origin, 'status', '--porcelain')).toBe('');
  });
});
