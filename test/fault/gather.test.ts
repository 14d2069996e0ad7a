/** Seeded `kill -9` in the middle of real gatherings: each ends with the same files, and nothing is fetched twice. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startImageServer, type ImageServer } from '../../scripts/demo/imageServer.mjs';
import { OpenDataset } from '../../src/app/openDataset.js';
import { seededRandom } from '../../src/base/random.js';
import { gatheredOf } from '../../src/core/gather/sources.js';
import { openStore } from '../../src/node/datasetStore.js';
import { filesIn, foldersIn, idOf, noEngine, quiet } from '../node/tempDataset.js';

const root = path.resolve(import.meta.dirname, '../..');
/** `WINNOW_KILLS` is a thousand for all activities together; a gathering takes a fifth of them. */
const kills = Math.max(4, Math.round(Number(process.env['WINNOW_KILLS'] ?? 24) / 5));
const killsEach = 4;
const perClass = kills >= 100 ? 150 : 40;
const labels = ['apple', 'banana', 'cherry'];
const queries = Object.fromEntries(labels.map((label) => [`${label} photo`, label]));
/** The product's own limit; as many again may have come while their lines are being written. */
const inFlight = 8;
let scratch: string;
let server: ImageServer;

/** A third more than is wanted; of every twelve one is a copy, one is cut and one is a web page. */
beforeAll(async () => {
  scratch = mkdtempSync(path.join(os.tmpdir(), 'winnow-gather-kills-'));
  const random = seededRandom(5);
  for (const label of labels) {
    const folder = path.join(scratch, 'web', label);
    mkdirSync(folder, { recursive: true });
    let last: Buffer = Buffer.alloc(0);
    for (let i = 0; i < perClass * 1.4; i++) {
      const blocks = Buffer.from(Array.from({ length: 8 * 8 * 3 }, () => random.below(256)));
      const fresh = await sharp(blocks, { raw: { width: 8, height: 8, channels: 3 } })
        .resize(160, 160, { kernel: 'nearest' })
        .jpeg()
        .toBuffer();
      const bytes =
        i % 12 === 5 ? last : i % 12 === 8 ? fresh.subarray(0, 900) : i % 12 === 11 ? Buffer.from('<html>no') : fresh;
      writeFileSync(path.join(folder, `${String(i).padStart(4, '0')}.jpg`), bytes);
      last = fresh;
    }
  }
  server = await startImageServer(path.join(scratch, 'web'), queries);
});
afterAll(async () => {
  await server.close();
  rmSync(scratch, { recursive: true, force: true });
});

interface Ending {
  readonly code: number | null;
  readonly isKilled: boolean;
  readonly errors: string;
}

/** @param killAfterMs null = lets it end. */
const runGather = (dir: string, home: string, killAfterMs: number | null): Promise<Ending> =>
  new Promise((resolve, reject) => {
    const args = [
      ...['gather', dir, '--json', '--per-class', String(perClass), '--provider', 'openverse'],
      ...[
        '--base-url',
        `openverse=${server.base}`,
        '--allow-private-host',
        server.host,
        '--per-host',
        String(inFlight),
      ],
      ...Object.entries(queries).flatMap(([term, label]) => ['--class', `${label}=${term}`]),
    ];
    const child = spawn(process.execPath, [path.join(root, 'dist', 'cli.mjs'), ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, WINNOW_HOME: home },
    });
    let errors = '';
    child.stderr.on('data', (chunk) => (errors += String(chunk)));
    const timer = killAfterMs === null ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, isKilled: signal === 'SIGKILL', errors });
    });
  });

const imagesIn = (dir: string): string[] => (existsSync(path.join(dir, 'images')) ? filesIn(dir, 'images') : []);

