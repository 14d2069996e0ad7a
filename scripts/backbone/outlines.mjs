// How the outlines of a picture differ from the vocabulary's (a vector of locally aggregated descriptors).
import { normFloor, outline, outlineVocabulary, rootFloor } from './descriptors.mjs';

const kept = 96;
const words = 16;
/** Under the signed root: keeps its slope finite. */
const flatFloor = 1e-7;

/** @param edges the light's gradient [N, 8, size, size]. Adds words · kept features. */
export const addOutlines = (graph, random, edges, size) => {
  const { cell, span, orientations } = outline;
  const channels = 2 * orientations;
  const { filters, shift, centres, sharpness } = outlineVocabulary(random, { kept, words });
  const map = graph.signedAverages(edges, cell);
  const places = size / cell - span + 1;

  const squares = graph.add('ReduceMean', [graph.add('Mul', [map, map])], { axes: [1], keepdims: 1 });
  const sum = graph.add('Mul', [graph.averaged(squares, span, 1), graph.scalar(channels * span * span)]);
  const norm = graph.add('Sqrt', [graph.add('Add', [sum, graph.scalar(1e-8)])]);
  const divisor = graph.add('Sqrt', [graph.add('Add', [norm, graph.scalar(normFloor)])]);
  const roots = graph.add('Sqrt', [graph.add('Add', [map, graph.scalar(rootFloor)])]);
  const weights = graph.constant([kept, channels, span, span], filters);
  const response = graph.add('Conv', [roots, weights], { kernel_shape: [span, span] });
  const found = graph.add('Sub', [graph.add('Div', [response, divisor]), graph.constant([kept, 1, 1], shift)]);

  const slopes = centres.flatMap((centre) => [...centre].map((c) => 2 * sharpness * c));
  const offsets = centres.map((centre) => -sharpness * centre.reduce((total, c) => total + c * c, 0));
  const logits = graph.add(
    'Conv',
    [found, graph.constant([words, kept, 1, 1], slopes), graph.constant([words], offsets)],
    {
      kernel_shape: [1, 1],
    },
  );
  const shares = graph.add('Softmax', [logits], { axis: 1 });
  const flat = (from, count) => graph.add('Reshape', [from, graph.integers(0, count, places * places)]);
  const turned = graph.add('Transpose', [flat(found, kept)], { perm: [0, 2, 1] });
  const share = flat(shares, words);
  const mean = graph.add('Mul', [graph.add('MatMul', [share, turned]), graph.scalar(1 / (places * places))]);
  const weight = graph.add('ReduceMean', [share], { axes: [2], keepdims: 1 });
  const middle = graph.constant(
    [1, words, kept],
    centres.flatMap((centre) => [...centre]),
  );
  const apart = graph.add('Sub', [mean, graph.add('Mul', [weight, middle])]);
  const root = (from) => graph.add('Sqrt', [graph.add('Add', [graph.add('Relu', [from]), graph.scalar(flatFloor)])]);
  const signed = graph.add('Sub', [root(apart), root(graph.add('Neg', [apart]))]);
  graph.join(graph.add('Flatten', [signed], { axis: 1 }), words * kept);
};
