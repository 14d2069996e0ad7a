import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const trunk = path.join(root, 'scripts/backbone/trunk');
const run = promisify(execFile);
const families = ['things', 'strokes'];
const patience = 300_000;

/** The weights that some steps on a tiny bank lead to. */
const weightsOf = (dir: string): Promise<Buffer> => readFile(path.join(dir, 'weights.f32'));

describe('the network over maps of words', () => {
  let dir = '';
  const train = async (name: string, loss: string, ...more: string[]): Promise<string> => {
    const out = path.join(dir, name);
    const counts = ['--pictures', '2', '--views', '2', '--threads', '1'];
    await run(process.execPath, [
      path.join(trunk, 'train.mjs'),
      ...[path.join(dir, 'bank'), out, loss, '4', ...families, ...counts, ...more],
    ]);
    return out;
  };
  beforeAll(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'winnow-trunk-'));
    const bank = [path.join(dir, 'bank'), families.join(','), '3', '2', '2'];
    await run(process.execPath, [path.join(trunk, 'bank.mjs'), ...bank]);
  }, patience);
  afterAll(() => rm(dir, { recursive: true, force: true }));

  it(
    'is the same training in one piece and in two, under another loss another',
    async () => {
      const whole = await weightsOf(await train('whole', 'supervised'));
      await train('pieces', 'supervised', '--seconds', '0.000001');
      expect((await weightsOf(path.join(dir, 'pieces'))).equals(whole)).toBe(false);
      expect(await weightsOf(await train('pieces', 'supervised'))).toEqual(whole);
      const contrastive = await weightsOf(await train('contrastive', 'contrastive'));
      expect(contrastive.length).toBe(whole.length);
      expect(contrastive.equals(whole)).toBe(false);
      const values = new Float32Array(Uint8Array.from(contrastive).buffer);
      expect(values.every((value) => Number.isFinite(value))).toBe(true);
    },
    patience,
  );
});
