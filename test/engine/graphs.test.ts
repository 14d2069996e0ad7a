import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/base/random.js';
import { cutNetwork } from '../../src/engine/onnx/cutNetwork.js';
import { findBlocks } from '../../src/engine/onnx/findBlocks.js';
import { indexGraph } from '../../src/engine/onnx/graphIndex.js';
import { floats, model, node, value } from '../../src/engine/onnx/build.js';
import { readOnnx, writeOnnx, type OnnxModel } from '../../src/engine/onnx/onnxModel.js';
import { pixelRecipe } from '../../src/engine/onnx/pixelRecipe.js';
import { openSession } from '../../src/engine/session/openSession.js';
import { floatsOf } from '../../src/engine/session/tensorSession.js';
import { coralFile, hasShared, int8File, tinyNetwork, whyNoShared } from './fixtures.js';

const run = async (
  graph: OnnxModel,
  feeds: Record<string, { dims: readonly number[]; data: Float32Array | Uint8Array }>,
): Promise<Record<string, { dims: readonly number[]; values: Float32Array }>> => {
  const session = await openSession(writeOnnx(graph));
  const tensors = Object.fromEntries(
    Object.entries(feeds).map(([name, { dims, data }]) => [
      name,
      { type: data instanceof Float32Array ? ('float32' as const) : ('uint8' as const), dims, data },
    ]),
  );
  const results = await session.run(tensors);
  await session.dispose();
  return Object.fromEntries(
    Object.entries(results).map(([name, tensor]) => [name, { dims: tensor.dims, values: floatsOf(tensor, name) }]),
  );
};

const noise = (seed: number, count: number): Float32Array => {
  const random = seededRandom(seed);
  return Float32Array.from({ length: count }, () => random.normal());
};

describe('reading and writing ONNX', () => {
  it('keeps every byte of what it wrote itself, 64-bit extremes and zeros included', () => {
    const first = writeOnnx({
      ...tinyNetwork(),
      opsetImport: [{ domain: '', version: 13 }],
      metadataProps: [{ key: 'k', value: '' }],
    });
    expect(Buffer.compare(writeOnnx(readOnnx(first, 'tiny')), first)).toBe(0);
  });

  it('refuses what is no ONNX', () => {
    for (const bytes of [new Uint8Array(), new TextEncoder().encode('{"not":"onnx"}'), noise(1, 100)]) {
      const raw = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      expect(() => readOnnx(raw, 'x.onnx')).toThrow('x.onnx is no ONNX model');
    }
  });
});

