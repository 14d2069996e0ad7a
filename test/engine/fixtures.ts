/** Pictures and networks that tests make for themselves. */

import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { seededRandom } from '../../src/base/random.js';
import type { ItemId } from '../../src/core/dataset/item.js';
import type { BackboneRef, SourceFile } from '../../src/protocol/engine.js';
import { floats, model, node, value } from '../../src/engine/onnx/build.js';
import { writeOnnx, type OnnxModel } from '../../src/engine/onnx/onnxModel.js';

const root = path.resolve(import.meta.dirname, '../..');
export const shared = path.resolve(root, '../shared');
export const hasShared = existsSync(path.join(shared, 'models')) && existsSync(path.join(shared, 'nasty'));
export const whyNoShared = hasShared ? '' : ' (skipped: needs ../shared)';
export const coralFile = path.join(shared, 'models/mobilenet_v2_1.0_224_qat.onnx');
export const int8File = path.join(shared, 'models/mobilenetv2-12-int8.onnx');

export const newFolder = (): string => mkdtempSync(path.join(tmpdir(), 'winnow-engine-'));

/** A picture of soft colours, different for each seed. */
export const picture = (seed: number, width = 96, height = 72): Sharp => {
  const random = seededRandom(seed);
  const coarse = Buffer.from(Uint8Array.from({ length: 6 * 5 * 3 }, () => random.below(256)));
  return sharp(coarse, { raw: { width: 6, height: 5, channels: 3 } }).resize(width, height, { fit: 'fill' });
};

export const idOf = (bytes: Uint8Array): ItemId => createHash('sha256').update(bytes).digest('hex') as ItemId;

/** JPEG files of `picture`, written into `folder`. */
export const writePictures = async (folder: string, count: number, side = 96): Promise<SourceFile[]> => {
  const files: SourceFile[] = [];
  for (let seed = 0; seed < count; seed++) {
    const bytes = await picture(seed, side, Math.round(side * 0.75))
      .jpeg()
      .toBuffer();
    const file = path.join(folder, `${seed}.jpg`);
    writeFileSync(file, bytes);
    files.push({ id: idOf(bytes), file });
  }
  return files;
};

const weights = (seed: number, count: number): number[] => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => random.normal() * 0.3);
};

/** A residual network in small: Conv → Relu → Conv → Add → Conv → Relu → GlobalAveragePool → Flatten → Gemm → Softmax. */
export const tinyNetwork = (side: number | string = 'side', opset = 13): OnnxModel =>
  model(opset, {
    name: 'tiny',
    node: [
      node('Conv', ['image', 'w1', 'b1'], 'c1', { kernel_shape: [3, 3], strides: [4, 4], pads: [1, 1, 1, 1] }),
      node('Relu', ['c1'], 'r1'),
      node('Conv', ['r1', 'w2', 'b1'], 'c2', { kernel_shape: [1, 1] }),
      node('Add', ['c2', 'r1'], 'sum'),
      node('Relu', ['sum'], 'r2'),
      node('Conv', ['r2', 'w3', 'b3'], 'c3', { kernel_shape: [1, 1] }),
      node('Relu', ['c3'], 'r3'),
      node('GlobalAveragePool', ['r3'], 'pooled'),
      node('Flatten', ['pooled'], 'features'),
      node('Gemm', ['features', 'w4', 'b4'], 'logits', { transB: 1 }),
      node('Softmax', ['logits'], 'probabilities', { axis: 1 }),
    ],
    initializer: [
      floats('w1', [4, 3, 3, 3], weights(1, 108)),
      floats('b1', [4], weights(2, 4)),
      floats('w2', [4, 4, 1, 1], weights(3, 16)),
      floats('w3', [6, 4, 1, 1], weights(4, 24)),
      floats('b3', [6], weights(5, 6)),
      floats('w4', [3, 6], weights(6, 18)),
      floats('b4', [3], [0, 0, 0]),
    ],
    input: [value('image', 'float32', ['batch', 3, side, side])],
    output: [value('probabilities', 'float32', ['batch', 3])],
  });

/** The tiny network as a file, sized 32, ready to be used. */
export const tinyBackbone = (folder: string): BackboneRef => {
  const bytes = writeOnnx(tinyNetwork());
  const file = path.join(folder, 'tiny.onnx');
  writeFileSync(file, bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { id: `file:${sha256.slice(0, 16)}`, file, sha256, recipe: { size: 32, normalise: 'signed' } };
};

export const silentLog = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** The id of a made-up photo: no two alike, and in no order. */
export const madeUpId = (i: number): ItemId => (i * 7919 + 13).toString(16).padStart(64, '0') as ItemId;

/** For runs on embeddings that were made up: nobody opens its file. */
export const madeUpBackbone: BackboneRef = {
  id: 'test',
  file: 'nowhere.onnx',
  sha256: 'b'.repeat(64),
  recipe: { size: 8, normalise: 'unit' },
};
