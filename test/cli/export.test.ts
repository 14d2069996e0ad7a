/** `winnow export`: what is written, what is refused. That the numbers agree is held by test/engine/exportRun.test.ts and by each export itself. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeSample } from '../../scripts/demo/sample.mjs';
import { trainedSample } from '../trainedSample.js';
import { winnowIn } from './winnowIn.js';

let scratch: string;
let dir: string;

const winnow = winnowIn(() => scratch);

beforeAll(async () => {
  scratch = mkdtempSync(path.join(os.tmpdir(), 'winnow-export-'));
  dir = path.join(scratch, 'kitchen');
  await makeSample(dir, 1, path.join(scratch, 'key.json'));
});
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

test('before a train there is nothing to export, and it says so', () => {
  const { code, stderr } = winnow('export', dir, '--to', 'onnx', '--out', 'handed');
  expect(code).toBe(1);
  expect(stderr).toMatch(/not been trained yet/);
  expect(existsSync(path.join(scratch, 'handed'))).toBe(false);
});

test('an ONNX file that was loaded again and compared, and a card', async () => {
  rmSync(dir, { recursive: true });
  await trainedSample(dir, path.join(scratch, 'home'));
  const { code, out } = winnow('export', dir, '--to', 'onnx', '--out', 'handed');
  expect(code).toBe(0);
  expect(out['files']).toEqual(['model.onnx', 'model.check.json', 'model.md']);
  const check = out['check'] as { images: number; agreement: number; maxDifference: number };
  expect(check.agreement).toBe(1);
  expect(check.images).toBeGreaterThan(100);
  expect(check.maxDifference).toBeLessThan(1e-4);
  const written = JSON.parse(readFileSync(path.join(scratch, 'handed/model.check.json'), 'utf8')) as { run: string };
  expect(written.run).toBe(out['run']);

  expect(winnow('export', dir, '--to', 'card', '--out', 'handed').code).toBe(0);
  const card = JSON.parse(readFileSync(path.join(scratch, 'handed/model-card.json'), 'utf8')) as {
    heldOut: { items: number; accuracy: number; interval: [number, number] };
  };
  expect(card.heldOut.interval[0]).toBeLessThan(card.heldOut.accuracy);
  expect(card.heldOut.interval[1]).toBeGreaterThan(card.heldOut.accuracy);
  expect(readFileSync(path.join(scratch, 'handed/MODEL_CARD.md'), 'utf8')).toContain('## How well it does');
}, 300_000);

test('an unknown run and a file in the way are named', () => {
  expect(winnow('export', dir, '--to', 'onnx', '--out', 'other', '--run', 'nope')).toMatchObject({ code: 2 });
  writeFileSync(path.join(scratch, 'file'), '');
  const { code, stderr } = winnow('export', dir, '--to', 'card', '--out', 'file');
  expect(code).toBe(2);
  expect(stderr).toMatch(/is a file/);
  mkdirSync(path.join(scratch, 'mine'));
  writeFileSync(path.join(scratch, 'mine/model.onnx'), 'mine');
  expect(winnow('export', dir, '--to', 'onnx', '--out', 'mine')).toMatchObject({ code: 2 });
  expect(readFileSync(path.join(scratch, 'mine/model.onnx'), 'utf8')).toBe('mine');
});
