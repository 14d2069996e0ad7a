import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyDecisions } from '../../src/app/apply.js';
import { decide } from '../../src/app/decide.js';
import type { DatasetSnapshot } from '../../src/app/openDataset.js';
import { idOf, imageBytes, openTest, put, temporaryFolder } from '../node/tempDataset.js';

const toDog = { kind: 'relabel', to: 'dog', allowNewClass: false } as const;
const one = idOf(imageBytes('cat/1.jpg'));
const animals = (): { dir: string; home: string } => {
  const [dir, home] = [temporaryFolder(), temporaryFolder()];
  for (const file of ['cat/1.jpg', 'cat/2.jpg', 'dog/3.jpg']) put(dir, file);
  return { dir, home };
};

describe('an open dataset', () => {
  it('reads once for all who ask first, and is named after its folder', async () => {
    const { dir, home } = animals();
    const dataset = await openTest(dir, home);
    const [a, b] = await Promise.all([dataset.snapshot(), dataset.snapshot()]);
    expect(a).toBe(b);
    expect(dataset.name).toBe(path.basename(dir));
    expect(await dataset.reread()).toBe(a);
  });

  it('shows what another window decides and applies, and says nothing when nothing is new', async () => {
    const { dir, home } = animals();
    const [mine, other] = [await openTest(dir, home), await openTest(dir, home)];
    const seen: DatasetSnapshot[] = [];
    await mine.snapshot();
    mine.onDidChange((snapshot) => seen.push(snapshot));
    await mine.reread();
    expect(seen).toEqual([]);
    await decide(other, [one], toDog, 'user');
    await mine.reread();
    expect(seen.at(-1)?.state.items.get(one)?.label).toBe('dog');
    await applyDecisions(other, { dryRun: false });
    await mine.reread();
    expect(seen.at(-1)?.scan.items.find((item) => item.id === one)?.paths).toEqual(['dog/1.jpg']);
    expect(seen.at(-1)?.state.items.get(one)).toMatchObject({ label: 'dog', superseded: null });
  });

  it('notices files that came and went', async () => {
    const { dir, home } = animals();
    const dataset = await openTest(dir, home);
    await decide(dataset, [one], toDog, 'user');
    put(dir, 'owl/4.jpg');
    rmSync(path.join(dir, 'cat/2.jpg'));
    const { scan, state } = await dataset.refresh();
    expect(scan.items.map((item) => item.paths[0])).toEqual(['cat/1.jpg', 'dog/3.jpg', 'owl/4.jpg']);
    expect(state.vocab).toEqual(['cat', 'dog', 'owl']);
    expect(state.items.get(one)?.label).toBe('dog');
  });

  it('with a damaged or newer journal can be looked at but not decided in, and says why', async () => {
    const { dir, home } = animals();
    const first = await openTest(dir, home);
    for (const to of ['dog', 'cat', 'dog']) await decide(first, [one], { ...toDog, to }, 'user');
    const folder = path.join(dir, '.winnow/journal');
    const file = path.join(folder, readdirSync(folder)[0] ?? '');
    const whole = readFileSync(file, 'utf8');
    writeFileSync(file, whole.replace('"to":"cat"', '"to":"cow"'));
    const dataset = await openTest(dir, home);
    const { state } = await dataset.snapshot();
    expect(state.items.get(one)?.label).toBe('dog');
    expect(dataset.readOnlyReason).toMatch(/damaged in the middle/);
    await expect(decide(dataset, [one], { kind: 'keep' }, 'user')).rejects.toMatchObject({ code: 'journal-broken' });
    await expect(applyDecisions(dataset, { dryRun: false })).rejects.toMatchObject({ code: 'journal-broken' });
    writeFileSync(file, whole);
    await dataset.refresh();
    expect(dataset.readOnlyReason).toBeNull();
    await decide(dataset, [one], { kind: 'keep' }, 'user');
  });

  it('mends a torn end by itself and says so once', async () => {
    const { dir, home } = animals();
    await decide(await openTest(dir, home), [one], toDog, 'user');
    const folder = path.join(dir, '.winnow/journal');
    appendFileSync(path.join(folder, readdirSync(folder)[0] ?? ''), '{"v":1,"n":2,"at":"20');
    const dataset = await openTest(dir, home);
    expect(dataset.store.journal.takeNotes().join()).toMatch(/lost\+found/);
    expect((await dataset.snapshot()).state.items.get(one)?.label).toBe('dog');
    expect(dataset.readOnlyReason).toBeNull();
  });
});
