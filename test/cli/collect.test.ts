/** `winnow collect` on the trained sample with more photos of no class than it has. */

import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CollectReport } from '../../src/core/health/collectReport.js';
import { trainedSample } from '../trainedSample.js';
import { winnowIn } from './winnowIn.js';

let scratch: string;
const winnow = winnowIn<unknown>(() => scratch);

beforeAll(async () => {
  scratch = mkdtempSync(path.join(os.tmpdir(), 'winnow-collect-'));
  await trainedSample(path.join(scratch, 'kitchen'), path.join(scratch, 'home'));
});
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

test('says of which class to gather more, what to search for, and which photos to label first', () => {
  const kitchen = path.join(scratch, 'kitchen');
  const before = readdirSync(path.join(kitchen, 'unlabelled')).length;
  const photos = readdirSync(path.join(kitchen, 'mug')).filter((name) => /^photo-\d+\.jpg$/.test(name));
  for (const name of photos.slice(0, 8)) {
    // A byte behind the end makes another file of the same picture.
    const file = path.join(kitchen, 'unlabelled', name);
    cpSync(path.join(kitchen, 'mug', name), file);
    writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.from([0])]));
  }
  expect(winnow('train', 'kitchen', '--views', '1').code).toBe(0);
  const { code, out, stderr } = winnow('collect', 'kitchen');
  expect(code, stderr).toBe(0);
  const { curves, pairs, unlabelled, next } = out as CollectReport;
  expect(new Set(curves.map(({ label }) => label))).toEqual(new Set(['bottle', 'goblet', 'mug', 'plate']));
  for (const { points, slope, interval } of curves) {
    expect(points.map(({ photos: n }) => n)).toEqual([...points.map(({ photos: n }) => n)].sort((a, b) => a - b));
    expect(interval.low).toBeLessThanOrEqual(slope);
    expect(interval.high).toBeGreaterThanOrEqual(slope);
  }
  expect(curves.map(({ slope }) => slope)).toEqual([...curves.map(({ slope }) => slope)].sort((a, b) => b - a));
  expect(pairs.length).toBeGreaterThan(0);
  expect(unlabelled).toBe(before + 8);
  expect(next.length).toBeGreaterThan(0);
  for (const { path: at, probability } of next) {
    expect(at).toMatch(/^unlabelled\//);
    expect(probability).toBeGreaterThan(0);
  }
  // The same question has the same answer.
  expect(winnow('collect', 'kitchen').out).toEqual(out);
});

test('before a train says what to do', () => {
  mkdirSync(path.join(scratch, 'new/ant'), { recursive: true });
  const { code, stderr } = winnow('collect', 'new');
  expect(code).toBe(1);
  expect(stderr).toMatch(/[Tt]rain/);
});
