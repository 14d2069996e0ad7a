// The trained part: a small network over the maps of words. Where they lie to each other is what it learns.
import { floats, node } from '../onnxWords.mjs';

/** Channels and side of the maps that the trunk reads: words at 1/2 and 1/4 of the size, a place every 8 pixels. */
export const mapChannels = 256;
export const mapSide = 11;

/** Convolutions in order; `side` of what comes out. */
const layers = [
  { name: 'one', from: 256, to: 96, kernel: 1, stride: 1, side: 11 },
  { name: 'two', from: 96, to: 128, kernel: 3, stride: 1, side: 9 },
  { name: 'three', from: 128, to: 192, kernel: 3, stride: 2, side: 4 },
  { name: 'four', from: 192, to: 256, kernel: 1, stride: 1, side: 4 },
];
export const featureCount = 256;

/** Weights as they begin: He's, and biases of 0; `means` and `scales` standardise the maps' channels. */
export const firstWeights = (random, { means, scales }) => {
  const weights = new Map([
    ['means', { dims: [mapChannels, 1, 1], data: Float32Array.from(means) }],
    ['scales', { dims: [mapChannels, 1, 1], data: Float32Array.from(scales) }],
  ]);
  for (const { name, from, to, kernel } of layers) {
    const fanIn = from * kernel * kernel;
    const data = Float32Array.from({ length: to * fanIn }, () => Math.sqrt(2 / fanIn) * random.normal());
    weights.set(`${name}.weight`, { dims: [to, from, kernel, kernel], data });
    weights.set(`${name}.bias`, { dims: [to], data: new Float32Array(to) });
  }
  return weights;
};

/** Nodes from the tensor `maps` [N, 256, 11, 11]; each layer's output is named after it. */
export const trunkNodes = (maps) => {
  const nodes = [node('Sub', [maps, 'means'], 'centred'), node('Mul', ['centred', 'scales'], 'standard')];
  let from = 'standard';
  for (const { name, kernel, stride } of layers) {
    const attributes = { kernel_shape: [kernel, kernel], strides: [stride, stride] };
    nodes.push(node('Conv', [from, `${name}.weight`, `${name}.bias`], `${name}.sum`, attributes));
    nodes.push(node('Relu', [`${name}.sum`], name));
    from = name;
  }
  return nodes;
};

export const layerSides = Object.fromEntries(layers.map(({ name, to, side }) => [name, { channels: to, side }]));

export const constantsOf = (weights) => [...weights].map(([name, { dims, data }]) => floats(name, dims, data));
