import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/base/random.js';
import { toFloat16, fromFloat16 } from '../../src/core/training/float16.js';
import { exportedModel } from '../../src/engine/export/exportedModel.js';
import { blocksOf } from '../../src/engine/fit/featureBlocks.js';
import { predictorOf, type PredictorParts } from '../../src/engine/fit/predictorFile.js';
import { openViewModel } from '../../src/engine/embed/viewModel.js';
import { ints, node } from '../../src/engine/onnx/build.js';
import { readOnnx, writeOnnx, type OnnxModel } from '../../src/engine/onnx/onnxModel.js';
import { upgradeOpset } from '../../src/engine/onnx/upgradeOpset.js';
import { openSession } from '../../src/engine/session/openSession.js';
import { floatsOf } from '../../src/engine/session/tensorSession.js';
import { coralFile, hasShared, idOf, int8File, newFolder, picture, tinyNetwork, whyNoShared } from './fixtures.js';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { BackboneRef } from '../../src/protocol/engine.js';

/** Numbers of the right shapes; which ones does not matter when two ways of computing are compared. */
const partsFor = (layout: readonly number[], active: readonly number[], vocab: readonly string[]): PredictorParts => {
  const random = seededRandom(7);
  const normals = (count: number, scale = 1): Float32Array =>
    Float32Array.from({ length: count }, () => scale * random.normal());
  const [first = 0, ...mid] = layout;
  const anchors = 9;
  const block = (id: 'a' | 'mid', parts: readonly number[]): PredictorParts['blocks'][number] => {
    const width = parts.reduce((sum, part) => sum + part, 0);
    const halves = toFloat16(normals(anchors * width, 1 / Math.sqrt(width)));
    const moments = { mean: normals(width, 0.1), scale: normals(width).map((value) => Math.abs(value) + 0.1) };
    return { id, parts, median: 1.7, moments, halves, landmarks: fromFloat16(halves) };
  };
  const head = (name: 'a' | 'mid', gamma: number): PredictorParts['heads'][number] => ({
    block: name,
    gamma,
    t: 6,
    b: active.map((_, c) => 0.1 * c),
    intercept: [...normals(active.length, 0.2)],
    coefficients: normals(anchors * active.length, 0.4),
  });
  const blocks = mid.length > 0 ? [block('a', [first]), block('mid', mid)] : [block('a', [first])];
  const heads = mid.length > 0 ? [head('a', 0), head('a', 1), head('mid', 0.5)] : [head('a', 0)];
  return { vocab, active, v: heads.map((_, m) => -1 + 0.3 * m), blocks, heads };
};

/** Largest difference of a probability between the graph on raw bytes and the engine's own way. */
const difference = async (backbone: BackboneRef, active: readonly number[]): Promise<number> => {
  const own = await openViewModel(backbone, 'crop', 'cpu');
  const vocab = ['ant', 'bee', 'cat', 'dog'];
  let session: Awaited<ReturnType<typeof openSession>> | undefined;
  let parts: PredictorParts | undefined;
  let most = 0;
  for (const [seed, [width, height]] of [[300, 200] as const, [97, 211] as const, [900, 100] as const].entries()) {
    const { data } = await picture(seed, width, height).raw().toBuffer({ resolveWithObject: true });
    const embedded = await own.embed({ rgb: data, width, height });
    parts ??= partsFor(embedded.layout, active, vocab);
    session ??= await openSession(exportedModel(readFileSync(backbone.file), backbone, parts, { run: 'r' }));
    const answers = await session.run({ pixels: { type: 'uint8', dims: [height, width, 3], data } });
    const exported = floatsOf(answers['probabilities'], 'probabilities');
    const blocks = blocksOf('crop', embedded.layout, embedded.row);
    const expected = predictorOf(parts).predict((id) => blocks.find((block) => block.id === id)!.rows);
    const familiar = predictorOf(parts).familiarity((id) => blocks.find((block) => block.id === id)!.rows);
    expect(floatsOf(answers['familiarity'], 'familiarity')[0]).toBeCloseTo(familiar!, 4);
    expect(exported.length).toBe(vocab.length);
    expected.forEach((p, at) => (most = Math.max(most, Math.abs(p - exported[at]!))));
    expect(floatsOf(answers['embedding'], 'embedding').length).toBe(embedded.layout[0]);
  }
  await session?.dispose();
  await own.dispose();
  return most;
};

