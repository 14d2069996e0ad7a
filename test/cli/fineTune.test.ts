/** The JSON of `fine-tune`, `runs` and `compare`, held by golden files; a tiny network learns in seconds. */

import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Comparison } from '../../src/app/compareRuns.js';
import type { FineTuneReport } from '../../src/app/fineTune.js';
import type { TopLossesReport } from '../../src/app/topLosses.js';
import { tinyBackbone } from '../engine/fixtures.js';
import { writeDataset } from '../host/tinyDataset.js';
import { expectShape } from './golden.js';
import { winnowIn } from './winnowIn.js';

let scratch: string;
let network: string[] = [];
const winnow = winnowIn<unknown>(() => scratch);

beforeAll(() => {
  scratch = mkdtempSync(path.join(os.tmpdir(), 'winnow-fine-tune-'));
  renameSync(writeDataset(10), path.join(scratch, 'shapes'));
  network = ['--backbone', tinyBackbone(scratch).file, '--normalise', 'signed', '--size', '32'];
});
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

const small = ['--preset', 'none', '--device', 'cpu', '--batch', '8', '--epochs', '2', '--lr', '0.005'];

test('fine-tune with folds says how long, which fold, and how right out of fold; runs and compare name whose answers', () => {
  const trained = winnow('train', 'shapes', ...network);
  expect(trained.code, trained.stderr).toBe(0);
  const { code, out, stderr } = winnow('fine-tune', 'shapes', ...network, ...small, '--folds', '2', '--tta');
  expect(code, stderr).toBe(0);
  expect(stderr).toMatch(/3 networks are trained one after the other, so it takes about 3 times as long/);
  expect(stderr).toMatch(/the network itself, epoch 1[\s\S]*fold 1 of 2, epoch 1[\s\S]*fold 2 of 2, epoch 2/);
  expectShape('fine-tune', out);
  const report = out as FineTuneReport;
  expect(report.outOfFold).toMatchObject({ folds: 2, items: 31 });

  const { runs } = winnow('runs', 'shapes').out as { runs: { kind: string; run: string }[] };
  expect(runs.map(({ kind }) => kind)).toEqual(['fine-tune', 'train']);
  expectShape('runs', { runs: runs.slice(0, 1) });
  const compared = winnow('compare', 'shapes', runs[1]!.run, runs[0]!.run).out as Comparison;
  expect([compared.photos, compared.before.by, compared.after.by]).toEqual([31, 'held-out', 'out-of-fold']);
  const losses = winnow('top-losses', 'shapes').out as TopLossesReport;
  expect(losses.network).toBe(report.run);
  expect(losses.items.filter(({ networkLossNats }) => networkLossNats !== null)).toHaveLength(31);
  const mean = losses.items.reduce((sum, { networkLossNats }) => sum + networkLossNats!, 0) / 31;
  expect(mean).toBeCloseTo(report.outOfFold!.loss, 6);
  expectShape('compare', { ...compared, mended: [], broken: [] });
});

test('without folds its JSON is the same but for what they say; one fold is a mistake', () => {
  const { code, out, stderr } = winnow('fine-tune', 'shapes', ...network, ...small);
  expect(code, stderr).toBe(0);
  const { outOfFold, validation } = out as FineTuneReport;
  expect([outOfFold, validation.tta]).toEqual([null, null]);
  const one = winnow('fine-tune', 'shapes', ...network, ...small, '--folds', '1');
  expect([one.code, one.stderr]).toEqual([2, expect.stringMatching(/at least 2 folds/)]);
});