/** What must hold after every death: whole files under their names, and a journal that can be read and tells the truth. */
const inspect = async (dir: string, home: string, where: string): Promise<void> => {
  for (const file of imagesIn(dir)) {
    const digits = /-([0-9a-f]+)\.jpg$/.exec(file)?.[1] ?? '?';
    expect(idOf(readFileSync(path.join(dir, file))).startsWith(digits), `${where}: ${file} is whole`).toBe(true);
  }
  const dataset = new OpenDataset(await openStore(dir, { folders: foldersIn(home) }), noEngine, quiet);
  try {
    await dataset.snapshot();
    expect(dataset.readOnlyReason, where).toBeNull();
    for (const { path: file, id } of gatheredOf(await dataset.store.journal.read())) {
      expect(idOf(readFileSync(path.join(dir, file))), `${where}: ${file} is what the journal says`).toBe(id);
    }
  } finally {
    dataset.dispose();
  }
};

/** Every file with its provenance. */
const provenanceOf = async (dir: string, home: string): Promise<string[]> => {
  const dataset = new OpenDataset(await openStore(dir, { folders: foldersIn(home) }), noEngine, quiet);
  const images = gatheredOf(await dataset.store.journal.read());
  dataset.dispose();
  return images.map(({ path: file, provenance }) => `${file} ${provenance.imageUrl}`).sort();
};

const repeats = (asked: readonly string[]): number => asked.length - new Set(asked).size;

test(
  `${String(kills)} kills of gatherings of 3 × ${String(perClass)}`,
  { timeout: 120_000 + kills * 8_000 },
  async () => {
    const whole = path.join(scratch, 'whole');
    const started = performance.now();
    const first = await runGather(whole, path.join(scratch, 'whole-home'), null);
    const wholeMs = performance.now() - started;
    expect(first.code, first.errors).toBe(0);
    const wanted = imagesIn(whole);
    const provenance = await provenanceOf(whole, path.join(scratch, 'whole-home'));
    expect(wanted).toHaveLength(3 * perClass);
    expect(new Set(provenance).size).toBe(3 * perClass);
    expect(repeats(server.requests)).toBe(0);

    const random = seededRandom(Number(process.env['WINNOW_SEED'] ?? 7));
    const sum = { killed: 0, fetchedAgain: 0, searchedAgain: 0, gatherings: 0 };
    while (sum.killed < kills) {
      const dir = path.join(scratch, `cut-${String(sum.gatherings)}`);
      const home = `${dir}-home`;
      server.requests.length = 0;
      let killed = 0;
      while (killed < killsEach && sum.killed < kills) {
        const end = await runGather(dir, home, random.next() * wholeMs);
        if (!end.isKilled) {
          expect(end.code, end.errors).toBe(0);
          break;
        }
        killed++;
        sum.killed++;
        if (existsSync(dir)) await inspect(dir, home, `gathering ${String(sum.gatherings)}, kill ${String(killed)}`);
      }
      const end = await runGather(dir, home, null);
      const where = `gathering ${String(sum.gatherings)} after ${String(killed)} kills`;
      expect(end.code, `${where}: ${end.errors}`).toBe(0);
      await inspect(dir, home, where);
      expect(imagesIn(dir), where).toEqual(wanted);
      const shown = await provenanceOf(dir, home);
      expect(
        shown.map((line) => line.replace(/ .*\/files\//, ' ')),
        where,
      ).toEqual(provenance.map((line) => line.replace(/ .*\/files\//, ' ')));
      expect(readdirSync(path.join(dir, '.winnow/tmp')), where).toEqual([]);
      const files = server.requests.filter((url) => url.startsWith('/files/'));
      const searches = server.requests.filter((url) => !url.startsWith('/files/'));
      sum.fetchedAgain += repeats(files);
      sum.searchedAgain += repeats(searches);
      expect(repeats(files), `${where}: files fetched twice`).toBeLessThanOrEqual(2 * inFlight * killed);
      expect(repeats(searches), `${where}: searches asked twice`).toBeLessThanOrEqual(killed);
      sum.gatherings++;
      rmSync(dir, { recursive: true, force: true });
      rmSync(home, { recursive: true, force: true });
    }
    const { killed, gatherings, fetchedAgain, searchedAgain } = sum;
    console.log(
      `${String(killed)} kills in ${String(gatherings)} gatherings: ${String(fetchedAgain)} files and ${String(searchedAgain)} searches in flight were asked for again`,
    );
  },
);
