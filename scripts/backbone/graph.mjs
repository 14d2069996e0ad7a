// A graph under construction: nodes, constants, and the pooled parts of the embedding.
import { floats, ints, node } from './onnxWords.mjs';

/** Keeps the slope of the square root finite where nothing was found. */
const rootFloor = 1e-4;

export const openGraph = () => {
  const nodes = [];
  const constants = [];
  const parts = [];
  let dim = 0;

  /** @returns the name of the one output. */
  const add = (opType, inputs, attributes) => {
    const output = `${opType}_${nodes.length}`;
    nodes.push(node(opType, inputs, output, attributes));
    return output;
  };
  const constant = (dims, values) => {
    const name = `constant_${constants.length}`;
    constants.push(floats(name, dims, values));
    return name;
  };
  const integers = (...values) => {
    const name = `constant_${constants.length}`;
    constants.push(ints(name, values));
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

  /** Adds [N, width] to the embedding. */
  const join = (part, width) => {
    parts.push(part);
    dim += width;
  };

  /** Averages over squares of `side` pixels of what is positive, then of what is negative: [N, 2 · channels, …]. */
  const signedAverages = (from, side) => {
    const positive = averaged(add('Relu', [from]), side, side);
    // The mean of both together less that of the one: no second map of the whole size. Rounding may leave less than 0.
    const negative = add('Relu', [add('Sub', [positive, averaged(from, side, side)])]);
    return add('Concat', [positive, negative], { axis: 1 });
  };

  /** Adds the roots of averages, `width` numbers: a few strong places must not hide many weak ones. */
  const joinRoot = (mean, width) => {
    const root = add('Sqrt', [add('Add', [mean, scalar(rootFloor)])]);
    join(add('Flatten', [root], { axis: 1 }), width);
  };

  /** Adds the averages over cells × cells places to the embedding, square-rooted. */
  const pool = (from, channels, side, cells) => {
    const kernel = Math.ceil(side / cells);
    const mean =
      cells === 1
        ? add('GlobalAveragePool', [from])
        : averaged(from, kernel, Math.floor((side - kernel) / (cells - 1)));
    joinRoot(mean, channels * cells * cells);
  };
  const features = () => ({ features: add('Concat', parts, { axis: 1 }), dim });
  return {
    nodes,
    constants,
    add,
    constant,
    integers,
    scalar,
    averaged,
    signedAverages,
    join,
    joinRoot,
    pool,
    features,
  };
};
