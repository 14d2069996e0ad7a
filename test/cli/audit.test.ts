/** The audit's JSON is a contract, and it is blind: nothing in it tells a label or what a model thinks. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeSample } from '../../scripts/demo/sample.mjs';
import { answerAudit, auditState } from '../../src/app/audit.js';
import type { ItemId } from '../../src/core/dataset/item.js';
import { openTest } from '../node/tempDataset.js';
import { trainedSample } from '../trainedSample.js';

const root = path.resolve(import.meta.dirname, '../..');
const cli = path.join(root, 'dist', 'cli.mjs');
let scratch: string;
let dir: string;

interface Answer {
  readonly code: number | null;
  readonly out: Readonly<Record<string, unknown>>;
  readonly stdout: string;
  readonly stderr: string;
}
const run = (args: readonly string[]): Answer => {
  const result = spawnSync(process.execPath, [cli, ...args], {
    encoding: 'utf8',
    cwd: scratch,
    env: { ...process.env, WINNOW_HOME: path.join(scratch, 'home') },
  });
  const isJson = args.includes('--json') && result.stdout !== '';
  return {
    code: result.status,
    out: isJson ? (JSON.parse(result.stdout) as Answer['out']) : {},
    stdout: result.stdout,
    stderr: result.stderr,
  };
};
const audit = (...args: string[]): Answer => run(['audit', 'kitchen', ...args, '--json']);
const nextOf = (answer: Answer) => answer.out['next'] as { id: ItemId; path: string }[];

beforeAll(async () => {
  scratch = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'winnow-audit-')));
  dir = path.join(scratch, 'kitchen');
  await makeSample(dir, 1, path.join(scratch, 'key.json'));
});
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

describe('winnow audit', () => {
  test('before a train says what to do', () => {
    const answer = audit();
    expect(answer.code).toBe(1);
    expect(answer.stderr).toMatch(/Train first: winnow train kitchen/);
  });

  test('asks about 60 photos by id and picture, and by nothing else', async () => {
    rmSync(dir, { recursive: true });
    await trainedSample(dir, path.join(scratch, 'home'));
    const asked = audit();
    expect(asked.code, asked.stderr).toBe(0);
    expect(Object.keys(asked.out)).toEqual(['asked', 'answered', 'next', 'results', 'notes']);
    expect(asked.out).toMatchObject({ asked: 60, answered: 0, results: null, notes: [] });
    const next = nextOf(asked);
    expect(next).toHaveLength(60);
    for (const one of next) {
      expect(Object.keys(one)).toEqual(['id', 'path']);
      expect(existsSync(one.path)).toBe(true);
      // A picture named by its id: its own path would tell the label.
      expect(path.basename(one.path)).toContain(one.id);
      expect(one.path.startsWith(dir)).toBe(false);
    }
    expect(audit().stdout).toBe(asked.stdout);
    expect(run(['audit', 'kitchen']).stdout).toMatch(/^0 of 60 answered, about 2 minutes left\./);
  });

  test('takes answers, takes them back, refuses what is none', () => {
    const [first, second] = nextOf(audit());
    const vocab = Object.keys(run(['scan', 'kitchen', '--json']).out['classes'] as object);
    expect(audit(first!.id.slice(0, 16), '--label', vocab[0]!).out).toMatchObject({ answered: 1, next: [] });
    expect(audit(second!.id, '--cannot-tell').out).toMatchObject({ asked: 60, answered: 2 });
    expect(nextOf(audit('--undo'))[0]?.id).toBe(second!.id);
    expect(audit(second!.id, '--label', 'nothing like it')).toMatchObject({ code: 2 });
    expect(audit(second!.id, '--label', vocab[0]!, '--cannot-tell')).toMatchObject({ code: 2 });
    expect(audit(second!.id)).toMatchObject({ code: 2 });
    expect(audit('--label', vocab[0]!)).toMatchObject({ code: 2 });
    expect(audit().out).toMatchObject({ answered: 1 });
    // No decision has been made, and undo finds none.
    expect(run(['history', 'kitchen', '--json']).out['entries']).toEqual([]);
    expect(run(['undo', 'kitchen', '--json']).code).toBe(1);
  });

  test('says what it found once all is answered', async () => {
    const dataset = await openTest(dir, path.join(scratch, 'other'));
    const { scan } = await dataset.snapshot();
    const labels = new Map(scan.items.map(({ id, folderLabel }) => [id, folderLabel ?? '']));
    const next = (await auditState(dataset)).progress?.next ?? [];
    for (const id of next.slice(1)) await answerAudit(dataset, id, { label: labels.get(id)! }, 'user');
    const last = audit(next[0]!, '--cannot-tell');
    expect(last.code, last.stderr).toBe(0);
    const results = last.out['results'] as Readonly<Record<string, unknown>>;
    expect(Object.keys(results)).toEqual([
      'judged',
      'cannotTell',
      'wrongBefore',
      'wrongNow',
      'remaining',
      'images',
      'mended',
      'accuracy',
    ]);
    expect(results).toMatchObject({ judged: 59, cannotTell: 1, mended: 0, accuracy: null });
    expect((results['wrongBefore'] as { count: number }).count).toBeLessThanOrEqual(1);
    expect(run(['audit', 'kitchen']).stdout).toMatch(/^As the labels came, (none|1) of 59 was wrong: /);
  });

  test('compares the model before and after a change, on the answers alone', () => {
    const wrong = run(['top-losses', 'kitchen', '--top', '3', '--json']).out['items'] as {
      id: string;
      prediction: string;
    }[];
    for (const { id, prediction } of wrong) run(['relabel', 'kitchen', id, '--to', prediction, '--json']);
    const { results } = audit().out as { results: { mended: number; accuracy: Record<string, unknown> } };
    expect(results.mended).toBeGreaterThan(0);
    expect(Object.keys(results.accuracy)).toEqual(['before', 'after', 'difference', 'verdict']);
    expect(results.accuracy['verdict']).toBe('cannot-tell');
  });
});
