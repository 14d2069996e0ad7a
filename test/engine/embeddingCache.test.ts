import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ItemId } from '../../src/core/dataset/item.js';
import {
  embeddingPath,
  findCached,
  readEmbedding,
  readEmbeddings,
  writeEmbedding,
} from '../../src/engine/embed/embeddingCache.js';
import type { BackboneRef } from '../../src/protocol/engine.js';
import { idOf, newFolder } from './fixtures.js';

const backbone: BackboneRef = {
  id: 'file:0',
  file: '/nowhere.onnx',
  sha256: 'ab'.repeat(32),
  recipe: { size: 224, normalise: 'signed' },
};
const ids = ['one', 'two', 'three'].map((text) => idOf(Buffer.from(text)));
const embedding = (seed: number) => ({
  layout: [3, 2],
  row: Float32Array.from({ length: 5 }, (_, at) => seed + at / 8),
});

describe('the embedding cache', () => {
  it('reads back what was written, in the order asked for, and names what is missing', async () => {
    const cacheDir = newFolder();
    writeEmbedding(embeddingPath(cacheDir, backbone, 'crop', ids[0]!), embedding(1));
    writeEmbedding(embeddingPath(cacheDir, backbone, 'crop', ids[2]!), embedding(3));
    const read = new Map<number, unknown>();
    const take = (at: number, found: unknown): unknown => read.set(at, found);
    const asked = [ids[2]!, ids[1]!, ids[0]!];
    expect((await readEmbeddings(cacheDir, backbone, 'crop', asked, take)).missing).toEqual([1]);
    expect([...read]).toEqual([
      [0, embedding(3)],
      [2, embedding(1)],
    ]);
    const found = await findCached(cacheDir, backbone, 'crop', ids);
    expect([...found.cached]).toEqual([ids[0], ids[2]]);
    expect((await readEmbeddings(cacheDir, backbone, 'squish', ids, take)).missing).toEqual([0, 1, 2]);
  });

  it('keeps backbones, recipes and views apart', () => {
    const paths = new Set<string>();
    for (const sha256 of ['ab'.repeat(32), 'cd'.repeat(32)]) {
      for (const size of [128, 224]) {
        for (const normalise of ['signed', 'unit'] as const) {
          for (const view of ['crop', 'squish'] as const) {
            paths.add(embeddingPath('/c', { ...backbone, sha256, recipe: { size, normalise } }, view, ids[0]!));
          }
        }
      }
    }
    expect(paths.size).toBe(16);
  });

  it('takes a cut, lengthened or altered file for a miss, whatever byte it is', () => {
    const file = embeddingPath(newFolder(), backbone, 'crop', ids[0]!);
    writeEmbedding(file, embedding(5));
    const good = readFileSync(file);
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bytes = Buffer.from(good);
        bytes[at]! ^= change;
        writeFileSync(file, bytes);
        expect(readEmbedding(file)).toBeNull();
        writeFileSync(file, good);
        truncateSync(file, at);
        expect(readEmbedding(file)).toBeNull();
      }),
      { seed: 1, numRuns: 200 },
    );
    writeFileSync(file, Buffer.concat([good, Buffer.of(0)]));
    expect(readEmbedding(file)).toBeNull();
    writeFileSync(file, good);
    expect(readEmbedding(file)).toEqual(embedding(5));
  });

  it('survives the cache being emptied under it', async () => {
    const { rmSync } = await import('node:fs');
    const cacheDir = newFolder();
    const file = embeddingPath(cacheDir, backbone, 'crop', 'ff'.repeat(32) as ItemId);
    writeEmbedding(file, embedding(1));
    rmSync(cacheDir, { recursive: true });
    writeEmbedding(file, embedding(2));
    expect(existsSync(file)).toBe(true);
  });
});
