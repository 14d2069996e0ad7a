import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { FileJournal } from '../../src/node/fileJournal.js';
import { temporaryFolder } from './tempDataset.js';

it('two processes × 200 appends interleave without a lost, torn or doubled line', async () => {
  const [dir, home] = [temporaryFolder(), temporaryFolder()];
  const script = path.join(home, 'writer.mjs');
  await build({
    stdin: {
      contents: `
        import { FileJournal } from './src/node/fileJournal.ts';
        const [dir, home, name] = process.argv.slice(2);
        const journal = new FileJournal({ datasetDir: dir, home: dir + '/.winnow', alsoRead: [], stateFolder: home });
        for (let i = 0; i < 200; i++) await journal.append({ kind: 'keep', items: [{ id: name + i, paths: [] }] }, name);
      `,
      resolveDir: path.resolve(import.meta.dirname, '../..'),
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: script,
  });
  const ends = ['x', 'y'].map(async (name) => once(fork(script, [dir, home, name]), 'exit'));
  expect((await Promise.all(ends)).map(([code]) => code as number)).toEqual([0, 0]);
  const journal = new FileJournal({
    datasetDir: dir,
    home: path.join(dir, '.winnow'),
    alsoRead: [],
    stateFolder: home,
  });
  const entries = await journal.read();
  expect(journal.problem).toBeNull();
  expect(entries.map((entry) => entry.n)).toEqual(Array.from({ length: 400 }, (_, i) => i + 1));
  for (const name of ['x', 'y']) {
    const own = entries.filter((entry) => entry.by === name).flatMap((entry) => ('items' in entry ? entry.items : []));
    expect(own.map((item) => item.id)).toEqual(Array.from({ length: 200 }, (_, i) => `${name}${i}`));
  }
});
