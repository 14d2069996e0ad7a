/** `winnow sample`: a whole dataset or nothing. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const cli = path.resolve(import.meta.dirname, '../../dist/cli.mjs');
let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(path.join(os.tmpdir(), 'winnow-sample-'));
});
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

test('a folder that holds something is left as it is', () => {
  mkdirSync(path.join(scratch, 'mine'));
  writeFileSync(path.join(scratch, 'mine', 'letter.txt'), 'dear');
  const { status, stderr } = spawnSync(process.execPath, [cli, 'sample', 'mine'], { cwd: scratch, encoding: 'utf8' });
  expect(status).toBe(2);
  expect(stderr).toMatch(/not empty.*nothing was written/);
  expect(readdirSync(path.join(scratch, 'mine'))).toEqual(['letter.txt']);
});

test('interrupted, it leaves nothing behind', async () => {
  const child = spawn(process.execPath, [cli, 'sample', 'half'], { cwd: scratch, stdio: ['ignore', 'ignore', 'pipe'] });
  // The first progress is told when pictures are being taken.
  await once(child.stderr, 'data');
  child.kill('SIGINT');
  await once(child, 'close');
  expect(existsSync(path.join(scratch, 'half'))).toBe(false);
  expect(readdirSync(scratch).filter((name) => name.includes('half'))).toEqual([]);
});
