// The network as a graph: what is computed from a picture, and in which order.
import { floats, model, node, value, writeOnnx } from './onnxWords.mjs';
import { colourAxes, colourPrototypes, edgeFilters, onColours } from './filters.mjs';

export const size = 112;
const edgeSide = 5;
const orientations = 8;
const outputs = 8;

/** @returns {{bytes: Uint8Array, dim: number}} the ONNX file; the length of the embedding. */
export const makeNetwork = (random) => {
  const nodes = [];
  const constants = [];
  const parts = [];
  let dim = 0;
  let serial = 0;
  const add = (opType, inputs, attributes) => {
    const output = `${opType.toLowerCase()}${++serial}`;
    nodes.push(node(opType, inputs, output, attributes));
    return output;
  };
  const constant = (dims, values) => {
    const name = `weight${++serial}`;
    constants.push(floats(name, dims, values));
    return name;
  };
  const scalar = (x) => constant([], [x]);
  const averaged = (from, kernel, stride, pad = 0) =>
    add('AveragePool', [from], {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads: [pad, pad, pad, pad],
      count_include_pad: 0,
    });
  /** Averages over a grid of cells, through a square root: a few strong places must not hide the many weak ones. */
  const pooled = (from, channels, side, cells) => {
    const mean =
      cells === 1
        ? add('GlobalAveragePool', [from])
        : averaged(from, Math.ceil(side / cells), Math.floor(side / cells));
    parts.push(add('Flatten', [add('Sqrt', [add('Add', [mean, scalar(1e-4)])])], { axis: 1 }));
    dim += channels * cells * cells;
  };

  const edges = edgeFilters(orientations, edgeSide, 1);
  const weights = constant([3 * orientations, 3, edgeSide, edgeSide], onColours(edges, colourAxes));
  let [picture, side] = ['image', size];
  for (const scale of [2, 4]) {
    if (scale > 1) {
      picture = averaged(picture, 2, 2);
      side /= 2;
    }
    const response = add('Conv', [picture, weights], { kernel_shape: [edgeSide, edgeSide], pads: [2, 2, 2, 2] });
    const energy = add('ReduceMean', [add('Mul', [response, response])], { axes: [1], keepdims: 1 });
    const local = add('Sqrt', [add('Add', [averaged(energy, 9, 1, 4), scalar(1e-4)])]);
    const even = add('Div', [response, local]);
    pooled(
      add('Concat', [add('Relu', [even]), add('Relu', [add('Neg', [even])])], { axis: 1 }),
      6 * orientations,
      side,
      4,
    );
    nodes.at(-1);
    pooledAgain(nodes, pooled, 6 * orientations, side);
  }

  const prototypes = colourPrototypes();
  const sharpness = 60;
  const bins = add(
    'Conv',
    [
      averaged('image', 4, 4),
      constant(
        [prototypes.length, 3, 1, 1],
        prototypes.flatMap((rgb) => rgb.map((c) => 2 * sharpness * c)),
      ),
      constant(
        [prototypes.length],
        prototypes.map((rgb) => -sharpness * rgb.reduce((sum, c) => sum + c * c, 0)),
      ),
    ],
    { kernel_shape: [1, 1] },
  );
  const colours = add('Softmax', [bins], { axis: 1 });
  pooled(colours, prototypes.length, size / 4, 1);
  pooled(colours, prototypes.length, size / 4, 2);

  const features = add('Concat', parts, { axis: 1 });
  const scale = 1 / Math.sqrt(dim);
  const head = constant(
    [dim, outputs],
    Float32Array.from({ length: dim * outputs }, () => (random.next() - 0.5) * scale),
  );
  nodes.push(node('Softmax', [add('MatMul', [features, head])], 'scores', { axis: 1 }));
  const bytes = writeOnnx(
    model(
      17,
      {
        node: nodes,
        initializer: constants,
        input: [value('image', 'float32', ['batch', 3, size, size])],
        output: [value('scores', 'float32', ['batch', outputs])],
      },
      { 'winnow.recipe': JSON.stringify({ size, normalise: 'unit' }) },
    ),
  );
  return { bytes, dim };
};

const pooledAgain = (nodes, pooled, channels, side) => {
  const from = nodes.filter(({ opType }) => opType === 'Concat').at(-1).output[0];
  pooled(from, channels, side, 2);
  pooled(from, channels, side, 1);
};
