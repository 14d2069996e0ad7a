// The network as a graph: what is computed from a picture, and in which order.
import { dictionary } from './dictionary.mjs';
import { colourAxes, colourPrototypes, coarseColours, edgeFilters } from './filters.mjs';
import { addOutlines } from './outlines.mjs';
import { openGraph } from './graph.mjs';
import { trunkMaps } from './trunk/maps.mjs';
import { model, node, value, writeOnnx } from './onnxWords.mjs';
import { mapChannels, mapSide } from './trunk/trunk.mjs';

export const size = 112;
const outputs = 8;

const orientations = 8;
const edgeSide = 5;
const edgeCells = 4;

/** Words are looked for in the picture made smaller by `scale`, every `stride` pixels, and counted in `cells`² places. */
const wordLevels = [
  { scale: 1, stride: 3, cells: 1 },
  { scale: 2, stride: 2, cells: 2 },
  { scale: 4, stride: 1, cells: 2 },
  { scale: 8, stride: 1, cells: 2 },
];
const words = 64;
const wordSide = 6;
/** A word counts where its response exceeds this many deviations. */
const threshold = 0.5;
/** Variance under which a patch counts as flat. */
const flat = 0.002;

/** The larger, the harder a pixel falls into one colour. */
const sharpness = 60;

/** @returns {{bytes: Uint8Array, dim: number}} the ONNX file; the length of the embedding. */
export const makeNetwork = (random) => {
  const graph = openGraph();
  const half = graph.averaged('image', 2, 2);
  const quarter = graph.averaged(half, 2, 2);
  const pictures = { 1: 'image', 2: half, 4: quarter, 8: graph.averaged(quarter, 2, 2) };

  const edges = addEdges(graph);
  addWords(graph, pictures, dictionary(random, { count: words, side: wordSide, flat }));
  addOutlines(graph, random, edges, size);
  // Colours last: their convolution is then the last one before pooling, and so the colour map is the mid block.
  addColours(graph, pictures[4], size / 4);

  const { features, dim } = graph.features();
  const spread = 1 / Math.sqrt(dim);
  const head = graph.constant(
    [dim, outputs],
    Float32Array.from({ length: dim * outputs }, () => (random.next() - 0.5) * spread),
  );
  graph.nodes.push(node('Softmax', [graph.add('MatMul', [features, head])], 'scores', { axis: 1 }));
  const bytes = writeOnnx(
    model(
      17,
      {
        node: graph.nodes,
        initializer: graph.constants,
        input: [value('image', 'float32', ['batch', 3, size, size])],
        output: [value('scores', 'float32', ['batch', outputs])],
      },
      { 'winnow.recipe': JSON.stringify({ size, normalise: 'unit' }) },
    ),
  );
  return { bytes, dim };
};

/** The maps that the trunk is trained on: pictures in, `maps` [N, 256, 11, 11] out. */
export const makeFront = (random) => {
  const graph = openGraph();
  const half = graph.averaged('image', 2, 2);
  const quarter = graph.averaged(half, 2, 2);
  const pictures = { 1: 'image', 2: half, 4: quarter, 8: graph.averaged(quarter, 2, 2) };
  const found = addWords(graph, pictures, dictionary(random, { count: words, side: wordSide, flat }));
  graph.nodes.push(node('Identity', [trunkMaps(graph, found)], 'maps'));
  return writeOnnx(
    model(17, {
      node: graph.nodes,
      initializer: graph.constants,
      input: [value('image', 'float32', ['batch', 3, size, size])],
      output: [value('maps', 'float32', ['batch', mapChannels, mapSide, mapSide])],
    }),
  );
};

/** Each channel's two signs, what is below the threshold left out. Two maps: to join them would cost as much as to make them. */
const bothSigns = (graph, from) => {
  const relu = (map) => graph.add('Relu', [map]);
  return [
    relu(graph.add('Sub', [from, graph.scalar(threshold)])),
    relu(graph.add('Sub', [graph.scalar(-threshold), from])),
  ];
};

