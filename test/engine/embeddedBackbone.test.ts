import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fitModel } from '../../src/core/training/fitModel.js';
import { rowsInMemory } from '../../src/core/training/featureBlock.js';
import { prepareBlock } from '../../src/core/training/preparedBlock.js';
import { resolveBackbone } from '../../src/engine/backbones/resolveBackbone.js';
import { openViewModel } from '../../src/engine/embed/viewModel.js';
import { blocksOf } from '../../src/engine/fit/featureBlocks.js';
import { decodeImage } from '../../src/engine/images/decodeImage.js';
import { cutNetwork } from '../../src/engine/onnx/cutNetwork.js';
import { seededRandom } from '../../src/base/random.js';
import { dataTypes, readOnnx, writeOnnx } from '../../src/engine/onnx/onnxModel.js';
import { openSession } from '../../src/engine/session/openSession.js';
import { floatsOf } from '../../src/engine/session/tensorSession.js';
import { createLinearAlgebra } from '../../src/engine/session/createLinearAlgebra.js';

const root = path.resolve(import.meta.dirname, '../..');
const file = path.join(root, 'media/backbone/embedded.onnx');
const photos = path.join(process.env['WINNOW_SHARED'] ?? path.resolve(root, '../shared'), 'data/caltech8');
const whyNoPhotos = existsSync(photos) ? '' : ' (skipped: needs ../shared)';
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

  it.skipIf(!existsSync(photos))(
    `tells eight animals apart on real photos${whyNoPhotos}`,
    { timeout: 300_000 },
    async () => {
      const backbone = await resolveBackbone(
        { backbone: 'embedded', normalise: null, size: null },
        { cacheDir: dir, embedded: file },
      );
      const view = await openViewModel(backbone, 'crop', 'cpu');
      const rows: Float32Array[] = [];
      const labels: number[] = [];
      let layout: readonly number[] = [];
      const classes = (await readdir(photos, { withFileTypes: true })).filter((each) => each.isDirectory());
      try {
        for (const [label, { name }] of classes.entries()) {
          for (const photo of (await readdir(path.join(photos, name))).sort().slice(0, 25)) {
            const decoded = await decodeImage(await readFile(path.join(photos, name, photo)));
            if (!decoded.ok) throw new Error(`${photo}: ${decoded.bad.message}`);
            const found = await view.embed(decoded.pixels);
            layout = found.layout;
            rows.push(found.row);
            labels.push(label);
          }
        }
      } finally {
        await view.dispose();
      }
      const pictures = rows.map((row) => blocksOf('crop', layout, row));
      const items = Int32Array.from(rows.keys());
      const algebra = createLinearAlgebra();
      const blocks = await Promise.all(
        pictures[0]!.map(({ id, parts, rows: { length: width } }, at) => {
          const all = Float32Array.from(pictures.flatMap((blocks) => [...blocks[at]!.rows]));
          return prepareBlock(algebra, { id, parts, rows: rowsInMemory(all, width) }, items, { seed: 42 });
        }),
      );
      const vocab = classes.map(({ name }) => name);
      const { probabilities } = await fitModel(algebra, {
        ...{ blocks, vocab, labels: Int32Array.from(labels), groups: items, seed: 42, hasVotes: false },
      });
      const right = labels.filter((label, at) => {
        const row = [...probabilities.subarray(at * vocab.length, (at + 1) * vocab.length)];
        return row.indexOf(Math.max(...row)) === label;
      });
      // .71 when it was made; chance is one in eight.
      expect(right.length / labels.length).toBeGreaterThan(0.65);
    },
  );

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

  it('stays finite when a fine-tuning has moved its weights, zeros below zero too', async () => {
    const network = readOnnx(bytes, 'embedded');
    const random = seededRandom(3);
    const moved = network.graph.initializer.map((tensor) => {
      if (tensor.dims?.length !== 4 || tensor.dataType !== dataTypes.float32 || !tensor.rawData) return tensor;
      const raw = tensor.rawData;
      const values = new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength));
      return { ...tensor, rawData: new Uint8Array(values.map((value) => value - 0.05 * random.next()).buffer) };
    });
    const session = await openSession(writeOnnx({ ...network, graph: { ...network.graph, initializer: moved } }));
    const { input } = cutNetwork(bytes, 'embedded', true);
    for (const grey of [0, 0.5, 1]) {
      const data = new Float32Array(3 * facts.size ** 2).fill(grey);
      const { scores } = await session.run({
        [input.name]: { type: 'float32', dims: [1, 3, facts.size, facts.size], data },
      });
      expect(floatsOf(scores, 'scores').every(Number.isFinite)).toBe(true);
    }
    await session.dispose();
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
