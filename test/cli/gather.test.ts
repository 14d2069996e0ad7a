/** Gathering by the command line: its JSON, its exit codes, and what it leaves in the folder. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startImageServer, type ImageServer } from '../../scripts/demo/imageServer.mjs';
import { seededRandom } from '../../src/base/random.js';
import type { GatherReport } from '../../src/core/gather/report.js';
import { expectShape } from './golden.js';

const root = path.resolve(import.meta.dirname, '../..');
let scratch: string;
let server: ImageServer;

interface Answer {
  readonly code: number | null;
  readonly out: unknown;
  readonly stderr: string;
}
/** Not spawnSync: the server answers in this process. */
const winnow = async (...args: string[]): Promise<Answer> => run(args);
/** @param interruptAt sends Ctrl-C when stderr says this. */
const run = async (args: readonly string[], interruptAt?: RegExp): Promise<Answer> => {
  const child = spawn(process.execPath, [path.join(root, 'dist', 'cli.mjs'), ...args, '--json'], {
    cwd: scratch,
    env: { ...process.env, WINNOW_HOME: path.join(scratch, 'home') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (interruptAt) {
    child.stderr.on('data', (chunk) => interruptAt.test(String(chunk)) && child.kill('SIGINT'));
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, out: out === '' ? null : JSON.parse(out), stderr };
};
const gather = async (dir: string, ...more: string[]): Promise<Answer & { readonly out: GatherReport }> =>
  (await winnow(
    ...['gather', dir, '--provider', 'openverse', '--base-url', `openverse=${server.base}/`],
    ...['--allow-private-host', server.host, ...more],
  )) as Answer & { readonly out: GatherReport };

beforeAll(async () => {
  scratch = mkdtempSync(path.join(os.tmpdir(), 'winnow-gather-cli-'));
  const random = seededRandom(9);
  for (const label of ['mug', 'plate']) {
    const folder = path.join(scratch, 'web', label);
    mkdirSync(folder, { recursive: true });
    for (let i = 0; i < 6; i++) {
      const blocks = Buffer.from(Array.from({ length: 192 }, () => random.below(256)));
      const picture = sharp(blocks, { raw: { width: 8, height: 8, channels: 3 } });
      const side = i === 4 ? 90 : 160;
      writeFileSync(
        path.join(folder, `${String(i)}.jpg`),
        await picture.resize(side, side, { kernel: 'nearest' }).jpeg().toBuffer(),
      );
    }
    writeFileSync(path.join(folder, '5.jpg'), '<!doctype html><p>Not found');
  }
  server = await startImageServer(path.join(scratch, 'web'), { 'coffee mug': 'mug', 'dinner plate': 'plate' });
});
afterAll(async () => {
  await server.close();
  rmSync(scratch, { recursive: true, force: true });
});

test('gather writes winnow.json, fills the classes, and repeats nothing', async () => {
  const answer = await gather('new', '--class', 'mug=coffee mug', '--class', 'plate=dinner plate', '--per-class', '4');
  expect(answer.code, answer.stderr).toBe(0);
  expectShape('gather', answer.out);
  expect(answer.stderr).toMatch(/Up to 8 images for 2 classes from Openverse/);
  expect(readdirSync(path.join(scratch, 'new', 'images')).sort()).toEqual(['mug', 'plate']);
  expect(JSON.parse(readFileSync(path.join(scratch, 'new', 'winnow.json'), 'utf8'))).toMatchObject({
    root: 'images',
    classes: [
      { name: 'mug', terms: ['coffee mug'] },
      { name: 'plate', terms: ['dinner plate'] },
    ],
    gather: { perClass: 4, providers: ['openverse'] },
  });
  const before = server.requests.length;
  expect((await gather('new')).code).toBe(0);
  expect(server.requests.length).toBe(before);
  const scanned = await winnow('scan', 'new');
  expect(scanned.out).toMatchObject({ items: 8, classes: { mug: 4, plate: 4 } });
});

test('a class that stays short is exit 4, and each refusal has its reason', async () => {
  const answer = await gather('short', '--class', 'mug=coffee mug', '--per-class', '9');
  expect(answer.code).toBe(4);
  expect(answer.out.classes).toMatchObject([
    { gathered: 4, state: 'exhausted', rejected: { 'too-small': 1, 'not-an-image': 1 } },
  ]);
  const report = await winnow('gather-report', 'short');
  expect(report.code).toBe(0);
  expect((report.out as GatherReport).rows).toEqual(answer.out.rows);
  expect(answer.out.rows.map(({ type }) => type)).toEqual(['jpeg', 'jpeg', 'jpeg', 'jpeg', 'jpeg', 'html']);
});

test('Ctrl-C keeps what is done; of two at once the second has to wait; nothing is asked for twice', async () => {
  const args = [
    ...['gather', 'cut', '--class', 'mug=coffee mug', '--per-class', '4', '--provider', 'openverse'],
    ...['--base-url', `openverse=${server.base}`, '--allow-private-host', server.host],
  ];
  server.requests.length = 0;
  const cut = await run(args, /downloading|searching/);
  expect([cut.code, cut.stderr]).toEqual([130, expect.not.stringMatching(/wrong|error/i)]);
  const both = await Promise.all([winnow(...args), winnow(...args)]);
  const codes = both.map(({ code }) => code).sort((a, b) => a! - b!);
  // One may have finished before the other began.
  expect([
    [0, 75],
    [0, 0],
  ]).toContainEqual(codes);
  const files = server.requests.filter((url) => url.startsWith('/files/'));
  expect(files.length - new Set(files).size).toBeLessThanOrEqual(4);
  expect(readdirSync(path.join(scratch, 'cut', 'images', 'mug'))).toHaveLength(4);
});

test('credits name everybody', async () => {
  const answer = await winnow('credits', 'new');
  expect(answer.out).toEqual({ files: ['ATTRIBUTION.md', 'credits.csv'], images: 8, unlicensed: 0 });
  expect(readFileSync(path.join(scratch, 'new', 'ATTRIBUTION.md'), 'utf8')).toContain('CC0');
  expect(readFileSync(path.join(scratch, 'new', 'credits.csv'), 'utf8').split('\r\n')).toHaveLength(10);
});

test.each([
  ['a term that finds nothing', ['--class', 'cat=nothing like it'], 3, /^$/],
  ['a class without a term', ['--class', 'cat'], 2, /LABEL="search term"/],
  ['a provider that there is not', ['--class', 'cat=x', '--provider', 'openvers'], 2, /nearest is "openverse"/],
  ['no term at all', [], 2, /No class has a search term/],
])('%s', async (name, args, code, words) => {
  const dir = name.replaceAll(' ', '-');
  mkdirSync(path.join(scratch, dir), { recursive: true });
  const answer = await gather(dir, ...args);
  expect([answer.code, answer.stderr]).toEqual([code, code === 3 ? answer.stderr : expect.stringMatching(words)]);
  expect(answer.stderr).not.toMatch(/ at .*\.mjs/);
});

test('classes that differ only by case get folders that no file system takes for one', async () => {
  mkdirSync(path.join(scratch, 'case'), { recursive: true });
  const answer = await gather('case', '--class', 'cat=x', '--class', 'Cat=y');
  expect(answer.code).toBe(3);
  const { classes } = JSON.parse(readFileSync(path.join(scratch, 'case', 'winnow.json'), 'utf8')) as {
    classes: { name: string; folder?: string }[];
  };
  expect(classes.map(({ name }) => name)).toEqual(['cat', 'Cat']);
  const folders = classes.map(({ name, folder }) => (folder ?? name).toLowerCase());
  expect(new Set(folders).size).toBe(2);
});

test('an address inside the own network is asked only when it is allowed by name', async () => {
  const before = server.requests.length;
  const answer = await winnow(
    ...['gather', 'private', '--class', 'mug=coffee mug', '--provider', 'openverse'],
    ...['--base-url', `openverse=${server.base}`],
  );
  expect(answer.code).toBe(3);
  expect((answer.out as GatherReport).providers).toMatchObject([{ failure: { code: 'private-address' } }]);
  expect(server.requests.length).toBe(before);
});
