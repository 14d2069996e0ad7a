import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { resolveBackbone } from '../../src/engine/backbones/resolveBackbone.js';
import { openViewModel } from '../../src/engine/embed/viewModel.js';
import { cutNetwork } from '../../src/engine/onnx/cutNetwork.js';

const root = path.resolve(import.meta.dirname, '../..');
const file = path.join(root, 'media/backbone/embedded.onnx');
const run = promisify(execFile);
const factsShape = z.object({
  id: z.literal('embedded'),
  sha256: z.string(),
  bytes: z.number(),
  size: z.number(),
  normalise: z.literal('unit'),
  dim: z.number(),
});
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('the embedded backbone', () => {
  let dir = '';
  let bytes: Buffer;
  let facts: z.infer<typeof factsShape>;
  beforeAll(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'winnow-backbone-'));
    bytes = await readFile(file);
    facts = factsShape.parse(JSON.parse(await readFile(path.join(root, 'media/backbone/embedded.json'), 'utf8')));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  it('is what its facts say', () => {
    expect(sha256(bytes)).toBe(facts.sha256);
    expect(bytes.length).toBe(facts.bytes);
    expect(bytes.length).toBeLessThanOrEqual(4 * 2 ** 20);
  });

  it('comes out of its script, byte for byte', async () => {
    await run(process.execPath, [path.join(root, 'scripts/backbone/make.mjs'), '--out', dir], { cwd: root });
    expect(sha256(await readFile(path.join(dir, 'embedded.onnx')))).toBe(facts.sha256);
    expect(await readFile(path.join(dir, 'embedded.json'))).toEqual(
      await readFile(path.join(root, 'media/backbone/embedded.json')),
    );
  });

  it('is what the engine falls back to, with the recipe inside', async () => {
    const found = await resolveBackbone(
      { backbone: null, normalise: null, size: null },
      { cacheDir: dir, embedded: file },
    );
    expect(found).toEqual({
      id: 'embedded',
      file,
      sha256: facts.sha256,
      recipe: { size: facts.size, normalise: facts.normalise },
    });
  });

  it('is cut before its head', () => {
    const { input, outputs } = cutNetwork(bytes, 'embedded', true);
    expect(input).toMatchObject({ layout: 'nchw', fixedSide: facts.size });
    // The mid block is the map of colours: what the last convolution before pooling reads.
    expect(outputs).toEqual(['winnow/embedding', 'winnow/mid0']);
  });

  it('gives the same finite features each time, and others for another picture', async () => {
    const backbone = await resolveBackbone(
      { backbone: 'embedded', normalise: null, size: null },
      { cacheDir: dir, embedded: file },
    );
    const picture = (step: number): { rgb: Uint8Array; width: number; height: number } => ({
      rgb: Uint8Array.from({ length: 160 * 120 * 3 }, (_, at) => (at * step) % 256),
      width: 160,
      height: 120,
    });
    const view = await openViewModel(backbone, 'crop', 'cpu');
    try {
      const { layout, row } = await view.embed(picture(7));
      expect(layout[0]).toBe(facts.dim);
      expect(row.length).toBe(layout.reduce((sum, part) => sum + part, 0));
      expect(row.every((value) => Number.isFinite(value))).toBe(true);
      expect((await view.embed(picture(7))).row).toEqual(row);
      expect((await view.embed(picture(11))).row).not.toEqual(row);
    } finally {
      await view.dispose();
    }
  });

  it('answers for flat pictures too: no division by an empty neighbourhood', async () => {
    const backbone = await resolveBackbone(
      { backbone: 'embedded', normalise: null, size: null },
      { cacheDir: dir, embedded: file },
    );
    const view = await openViewModel(backbone, 'squish', 'cpu');
    try {
      for (const byte of [0, 255]) {
        const rgb = new Uint8Array(40 * 30 * 3).fill(byte);
        const { row } = await view.embed({ rgb, width: 40, height: 30 });
        expect(row.every((value) => Number.isFinite(value))).toBe(true);
      }
    } finally {
      await view.dispose();
    }
  });
});
