import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/base/random.js';
import { modelRows } from '../../src/core/training/model.js';
import { plainLinearAlgebra as algebra } from '../../src/core/training/plainLinearAlgebra.js';
import { coverTensor, channelMeans } from '../../src/engine/embed/coverTensor.js';
import { embeddingPath, writeEmbedding } from '../../src/engine/embed/embeddingCache.js';
import { activationOf } from '../../src/engine/fit/activation.js';
import { blocksOf } from '../../src/engine/fit/featureBlocks.js';
import { fitRun } from '../../src/engine/fit/fitRun.js';
import { heldOutPredictor } from '../../src/engine/fit/heldOutPredictor.js';
import { openRun, type OpenRun } from '../../src/engine/fit/openRun.js';
import { predictorOf, readPredictorParts } from '../../src/engine/fit/predictorFile.js';
import { cutActivations } from '../../src/engine/onnx/cutActivations.js';
import { writeOnnx } from '../../src/engine/onnx/onnxModel.js';
import type { FitItem } from '../../src/protocol/engine.js';
import { blobs } from '../core/training/syntheticItems.js';
import { madeUpBackbone as backbone, madeUpId as idOf, tinyNetwork } from './fixtures.js';

const count = 60;
const layout = [12, 5, 3];
const width = 20;
const vocab = ['ant', 'bee', 'cat'];
const made = blobs(count, width, 3, 5, 1.4);
/** 0 and 3 are look-alikes; 10 has no label; 7 is never trained on. */
const items: FitItem[] = Array.from({ length: count }, (_, i) => ({
  id: idOf(i),
  label: i === 10 ? null : made.labels[i]!,
  split: i === 7 ? 'test' : i % 5 === 4 ? 'valid' : 'train',
  group: i === 3 ? idOf(0) : idOf(i),
}));
const row = (i: number): Float32Array => made.rows.slice(i * width, (i + 1) * width);
const blockOf = (values: Float32Array) => (id: string) =>
  blocksOf('crop', layout, values).find((block) => block.id === id)?.rows ?? new Float32Array(0);

let folder: string;
let open: OpenRun;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'winnow look '));
  const cacheDir = path.join(folder, 'cache');
  for (let i = 0; i < count; i++)
    writeEmbedding(embeddingPath(cacheDir, backbone, 'crop', idOf(i)), { layout, row: row(i) });
  const job = { run: 'r1', runDir: folder, cacheDir, backbone, views: ['crop'] as const, vocab, items, seed: 1 };
  await fitRun(job, { algebra });
  open = await openRun(algebra, job);
});
afterEach(() => rm(folder, { recursive: true }));

describe('the predictor that has not seen a photo', () => {
  it.each([
    ['as trained', (i: number) => items[i]!.label ?? -1],
    [
      'after a relabel, with some photos gone',
      (i: number) => (i === 5 ? 2 : i === 8 || i === 21 ? -2 : (items[i]!.label ?? -1)),
    ],
  ])('answers about that photo what its held-out row says, %s', async (_what, labelOf) => {
    const labels = Int32Array.from({ length: count }, (_each, i) => labelOf(i));
    const { probabilities } = await modelRows(
      open.predictor,
      labels.map((label) => Math.max(-1, label)),
      vocab,
    );
    for (const i of [0, 3, 5, 7, 10, 30]) {
      const parts = await heldOutPredictor(algebra, open, folder, idOf(i), labels, vocab);
      const answer = predictorOf(parts).predict(blockOf(row(i)));
      answer.forEach((p, c) => expect(p, `photo ${i}, class ${c}`).toBeCloseTo(probabilities[i * 3 + c]!, 3));
    }
  });

  it('is another one than the predictor that has seen it', async () => {
    const labels = Int32Array.from(items, ({ label }) => label ?? -1);
    const seen = predictorOf(await readPredictorParts(folder));
    const differences = await Promise.all(
      [1, 2, 5, 30].map(async (i) => {
        const parts = await heldOutPredictor(algebra, open, folder, idOf(i), labels, vocab);
        return Math.abs(predictorOf(parts).predict(blockOf(row(i)))[0]! - seen.predict(blockOf(row(i)))[0]!);
      }),
    );
    expect(Math.max(...differences)).toBeGreaterThan(1e-3);
  });
});

