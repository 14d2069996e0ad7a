// What the trunk is trained to say. Both losses are the engine's cross-entropy over rows of logits; only the head differs.
import { node } from '../onnxWords.mjs';
import { makeHead } from './trainerWords.mjs';
import { featureCount } from './trunk.mjs';

const temperature = 0.15;
const hiddenCount = 128;
const projected = 64;

/** Which of the classes (the parameters that drew the picture): one dense layer on the features. */
const supervised = {
  head: (random, { classes }) => {
    const weights = Float32Array.from(
      { length: classes * featureCount },
      () => random.normal() / Math.sqrt(featureCount),
    );
    return makeHead('dense', 'features', [featureCount], classes, {
      first: { weights, biases: new Float32Array(classes) },
      dropout: 0,
      seed: 1,
    });
  },
  logits: ({ classes }) => classes,
  /** Any views; targets are their classes. */
  batch: (random, size, bank) => {
    const rows = Array.from({ length: size }, () => bank.draw(random));
    return { rows, targets: rows.map((row) => bank.classOf(row)) };
  },
};

/** Which other picture of the batch is another view of the same: normalised temperature-scaled cross-entropy. */
const contrastive = {
  head: (random, { batch }) => {
    const dense = (to, from) => Float32Array.from({ length: to * from }, () => Math.sqrt(2 / from) * random.normal());
    const diagonal = Float32Array.from({ length: batch * batch }, (_, at) => (at % (batch + 1) === 0 ? -1e4 : 0));
    return {
      kind: 'dense',
      nodes: [
        node('Gemm', ['features', 'head/hidden.weight', 'head/hidden.bias'], 'head/hidden', { transB: 1 }),
        node('Relu', ['head/hidden'], 'head/bent'),
        node('Gemm', ['head/bent', 'head/out.weight'], 'head/z', { transB: 1 }),
        node('Mul', ['head/z', 'head/z'], 'head/squares'),
        node('ReduceMean', ['head/squares', 'head/last'], 'head/mean', { keepdims: 1 }),
        node('Add', ['head/mean', 'head/floor'], 'head/above'),
        node('Sqrt', ['head/above'], 'head/length'),
        node('Div', ['head/z', 'head/length'], 'head/unit'),
        node('Gemm', ['head/unit', 'head/unit'], 'head/alike', {
          transB: 1,
          alpha: { float: 1 / (projected * temperature) },
        }),
        node('Add', ['head/alike', 'head/self'], 'head/logits'),
      ],
      constants: new Map([
        ['head/hidden.weight', { dims: [hiddenCount, featureCount], data: dense(hiddenCount, featureCount) }],
        ['head/hidden.bias', { dims: [hiddenCount], data: new Float32Array(hiddenCount) }],
        ['head/out.weight', { dims: [projected, hiddenCount], data: dense(projected, hiddenCount) }],
        ['head/last', { dims: [1], data: BigInt64Array.of(1n) }],
        ['head/floor', { dims: [], data: Float32Array.of(1e-6) }],
        ['head/self', { dims: [batch, batch], data: diagonal }],
      ]),
      shapes: new Map([
        ['head/hidden', [hiddenCount]],
        ['head/bent', [hiddenCount]],
        ['head/z', [projected]],
        ['head/squares', [projected]],
        ['head/mean', [1]],
        ['head/above', [1]],
        ['head/length', [1]],
        ['head/unit', [projected]],
        ['head/alike', [batch]],
        ['head/logits', [batch]],
      ]),
      masks: [],
      logits: 'head/logits',
    };
  },
  logits: ({ batch }) => batch,
  /** Pairs side by side: two pictures of one class, so that a view is also a new pose, light and background. */
  batch: (random, size, bank) => {
    const rows = [];
    for (let pair = 0; pair < size / 2; pair++) {
      const first = bank.draw(random);
      rows.push(first, bank.partner(random, first));
    }
    return { rows, targets: rows.map((_, at) => at ^ 1) };
  },
};

export const losses = { supervised, contrastive };