describe('cutting a network', () => {
  it('finds embedding and mid tensors by structure', () => {
    const blocks = findBlocks(indexGraph(tinyNetwork().graph), 'tiny');
    expect(blocks.embedding).toEqual({ tensor: 'features', quantised: null, isSpatial: false });
    expect(blocks.mid.map(({ tensor }) => tensor)).toEqual(['r2', 'sum']);
  });

  it('computes the embedding, and mean and deviation over space of the mid tensors', async () => {
    const bytes = writeOnnx(tinyNetwork());
    const cut = cutNetwork(bytes, 'tiny', true);
    expect(cut.input).toEqual({ name: 'image', layout: 'nchw', fixedSide: null });
    expect(cut.model.graph.node.some(({ opType }) => opType === 'Gemm' || opType === 'Softmax')).toBe(false);
    const image = { dims: [1, 3, 32, 32], data: noise(2, 3 * 32 * 32) };
    const results = await run(cut.model, { image });
    const whole = tinyNetwork();
    whole.graph.output = ['features', 'r2', 'sum'].map((name) => value(name, 'float32', []));
    whole.graph.output.forEach((output) => delete output.type!.tensorType!.shape);
    const expected = await run(whole, { image });
    expect(results[cut.outputs[0]!]!.values).toEqual(expected['features']!.values);
    for (const [at, tensor] of [
      [1, 'r2'],
      [2, 'sum'],
    ] as const) {
      const { values } = expected[tensor]!;
      const got = results[cut.outputs[at]!]!;
      expect(got.dims).toEqual([1, 8]);
      for (let channel = 0; channel < 4; channel++) {
        const plane = values.subarray(channel * 64, channel * 64 + 64);
        const mean = plane.reduce((sum, v) => sum + v, 0) / 64;
        const deviation = Math.sqrt(plane.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 64);
        expect(got.values[channel]).toBeCloseTo(mean, 4);
        expect(got.values[4 + channel]).toBeCloseTo(deviation, 4);
      }
    }
  });

  it('pools the input of a 1 × 1 Conv head and does without mid tensors that are not there', async () => {
    const squeeze = model(13, {
      node: [
        node('Conv', ['image', 'w1'], 'c1', { kernel_shape: [3, 3] }),
        node('Relu', ['c1'], 'r1'),
        node('Conv', ['r1', 'w2'], 'classes', { kernel_shape: [1, 1] }),
        node('Relu', ['classes'], 'r2'),
        node('GlobalAveragePool', ['r2'], 'pooled'),
        node('Flatten', ['pooled'], 'flat'),
        node('Softmax', ['flat'], 'probabilities', { axis: 1 }),
      ],
      initializer: [floats('w1', [5, 3, 3, 3], noise(3, 135)), floats('w2', [2, 5, 1, 1], noise(4, 10))],
      input: [value('image', 'float32', [1, 3, 16, 16])],
      output: [value('probabilities', 'float32', [1, 2])],
    });
    const cut = cutNetwork(writeOnnx(squeeze), 'squeeze', true);
    expect(cut.outputs).toEqual(['winnow/embedding']);
    expect(cut.input.fixedSide).toBe(16);
    const results = await run(cut.model, { image: { dims: [1, 3, 16, 16], data: noise(5, 768) } });
    expect(results['winnow/embedding']!.dims).toEqual([1, 5]);
  });

  it('says in a sentence why a model cannot be used', () => {
    const broken = (change: (model: OnnxModel) => void): (() => unknown) => {
      const network = tinyNetwork();
      change(network);
      const bytes = writeOnnx(network);
      return () => cutNetwork(bytes, 'm.onnx', false);
    };
    expect(broken((m) => (m.graph.node[1]!.domain = 'com.acme'))).toThrow('com.acme.Relu');
    expect(broken((m) => (m.graph.node[1]!.opType = 'Loop'))).toThrow('control flow (Loop)');
    expect(broken((m) => (m.graph.initializer[0]!.dataLocation = 1))).toThrow('weights lie in another file');
    expect(broken((m) => (m.opsetImport = [{ version: 6 }]))).toThrow('opset 6');
    expect(broken((m) => m.graph.input.push(value('second', 'float32', [1])))).toThrow('2 inputs');
    expect(broken((m) => (m.graph.input = [value('image', 'float32', [1, 1, 28, 28])]))).toThrow('colour channels');
    expect(broken((m) => (m.graph.input = [value('image', 'float32', [8, 3, 28, 28])]))).toThrow('exactly 8');
    expect(broken((m) => (m.graph.input = [value('image', 'uint8', [1, 3, 28, 28])]))).toThrow('not float32');
    expect(broken((m) => (m.graph.node = m.graph.node.slice(0, 2)))).toThrow('does not end in a dense layer');
  });
});