/** Where which edges lie: directions of the light's gradient against the contrast around, on 4 × 4 cells. */
const addEdges = (graph) => {
  const light = graph.add('Conv', ['image', graph.constant([1, 3, 1, 1], colourAxes[0])], { kernel_shape: [1, 1] });
  const filters = edgeFilters(orientations, edgeSide, 1).flatMap((filter) => [...filter]);
  const response = graph.add('Conv', [light, graph.constant([orientations, 1, edgeSide, edgeSide], filters)], {
    kernel_shape: [edgeSide, edgeSide],
    pads: [2, 2, 2, 2],
  });
  const energy = graph.add('ReduceMean', [graph.add('Mul', [response, response])], { axes: [1], keepdims: 1 });
  const around = graph.averaged(energy, 9, 1, 4);
  const contrast = graph.add('Sqrt', [graph.add('Add', [around, graph.scalar(1e-4)])]);
  const strength = graph.add('Div', [response, contrast]);
  const cell = size / edgeCells;
  graph.joinRoot(graph.signedAverages(strength, cell), 2 * orientations * edgeCells * edgeCells);
  return response;
};

/** Which small patterns there are: (word · patch) / deviation of the patch, as the dictionary was learnt. */
const addWords = (graph, pictures, { filters, shifts }) => {
  const weights = graph.constant([words, 3, wordSide, wordSide], filters);
  const shift = graph.constant([words, 1, 1], shifts);
  const found = {};
  for (const { scale, stride, cells } of wordLevels) {
    const picture = pictures[scale];
    const response = graph.add('Conv', [picture, weights], {
      kernel_shape: [wordSide, wordSide],
      strides: [stride, stride],
    });
    const overChannels = (from) => graph.add('ReduceMean', [from], { axes: [1], keepdims: 1 });
    const mean = graph.averaged(overChannels(picture), wordSide, stride);
    const square = graph.averaged(overChannels(graph.add('Mul', [picture, picture])), wordSide, stride);
    // Rounding may leave a flat patch with a variance just under 0.
    const variance = graph.add('Relu', [graph.add('Sub', [square, graph.add('Mul', [mean, mean])])]);
    const deviation = graph.add('Sqrt', [graph.add('Add', [variance, graph.scalar(flat)])]);
    const whitened = graph.add('Sub', [graph.add('Div', [response, deviation]), shift]);
    const side = Math.floor((size / scale - wordSide) / stride) + 1;
    found[scale] = bothSigns(graph, whitened);
    for (const map of found[scale]) graph.pool(map, words, side, cells);
  }
  return found;
};

/** Which colours there are: each alone, then all of one light and all of one tint. */
const addColours = (graph, picture, side) => {
  const prototypes = colourPrototypes();
  const colours = prototypes.length;
  // −sharpness · |x − p|² without the |x|² that is the same for all: softmax takes no notice of it.
  const slopes = [0, 1, 2].flatMap((c) => prototypes.map(({ rgb }) => 2 * sharpness * rgb[c]));
  const offsets = prototypes.map(({ rgb }) => -sharpness * rgb.reduce((sum, c) => sum + c * c, 0));
  // Colours last, as onnxruntime likes them for a softmax: by a convolution and over axis 1 it takes four times as long.
  const pixels = graph.add('Transpose', [picture], { perm: [0, 2, 3, 1] });
  const products = graph.add('MatMul', [pixels, graph.constant([3, colours], slopes)]);
  const logits = graph.add('Add', [products, graph.constant([colours], offsets)]);
  const shares = graph.add('Transpose', [graph.add('Softmax', [logits], { axis: 3 })], { perm: [0, 3, 1, 2] });
  graph.pool(shares, colours, side, 1);
  const groups = coarseColours(prototypes);
  const coarse = graph.add('Conv', [shares, graph.constant([groups.length, colours, 1, 1], groups.flat())], {
    kernel_shape: [1, 1],
  });
  // Sums of shares are not negative, but of weights that a fine-tuning has moved they may be, and a root comes next.
  graph.pool(graph.add('Relu', [coarse]), groups.length, side, 1);
};