describe('class activation', () => {
  const side = 3;
  /** Places whose mean is the embedding, channels first. */
  const placesFor = (embedding: Float32Array): Float32Array => {
    const random = seededRandom(4);
    const places = Float32Array.from({ length: embedding.length * side * side }, () => random.normal());
    embedding.forEach((value, f) => {
      const own = places.subarray(f * side * side, (f + 1) * side * side);
      const shift = value - own.reduce((sum, each) => sum + each, 0) / own.length;
      own.forEach((each, at) => (own[at] = each + shift));
    });
    return places;
  };

  it('is exact: the mean of all places is the ridge head’s score less its intercept', async () => {
    const parts = await readPredictorParts(folder);
    const head = parts.heads.find(({ block, gamma }) => block === 'a' && gamma === 0)!;
    const values = row(5);
    const embedding = values.slice(0, 12);
    const found = activationOf(
      parts,
      { values: placesFor(embedding), dims: [1, 12, side, side] },
      { layout, rows: values },
      'bee',
    );
    if ('why' in found) throw new Error(found.why);
    const score = { ...parts, active: [0, 1, 2], heads: [{ ...head, t: 1, b: [0, 0, 0] }], v: [0] };
    const logs = predictorOf(score).predict(blockOf(values)).map(Math.log);
    // Log-probabilities differ as the scores do.
    const mean = (label: string): number => {
      const of = activationOf(
        parts,
        { values: placesFor(embedding), dims: [1, 12, side, side] },
        { layout, rows: values },
        label,
      );
      return 'why' in of ? NaN : of.shares.reduce((sum, each) => sum + each, 0) / of.shares.length;
    };
    const scores = vocab.map((label, c) => mean(label) + head.intercept[c]!);
    expect(scores[1]! - scores[0]!).toBeCloseTo(logs[1]! - logs[0]!, 3);
    expect(scores[2]! - scores[0]!).toBeCloseTo(logs[2]! - logs[0]!, 3);
    expect([found.rows, found.columns]).toEqual([side, side]);
    expect(Math.max(...found.values.map(Math.abs))).toBeCloseTo(1, 6);
  });

  it('takes places last in their order too, and refuses what is no mean of them', async () => {
    const parts = await readPredictorParts(folder);
    const values = row(5);
    const first = placesFor(values.slice(0, 12));
    const last = Float32Array.from(first, (_, at) => first[(at % 12) * side * side + Math.floor(at / 12)]!);
    const ask = (places: Float32Array, dims: number[]) =>
      activationOf(parts, { values: places, dims }, { layout, rows: values }, 'bee');
    const [one, other] = [ask(first, [1, 12, side, side]), ask(last, [1, side, side, 12])];
    if ('why' in one || 'why' in other) throw new Error('refused');
    other.shares.forEach((share, at) => expect(share).toBeCloseTo(one.shares[at]!, 5));
    first[0] = first[0]! + 1;
    expect(ask(first, [1, 12, side, side])).toMatchObject({ why: /not simply averaged/ as unknown as string });
    expect(activationOf(parts, null, { layout, rows: values }, 'bee')).toHaveProperty('why');
    expect(activationOf(parts, null, { layout, rows: values }, 'dodo')).toHaveProperty('why');
  });

  it('is cut where the network averages its last block', () => {
    const cut = cutActivations(writeOnnx(tinyNetwork()), 'tiny');
    expect(cut?.model.graph.node.at(-1)).toMatchObject({ opType: 'Identity', input: ['r3'] });
  });
});

describe('a covered place', () => {
  it.each(['nchw', 'nhwc'] as const)('is the mean colour in %s, and nothing else changes', (inputLayout) => {
    const image = Float32Array.from({ length: 48 }, (_, at) => at);
    const at = (x: number, y: number, c: number): number =>
      inputLayout === 'nchw' ? c * 16 + y * 4 + x : (y * 4 + x) * 3 + c;
    const colour = channelMeans(image, inputLayout);
    expect(colour[1]).toBeCloseTo(
      image.filter((_, i) => (inputLayout === 'nchw' ? i >> 4 : i % 3) === 1).reduce((s, v) => s + v, 0) / 16,
      5,
    );
    const covered = coverTensor(image, inputLayout, { x: 1, y: 2, width: 2, height: 9 }, colour);
    for (let y = 0; y < 4; y++)
      for (let x = 0; x < 4; x++)
        for (let c = 0; c < 3; c++) {
          const isCovered = y >= 2 && (x === 1 || x === 2);
          expect(covered[at(x, y, c)]).toBe(isCovered ? Math.fround(colour[c as 0 | 1 | 2]) : image[at(x, y, c)]);
        }
  });
});