const backboneOf = (model: OnnxModel): BackboneRef => {
  const file = path.join(newFolder(), 'net.onnx');
  const bytes = writeOnnx(model);
  writeFileSync(file, bytes);
  return { id: 'file:tiny', file, sha256: idOf(bytes), recipe: { size: 64, normalise: 'unit' } };
};

describe('an exported graph answers what the engine answers', () => {
  it('for a network of today and for one of opset 9', async () => {
    for (const opset of [9, 13, 18]) {
      expect(await difference(backboneOf(tinyNetwork('side', opset)), [0, 1, 2, 3]), `opset ${opset}`).toBeLessThan(
        1e-5,
      );
    }
  });

  it('with a class that no item has', async () => {
    expect(await difference(backboneOf(tinyNetwork()), [0, 2, 3])).toBeLessThan(1e-5);
  });

  it.skipIf(!hasShared)(`for float and 8-bit MobileNetV2${whyNoShared}`, async () => {
    const of = (file: string, normalise: 'signed' | 'imagenet'): BackboneRef => ({
      id: 'file:x',
      file,
      sha256: '0'.repeat(64),
      recipe: { size: 224, normalise },
    });
    expect(await difference(of(coralFile, 'signed'), [0, 1, 2, 3])).toBeLessThan(1e-4);
    expect(await difference(of(int8File, 'imagenet'), [0, 1, 2, 3])).toBeLessThan(1e-4);
  });
});

describe('an old network is respelled for opset 18', () => {
  const graphOf = (...nodes: OnnxModel['graph']['node']): OnnxModel['graph'] => ({
    node: nodes,
    initializer: [],
    input: [],
    output: [],
    valueInfo: [],
  });

  it('moves attributes to inputs, and leaves what did not change', () => {
    const { node: nodes, initializer } = upgradeOpset(
      graphOf(
        node('ReduceMean', ['x'], 'a', { axes: [2, 3], keepdims: 1 }),
        node('Clip', ['a'], 'b', { min: { float: 0 }, max: { float: 6 } }),
        node('Dropout', ['b'], ['c', 'mask'], { ratio: { float: 0.5 } }),
        node('Relu', ['c'], 'd'),
        node('Split', ['d'], ['e', 'f'], { axis: 1 }),
      ),
      9,
      'net',
    );
    expect(nodes.map(({ opType, input }) => [opType, ...input])).toEqual([
      ['ReduceMean', 'x', 'winnow/upgrade/0'],
      ['Clip', 'a', 'winnow/upgrade/1', 'winnow/upgrade/2'],
      ['Identity', 'b'],
      ['Relu', 'c'],
      ['Split', 'd'],
    ]);
    expect(nodes[4]!.attribute?.map(({ name }) => name)).toEqual(['axis', 'num_outputs']);
    expect(initializer[0]!.rawData).toEqual(ints('', [2, 3]).rawData);
  });

  it('refuses an operator that meant another thing', () => {
    expect(() => upgradeOpset(graphOf(node('Upsample', ['x'], 'y')), 9, 'old.onnx')).toThrow(/old\.onnx.*Upsample/);
  });

  it('keeps a file of today as it is', () => {
    const model = readOnnx(writeOnnx(tinyNetwork('side', 18)), 'net');
    expect(upgradeOpset(model.graph, 18, 'net')).toBe(model.graph);
  });
});
