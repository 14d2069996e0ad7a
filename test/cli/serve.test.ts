/** `winnow serve` as a person starts it: good, broken and hostile requests, thirty-two at a time. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { load } from '../../scripts/bench/serveLoad.mjs';
import { trainedSample } from '../trainedSample.js';

const cli = path.resolve(import.meta.dirname, '../../dist/cli.mjs');
let scratch: string;
let env: NodeJS.ProcessEnv;
let server: ChildProcess;
let url: string;
let run: string;
let known: Buffer;
let photoName: string;
let pictures: Buffer[];

beforeAll(async () => {
  scratch = mkdtempSync(path.join(os.tmpdir(), 'winnow-serve-'));
  env = { ...process.env, WINNOW_HOME: path.join(scratch, 'home') };
  await trainedSample(path.join(scratch, 'kitchen'), path.join(scratch, 'home'));
  const mugs = path.join(scratch, 'kitchen/mug');
  const files = readdirSync(mugs)
    .filter((name) => /^photo-\d+\.jpg$/.test(name))
    .slice(10, 20);
  photoName = files[0]!;
  known = readFileSync(path.join(mugs, photoName));
  // A byte behind the end makes another file of the same picture: one that the model has not seen.
  pictures = files.map((name) => Buffer.concat([readFileSync(path.join(mugs, name)), Buffer.from([0])]));
  server = spawn(process.execPath, [cli, 'serve', 'kitchen', '--json'], {
    cwd: scratch,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(server.stdout!), 'line')) as [string];
  ({ url, run } = JSON.parse(line) as { url: string; run: string });
});
afterAll(async () => {
  if (server.exitCode === null) {
    server.kill('SIGKILL');
    await once(server, 'exit');
  }
  rmSync(scratch, { recursive: true, force: true });
});

const predict = async (bytes: Buffer): Promise<{ status: number; out: Record<string, unknown> }> => {
  const answer = await fetch(`${url}predict`, { method: 'POST', body: new Uint8Array(bytes) });
  return { status: answer.status, out: (await answer.json()) as Record<string, unknown> };
};

test('answers with the JSON of predict, held-out for a photo of the dataset', async () => {
  const { status, out } = await predict(pictures[0]!);
  expect(status).toBe(200);
  expect(out).toMatchObject({ run, predictions: [{ path: 'picture', basis: 'new' }] });
  expect((await predict(known)).out).toMatchObject({ predictions: [{ basis: 'held-out' }] });
  expect(await (await fetch(`${url}health`)).json()).toMatchObject({ status: 'ok', dataset: 'kitchen', run });
});

test('is the app of the static site, which may load from here only', async () => {
  const page = await fetch(url);
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  const text = await page.text();
  expect(text).toContain("default-src 'none'; script-src 'self'");
  for (const [name, type] of [
    ['app.js', 'text/javascript; charset=utf-8'],
    ['app.css', 'text/css; charset=utf-8'],
    ['model.onnx', 'application/octet-stream'],
    ['ort-wasm-simd-threaded.wasm', 'application/wasm'],
  ] as const) {
    const file = await fetch(`${url}${name}`);
    expect([name, file.status, file.headers.get('content-type')]).toEqual([name, 200, type]);
    expect((await file.arrayBuffer()).byteLength).toBeGreaterThan(1000);
  }
  for (const name of ['site.md', 'winnow.json', 'constructor', '__proto__', `mug/${photoName}`]) {
    expect([name, (await fetch(`${url}${name}`)).status]).toEqual([name, 404]);
  }
});

test('700 good, broken and hostile requests at once: each gets its answer, none brings it down', async () => {
  const { port } = new URL(url);
  const report = await load({ port: Number(port), pictures, seed: 11, isOver: (asked) => asked >= 700 });
  expect(report.wrong).toEqual([]);
  expect(report.speechless).toEqual([]);
  expect(Object.keys(report.counts).length).toBeGreaterThan(20);
  expect(server.exitCode).toBeNull();
  expect((await predict(pictures[1]!)).status).toBe(200);
});

test('ends when it is told to, and leaves nothing behind', async () => {
  server.kill('SIGTERM');
  const [code] = (await once(server, 'exit')) as [number | null];
  expect(code).toBe(0);
  expect(readdirSync(path.join(scratch, 'home/cache/serve'))).toEqual([]);
});

test('before a train, and for a port that is none, it says so', () => {
  const serve = (...args: string[]): { status: number | null; stderr: string } =>
    spawnSync(process.execPath, [cli, 'serve', ...args], { cwd: scratch, env, encoding: 'utf8' });
  expect(serve('home')).toMatchObject({ status: 1, stderr: expect.stringMatching(/not been trained/) as string });
  expect(serve('kitchen', '--run', 'nope')).toMatchObject({ status: 2 });
  expect(serve('kitchen', '--port', '70000')).toMatchObject({ status: 2 });
});
