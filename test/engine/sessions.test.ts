import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/base/random.js';
import { cutNetwork } from '../../src/engine/onnx/cutNetwork.js';
import { writeOnnx } from '../../src/engine/onnx/onnxModel.js';
import { pixelRecipe } from '../../src/engine/onnx/pixelRecipe.js';
import { createLinearAlgebra } from '../../src/engine/session/createLinearAlgebra.js';
import { onnxruntimeVersion, openSession, useRung, type Rung } from '../../src/engine/session/openSession.js';
import { floatsOf } from '../../src/engine/session/tensorSession.js';
import { coralFile, hasShared, tinyNetwork } from './fixtures.js';

const noise = (seed: number, count: number): Float32Array => {
  const random = seededRandom(seed);
  return Float32Array.from({ length: count }, () => random.normal());
};

afterEach(() => {
  useRung('native');
});

describe('linear algebra', () => {
  const algebra = createLinearAlgebra(1);

  it('multiplies as the definition says, either operand stored either way, small and large', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({ m: fc.nat(45), k: fc.nat(45), n: fc.nat(45), transposeA: fc.boolean(), transposeB: fc.boolean() }),
        async (shape) => {
          const { m, k, n, transposeA, transposeB } = shape;
          const a = noise(1, m * k);
          const b = noise(2, k * n);
          const product = await algebra.matmul(a, b, shape);
          expect(product.length).toBe(m * n);
          for (let i = 0; i < m; i++) {
            for (let j = 0; j < n; j++) {
              let sum = 0;
              for (let l = 0; l < k; l++) {
                sum += a[transposeA ? l * m + i : i * k + l]! * b[transposeB ? j * k + l : l * n + j]!;
              }
              expect(product[i * n + j]).toBeCloseTo(sum, 3);
            }
          }
        },
      ),
      { seed: 3, numRuns: 60 },
    );
  });

  it('gives the same in slices as in one', async () => {
    // Inner length and width so large that a slice is a few rows.
    const shape = { m: 7, k: 40_000, n: 20 };
    const a = noise(3, shape.m * shape.k);
    const b = noise(4, shape.k * shape.n);
    const whole = await algebra.matmul(a, b, shape);
    const sliced = await createLinearAlgebra(1, 2 * shape.k * shape.n).matmul(a, b, shape);
    sliced.forEach((v, at) => expect(v).toBeCloseTo(whole[at]!, 2));
  });

  it('refuses lengths that do not fit', async () => {
    await expect(algebra.matmul(noise(1, 5), noise(1, 6), { m: 2, k: 3, n: 2 })).rejects.toMatchObject({
      code: 'bad-shape',
    });
  });
});

describe('sessions', () => {
  it('fall back to the processor with the reason when there is no GPU, or run on it', async () => {
    const session = await openSession(writeOnnx(tinyNetwork()), { device: 'webgpu' });
    expect(session.provider).toMatch(/^webgpu$|^cpu \(webgpu: .+\)$/);
    await session.dispose();
  });

  it('say that a model is bad when onnxruntime refuses it', async () => {
    const network = tinyNetwork();
    network.graph.node[0]!.opType = 'NoSuchOperator';
    await expect(openSession(writeOnnx(network))).rejects.toMatchObject({ code: 'bad-model' });
  });

  it('give the same embedding on the wasm rung', { timeout: 60_000 }, async () => {
    const files: [name: string, bytes: Uint8Array, side: number][] = [['tiny', writeOnnx(tinyNetwork()), 32]];
    if (hasShared) files.push(['coral', readFileSync(coralFile), 224]);
    const random = seededRandom(9);
    const pixels = Uint8Array.from({ length: 90 * 120 * 3 }, () => random.below(256));
    for (const [name, bytes, side] of files) {
      const cut = cutNetwork(bytes, name, true);
      const recipe = writeOnnx(pixelRecipe({ view: 'crop', side, normalise: 'signed', layout: 'nchw' }));
      const look = async (rung: Rung): Promise<Float32Array[]> => {
        useRung(rung);
        const [first, second] = [await openSession(recipe), await openSession(writeOnnx(cut.model))];
        expect(second.provider).toBe(rung === 'wasm' ? 'wasm' : 'cpu');
        const { image } = await first.run({ pixels: { type: 'uint8', dims: [90, 120, 3], data: pixels } });
        const found = await second.run({ [cut.input.name]: image! });
        return [floatsOf(image, 'image'), ...cut.outputs.map((output) => floatsOf(found[output], output))];
      };
      const native = await look('native');
      const wasm = await look('wasm');
      expect(wasm[0], 'the pixels are the same to the bit').toEqual(native[0]);
      native.slice(1).forEach((part, at) => {
        const worst = part.reduce((w, v, i) => Math.max(w, Math.abs(v - wasm[at + 1]![i]!)), 0);
        expect(worst, `${name}, block ${at}`).toBeLessThan(1e-3);
      });
      expect(await onnxruntimeVersion()).toMatch(/^\d+\.\d+/);
    }
  });
});
