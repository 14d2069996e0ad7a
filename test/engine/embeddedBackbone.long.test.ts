import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

it('the embedded backbone comes out of its script, byte for byte', { timeout: 900_000 }, async () => {
  const dir = await mkdtemp(path.join(tmpdir(), 'winnow-backbone-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  await promisify(execFile)(process.execPath, [path.join(root, 'scripts/backbone/make.mjs'), '--out', dir], {
    cwd: root,
  });
  for (const name of ['embedded.onnx', 'embedded.json']) {
    const made = await readFile(path.join(dir, name));
    expect(made.equals(await readFile(path.join(root, 'media/backbone', name))), name).toBe(true);
  }
});
