/** Seeded `kill -9` in the middle of everything: no acknowledged decision lost, no file lost, every restart clean. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import esbuild from 'esbuild';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyDecisions } from '../../src/app/apply.js';
import { OpenDataset } from '../../src/app/openDataset.js';
import { seededRandom } from '../../src/base/random.js';
import { refOf, type Entry } from '../../src/core/journal/entry.js';
import { openStore } from '../../src/node/datasetStore.js';
import type { Engine } from '../../src/ports/engine.js';

const root = path.resolve(import.meta.dirname, '../..');
const kills = Number(process.env['WINNOW_KILLS'] ?? 24);
const activities = ['scan', 'relabel', 'apply', 'train'] as const;
const bundle = path.join(root, 'node_modules', '.cache', 'fault', 'activity.mjs');
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
let scratch: string;
let dir: string;

/** Hashes of all pictures, wherever they lie now: class folders and trash. */
const pictures = (): string[] => {
  const found: string[] = [];
  const walk = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) walk(file);
      else if (/\.(jpg|trashed)$/.test(entry.name))
        found.push(createHash('sha256').update(readFileSync(file)).digest('hex'));
    }
  };
  walk(dir);
  return found.sort();
};

beforeAll(async () => {
  scratch = mkdtempSync(path.join(os.tmpdir(), 'winnow-kills-'));
  process.env['WINNOW_HOME'] = path.join(scratch, 'home');
  dir = path.join(scratch, 'data');
  const random = seededRandom(1);
  for (const [label, level] of [
    ['a', 40],
    ['b', 120],
    ['c', 200],
  ] as const) {
    mkdirSync(path.join(dir, label), { recursive: true });
    for (let i = 0; i < 8; i++) {
      const raw = Buffer.from(Array.from({ length: 48 * 48 * 3 }, () => level + random.below(50)));
      const bytes = await sharp(raw, { raw: { width: 48, height: 48, channels: 3 } })
        .jpeg()
        .toBuffer();
      writeFileSync(path.join(dir, label, `same-${String(i)}.jpg`), bytes);
    }
  }
  await esbuild.build({
    entryPoints: [path.join(import.meta.dirname, 'activity.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: { js: "import { createRequire as __r } from 'node:module'; const require = __r(import.meta.url);" },
    logLevel: 'error',
  });
});
afterAll(() => {
  delete process.env['WINNOW_HOME'];
  rmSync(scratch, { recursive: true, force: true });
});

/** Runs an activity and kills it; answers what it had acknowledged. */
const killed = (activity: (typeof activities)[number], seed: number, delayMs: number): Promise<string[]> =>
  new Promise((resolve, reject) => {
    const args =
      activity === 'train'
        ? [path.join(root, 'dist', 'cli.mjs'), 'train', dir, '--json']
        : [bundle, dir, activity, String(seed)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let errors = '';
    child.stderr.on('data', (chunk) => (errors += String(chunk)));
    let timer: NodeJS.Timeout | undefined;
    const arm = (): void => {
      timer ??= setTimeout(() => child.kill('SIGKILL'), delayMs);
    };
    if (activity === 'train') arm();
    child.stdout.on('data', (chunk) => {
      out += String(chunk);
      arm();
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      // A train may be done before its kill; any other end is a failure of its own.
      if (signal === 'SIGKILL' || (activity === 'train' && code === 0))
        resolve([...out.matchAll(/^ack (\S+)$/gm)].map((ack) => ack[1] ?? ''));
      else reject(new Error(`${activity} (seed ${String(seed)}) ended by itself: ${String(code)}\n${errors}`));
    });
  });

test(`${String(kills)} kills over ${activities.join(', ')}`, { timeout: 60_000 + kills * 5_000 }, async () => {
  const before = pictures();
  const acknowledged = new Set<string>();
  const random = seededRandom(Number(process.env['WINNOW_SEED'] ?? 7));
  for (let n = 0; n < kills; n++) {
    const activity = activities[n % activities.length]!;
    const longest = activity === 'train' ? 1200 : 60;
    for (const ref of await killed(activity, n, random.next() * longest)) acknowledged.add(ref);

    const store = await openStore(dir);
    const dataset = new OpenDataset(store, {} as Engine, silent);
    const after = `after kill ${String(n)} (${activity})`;
    const read = async (): Promise<readonly Entry[]> => (await dataset.snapshot()).entries;
    const known = new Set((await read()).map(refOf));
    expect(
      [...acknowledged].filter((ref) => !known.has(ref as never)),
      `${after}: acknowledged and lost`,
    ).toEqual([]);
    expect(pictures(), `${after}: files`).toEqual(before);
    // A restart is clean: an apply that was cut is finished or rolled back, and the next one has nothing left to do.
    if (activity === 'apply') {
      await applyDecisions(dataset, { dryRun: false });
      expect((await dataset.refresh()).state.unfinishedApply, after).toBeNull();
      expect((await applyDecisions(dataset, { dryRun: true })).moved, `${after}: left to move`).toEqual([]);
      expect(pictures(), `${after}: files after recovery`).toEqual(before);
    }
    await store.runs.sweep();
    dataset.dispose();
  }
  // A busy machine acknowledges little before a kill comes; nothing at all would mean that nothing was tested.
  expect(acknowledged.size).toBeGreaterThan(0);
});
