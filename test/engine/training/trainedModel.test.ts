/** What is written is what was trained: the file answers the logits that the training graph computed. */

import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/base/random.js';
import { writeOnnx } from '../../../src/engine/onnx/onnxModel.js';
import { openSession } from '../../../src/engine/session/openSession.js';
import { openStateful } from '../../../src/engine/session/statefulSession.js';
import { copyGraph } from '../../../src/engine/training/copyGraph.js';
import { makeHead } from '../../../src/engine/training/graph/head.js';
import { scheduleOf, trainingGraph } from '../../../src/engine/training/graph/trainingGraph.js';
import { answerView, readTrainable } from '../../../src/engine/training/trainableNetwork.js';
import { trainedModel, trainedValues } from '../../../src/engine/training/trainedModel.js';
import { squishSideFor } from '../../../src/engine/onnx/pixelRecipe.js';
import { coralFile, hasShared, newFolder, tinyBackbone, whyNoShared } from '../fixtures.js';

const [batch, classes] = [4, 3];

/** Largest difference of a logit between the graph that trained for some steps and the file written after them. */
const differenceOf = async (backbone: ReturnType<typeof tinyBackbone>): Promise<number> => {
  const network = await readTrainable(backbone, 'dense');
  const body = await network.at(batch);
  const shape = body.shapes.get(network.features)!.slice(1);
  const head = makeHead('dense', network.features, shape, classes, { dropout: 0, seed: 1 });
  const graph = trainingGraph({ body, head, classes, groupOf: () => 0, bodyNorm: 'running' }, 'test');
  const session = await openStateful(writeOnnx(graph.model), {}, copyGraph);
  session.load(graph.state);
  const random = seededRandom(3);
  const dims = [batch, 3, network.side, network.side];
  const data = Float32Array.from({ length: batch * 3 * network.side ** 2 }, () => random.normal() / 2);
  const target = Float32Array.from({ length: batch * classes }, (_, at) =>
    Number(at % classes === Math.floor(at / classes) % classes),
  );
  const step = async (rate: number, number: number): Promise<Float32Array> => {
    const schedule = scheduleOf(graph.vectors, {
      rates: [rate],
      momentum: 0.9,
      weightDecay: 0.01,
      stepOf: () => number,
    });
    const found = await session.step({
      picture: { type: 'float32', dims, data },
      target: { type: 'float32', dims: [batch, classes], data: target },
      schedule: { type: 'float32', dims: [schedule.length], data: schedule },
    });
    return found['logits']!.data as Float32Array;
  };
  for (let at = 1; at <= 3; at++) await step(1e-2, at);
  // What it says with these weights, before they change again.
  const values = trainedValues(graph, await session.read());
  const saw = await step(0, 4);
  await session.dispose();
  const file = await openSession(
    trainedModel(network, head, values, { view: { kind: 'crop', side: network.side }, temperature: 2 }),
  );
  const found = await file.run({ picture: { type: 'float32', dims, data } });
  await file.dispose();
  const logits = found['logits']!.data as Float32Array;
  const probabilities = found['probabilities']!.data as Float32Array;
  for (let row = 0; row < batch; row++) {
    const powers = [...logits.subarray(row * classes, (row + 1) * classes)].map((logit) => Math.exp(logit / 2));
    const sum = powers.reduce((whole, power) => whole + power, 0);
    powers.forEach((power, k) => expect(probabilities[row * classes + k]).toBeCloseTo(power / sum, 5));
  }
  expect(new Set(logits).size).toBeGreaterThan(classes);
  return Math.max(...Array.from(logits, (logit, at) => Math.abs(logit - saw[at]!)));
};

describe('a written network', () => {
  it('answers as the graph that trained it did', async () => {
    expect(await differenceOf(tinyBackbone(newFolder()))).toBeLessThan(1e-5);
  });

  it.skipIf(!hasShared)(`so does a real one${whyNoShared}`, async () => {
    const backbone = { id: 'coral', file: coralFile, sha256: '', recipe: { size: 64, normalise: 'signed' as const } };
    expect(await differenceOf(backbone)).toBeLessThan(1e-4);
  });

  it('asked about the whole photo it answers the mean of picture and mirror image, at a larger side where it can', async () => {
    const network = await readTrainable(tinyBackbone(newFolder()), 'dense');
    const shape = (await network.at(1)).shapes.get(network.features)!.slice(1);
    const random = seededRandom(5);
    const first = {
      weights: Float32Array.from({ length: classes * shape[0]! }, () => random.normal()),
      biases: new Float32Array(classes),
    };
    const head = makeHead('dense', network.features, shape, classes, { first, dropout: 0, seed: 1 });
    const view = await answerView(network, 'squish');
    expect(view).toEqual({ kind: 'squish', side: squishSideFor(network.side) });
    const { side } = view;
    const picture = Float32Array.from({ length: 3 * side * side }, () => random.normal());
    const mirrored = Float32Array.from(picture, (_, at) => picture[at - (at % side) + side - 1 - (at % side)]!);
    const answers = async (kind: 'crop' | 'squish', data: Float32Array): Promise<Float32Array> => {
      const file = await openSession(trainedModel(network, head, new Map(), { view: { kind, side }, temperature: 1 }));
      const found = await file.run({
        picture: { type: 'float32', dims: [data.length / picture.length, 3, side, side], data },
      });
      await file.dispose();
      return found['logits']!.data as Float32Array;
    };
    const [plain, other] = [await answers('crop', picture), await answers('crop', mirrored)];
    const both = await answers('squish', Float32Array.of(...picture, ...mirrored));
    expect(both.length).toBe(2 * classes);
    expect(Math.abs(plain[0]! - other[0]!)).toBeGreaterThan(1e-4);
    both.forEach((logit, at) => expect(logit).toBeCloseTo((plain[at % classes]! + other[at % classes]!) / 2, 4));
  });
});