describe('the pixel recipe', () => {
  const flat = (width: number, height: number, colour: readonly number[]): { dims: number[]; data: Uint8Array } => ({
    dims: [height, width, 3],
    data: Uint8Array.from({ length: width * height * 3 }, (_, at) => colour[at % 3]!),
  });

  it('scales as it says, in either layout', async () => {
    const pixels = flat(50, 40, [0, 128, 255]);
    const expected = {
      signed: [-1, 128 / 127.5 - 1, 1],
      unit: [0, 128 / 255, 1],
      imagenet: [(0 - 0.485) / 0.229, (128 / 255 - 0.456) / 0.224, (1 - 0.406) / 0.225],
    };
    for (const normalise of ['signed', 'unit', 'imagenet'] as const) {
      for (const layout of ['nchw', 'nhwc'] as const) {
        const { image } = await run(pixelRecipe({ view: 'crop', side: 28, normalise, layout }), { pixels });
        expect(image!.dims).toEqual(layout === 'nchw' ? [1, 3, 28, 28] : [1, 28, 28, 3]);
        const [red, green, blue] = layout === 'nchw' ? [0, 784, 1568] : [0, 1, 2];
        const got = [red, green, blue].map((at) => image!.values[at]!);
        got.forEach((channel, at) => expect(channel).toBeCloseTo(expected[normalise][at]!, 4));
      }
    }
  });

  it('keeps the centre in the crop, the whole in the squish, and mirrors it', async () => {
    // Left third red, middle green, right blue.
    const width = 90;
    const data = Uint8Array.from({ length: width * 30 * 3 }, (_, at) =>
      Math.floor((Math.floor(at / 3) % width) / 30) === at % 3 ? 255 : 0,
    );
    const pixels = { dims: [30, width, 3], data };
    const shape = { side: 24, normalise: 'unit', layout: 'nchw' } as const;
    const crop = (await run(pixelRecipe({ view: 'crop', ...shape }), { pixels }))['image']!.values;
    expect(crop.slice(576, 1152).reduce((sum, v) => sum + v, 0) / 576).toBeGreaterThan(0.95);
    const squish = await run(pixelRecipe({ view: 'squish', ...shape }), { pixels });
    const row = squish['image']!.values.slice(0, 24);
    expect(row[0]).toBe(1);
    expect(row[23]).toBe(0);
    expect(squish['mirrored']!.values.slice(0, 24)).toEqual(row.reverse());
  });

  it('takes pictures of one pixel and of 20,000 × 1 without a giant in between', async () => {
    for (const [width, height] of [
      [1, 1],
      [20_000, 1],
      [1, 20_000],
      [3, 700],
    ] as const) {
      for (const view of ['crop', 'squish'] as const) {
        const graph = pixelRecipe({ view, side: 32, normalise: 'unit', layout: 'nchw' });
        const { image } = await run(graph, { pixels: flat(width, height, [255, 255, 255]) });
        expect(image!.dims).toEqual([1, 3, 32, 32]);
        expect(image!.values.every((v) => Math.abs(v - 1) < 1e-6)).toBe(true);
      }
    }
  });
});

describe.skipIf(!hasShared)(`real networks${whyNoShared}`, () => {
  it('are written back byte for byte', () => {
    for (const file of [coralFile, int8File]) {
      const bytes = readFileSync(file);
      expect(Buffer.compare(writeOnnx(readOnnx(bytes, file)), bytes)).toBe(0);
    }
  });

  it('give the embedding that the network itself names, and de-quantised blocks', async () => {
    const image = { dims: [1, 3, 224, 224], data: noise(6, 3 * 224 * 224) };
    const bytes = readFileSync(coralFile);
    const cut = cutNetwork(bytes, 'coral', true);
    const results = await run(cut.model, { input: image });
    const { features } = await run(readOnnx(bytes, 'coral'), { input: image });
    expect(results['winnow/embedding']!.values).toEqual(features!.values);
    expect(cut.outputs.map((name) => results[name]!.dims[1])).toEqual([1280, 640, 320]);
    const int8 = cutNetwork(readFileSync(int8File), 'int8', true);
    expect(int8.input.fixedSide).toBe(224);
    const quantised = await run(int8.model, { input: image });
    expect(int8.outputs.map((name) => quantised[name]!.dims[1])).toEqual([1280, 640, 320]);
  });
});
