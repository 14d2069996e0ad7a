import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { OpenDataset } from '../../src/app/openDataset.js';
import { refOf } from '../../src/core/journal/entry.js';
import { openStore } from '../../src/node/datasetStore.js';
import { contents, filesIn, foldersIn, imageBytes, noEngine, put, temporaryFolder } from '../node/tempDataset.js';

/** How many of the disk operations to die at; all of them from a few hundred on. */
const kills = Number(process.env['WINNOW_KILLS'] ?? 24);
const seed = Number(process.env['WINNOW_SEED'] ?? 7);
const rounds = 3;

interface Outcome {
  readonly isKilled: boolean;
  /** Disk operations passed, when it ran to its end. */
  readonly points: number;
}

it(
  `death at each disk operation of a session (up to ${kills} of them): no acknowledged decision and no file is lost`,
  { timeout: 60_000 + kills * 3_000 },
  async () => {
    const worker = path.join(temporaryFolder(), 'worker.mjs');
    await build({
      entryPoints: [path.resolve(import.meta.dirname, 'worker.ts')],
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: worker,
      banner: { js: "import { createRequire as r } from 'node:module'; const require = r(import.meta.url);" },
    });
    const { points } = await runOne(worker, 0);
    expect(points).toBeGreaterThan(100);
    const step = Math.max(1, Math.ceil(points / kills));
    let killed = 0;
    let tried = 0;
    for (let point = 1 + (seed % step); point <= points; point += step) {
      tried++;
      if ((await runOne(worker, point)).isKilled) killed++;
    }
    // Waiting for a lock may add or save an operation near the end.
    expect(killed).toBeGreaterThanOrEqual(tried - 1);
  },
);

/** A session in a fresh dataset, cut at that operation (0 = never), and then a new window that looks for anything lost. */
const runOne = async (worker: string, point: number): Promise<Outcome> => {
  const [dir, home] = [temporaryFolder(), temporaryFolder()];
  for (let i = 0; i < 6; i++) put(dir, `${i % 2 ? 'cat' : 'dog'}/${i}.jpg`, imageBytes(String(i)));
  put(dir, 'dog/copy.jpg', imageBytes('1'));
  const before = contents(dir);

  const child = spawn(process.execPath, [worker, dir, home, String(seed), String(point), String(rounds)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [said, complaint, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null, string | null]>,
  ]);
  if (signal !== 'SIGKILL' && code !== 0) throw new Error(`the worker failed by itself: ${complaint}`);

  const warnings: string[] = [];
  const log = { debug: () => {}, info: () => {}, warn: (line: string) => warnings.push(line), error: () => {} };
  const dataset = new OpenDataset(await openStore(dir, { folders: foldersIn(home) }), noEngine, log);
  const { entries, state, scan } = await dataset.snapshot();
  dataset.dispose();
  const where = `after operation ${point}`;
  expect(dataset.readOnlyReason, where).toBeNull();
  expect(state.unfinishedApply, where).toBeNull();
  expect(warnings.filter((line) => !line.includes('lost+found'))).toEqual([]);
  const written = new Map(entries.map((entry) => [refOf(entry) as string, `${entry.kind} ${entry.at}`]));
  for (const [, ack = ''] of said.matchAll(/^ack (.*)$/gm)) {
    const [ref, kind, at] = JSON.parse(ack) as [string, string, string];
    expect(written.get(ref), `${where}: ${ack}`).toBe(`${kind} ${at}`);
  }
  expect(contents(dir), where).toEqual(before);
  expect(scan.bad, where).toEqual([]);
  const strange = filesIn(dir).filter((file) => !file.startsWith('.winnow/') && !file.endsWith('.jpg'));
  expect(strange, where).toEqual([]);
  return { isKilled: signal === 'SIGKILL', points: Number(/^done (\d+)$/m.exec(said)?.[1] ?? 0) };
};
