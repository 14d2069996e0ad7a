/** Conv, plain, grouped and depthwise, with strides, dilations and pads. */

import { intAttribute } from '../../onnx/attributes.js';
import type { Shape } from '../graph/staticNetwork.js';
import type { Tape } from '../graph/tape.js';
import type { Gradient } from './gradient.js';
import { backAttributes, isPointwise, tapsOf, windowsOf, type Windows } from './windows.js';

interface Job {
  readonly tape: Tape;
  readonly x: string;
  readonly w: string;
  readonly dy: string;
  /** [N, C, H, W], [M, C / groups, kh, kw], [N, M, h, w]. */
  readonly shapes: { readonly x: Shape; readonly w: Shape; readonly y: Shape };
  readonly groups: number;
  readonly windows: Windows;
}

export const convolution: Gradient = ({ tape, node, dy }) => {
  const [x, w, b] = node.input as [string, string, string | undefined];
  const shapes = { x: tape.shape(x), w: tape.shape(w), y: tape.shape(node.output[0]!) };
  const windows = windowsOf(node, shapes.w.slice(2), shapes.x, shapes.y);
  const job: Job = { tape, x, w, dy, shapes, groups: intAttribute(node, 'group', 1), windows };
  if (b !== undefined && b !== '' && tape.isMoving(b)) {
    tape.give(b, placesThenPictures(tape, dy));
  }
  if (tape.isMoving(x)) tape.give(x, inputGradient(job));
  if (tape.isMoving(w)) tape.give(w, weightGradient(job));
};

/** The sum of each channel. In two steps: a GPU turns the whole tensor before it sums over axes that are not the last. */
const placesThenPictures = (tape: Tape, from: string): string =>
  tape.emit('ReduceSum', [tape.emit('ReduceSum', [from, tape.integers(2, 3)], { keepdims: 0 }), tape.integers(0)], {
    keepdims: 0,
  });

const inputGradient = ({ tape, w, dy, shapes, groups, windows }: Job): string => {
  const { kernel, strides, dilations, before, after } = windows;
  const isDense = groups === 1;
  const isDepthwise = shapes.w[1] === 1 && groups === shapes.x[1] && shapes.w[0] === groups;
  if ((isDense || isDepthwise) && strides.every((stride) => stride === 1)) {
    // The same convolution with the kernel turned round; a plain Conv is the best tuned operator there is.
    const reach = [0, 1].map((at) => (kernel[at]! - 1) * dilations[at]!);
    const pads = [...reach.map((side, at) => side - before[at]!), ...reach.map((side, at) => side - after[at]!)];
    if (pads.every((side) => side >= 0)) {
      let turned = w;
      if (kernel.some((side) => side > 1)) {
        const [last, first] = [tape.integers(-1, -1), tape.integers(-(2 ** 31), -(2 ** 31))];
        turned = tape.emit('Slice', [turned, last, first, tape.integers(2, 3), last]);
      }
      if (isDense) turned = tape.emit('Transpose', [turned], { perm: [1, 0, 2, 3] });
      const attributes = { kernel_shape: [...kernel], dilations: [...dilations], pads, group: groups };
      return tape.emit('Conv', [dy, turned], attributes);
    }
  }
  return tape.emit('ConvTranspose', [dy, w], { ...backAttributes(windows), group: groups });
};

const weightGradient = (job: Job): string => {
  const { tape, x, dy, shapes, groups, windows } = job;
  const [n, c] = shapes.x as [number, number];
  const [m, perGroup] = shapes.w as [number, number];
  const places = windows.out[0] * windows.out[1];
  const product = (from: string, channels: number): string =>
    productGradient(tape, from, dy, { n, groups, c: channels, m, places });
  if (groups === 1 && isPointwise(windows)) return tape.reshape(product(x, c), shapes.w);
  if (perGroup === 1 && m === c) return depthwiseGradient(job);
  const see = tapReader(job);
  const taps = tapsOf(windows);
  if (groups === 1 && n * c * taps.length * places <= mostUnfolded) {
    // All taps side by side are the channels of a 1 × 1 convolution.
    const unfolded = product(tape.emit('Concat', taps.map(see), { axis: 1 }), c * taps.length);
    const turned = tape.emit('Transpose', [tape.reshape(unfolded, [m, taps.length, c])], { perm: [0, 2, 1] });
    return tape.reshape(turned, shapes.w);
  }
  const products = taps.map((tap) => tape.reshape(product(see(tap), c), [m, perGroup, 1]));
  const all = products.length === 1 ? products[0]! : tape.emit('Concat', products, { axis: 2 });
  return tape.reshape(all, shapes.w);
};

/** Floats of a picture with all its taps side by side, above which the taps go one by one: 128 MB. */
const mostUnfolded = 32e6;

interface ProductShape {
  readonly n: number;
  readonly groups: number;
  /** Channels of the pictures and of the result, all groups together. */
  readonly c: number;
  readonly m: number;
  readonly places: number;
}

/** [m, c / groups] for pictures [n, c, places]: the gradient of a product over the channels of each group. */
const productGradient = (tape: Tape, x: string, dy: string, { n, groups, c, m, places }: ProductShape): string => {
  const [inGroup, outGroup] = [c / groups, m / groups];
  if (groups > 1 || m * c < ((m + c) * places) / 2) {
    // A product a picture, then their sum: where the weights are few it is cheaper than to turn both, and one product over all
    // places would leave a GPU with hardly a tile of work.
    const turned = tape.emit('Transpose', [tape.reshape(x, [n * groups, inGroup, places])], { perm: [0, 2, 1] });
    const each = tape.emit('MatMul', [tape.reshape(dy, [n * groups, outGroup, places]), turned]);
    const sum = tape.emit('ReduceSum', [tape.reshape(each, [n, m * inGroup]), tape.integers(0)], { keepdims: 0 });
    return tape.reshape(sum, [m, inGroup]);
  }
  const left = tape.emit('Transpose', [tape.reshape(dy, [n, m, places])], { perm: [1, 0, 2] });
  const right = tape.emit('Transpose', [tape.reshape(x, [n, c, places])], { perm: [0, 2, 1] });
  return tape.emit('MatMul', [tape.reshape(left, [m, n * places]), tape.reshape(right, [n * places, c])]);
};

/**
 * Each channel of each picture is convolved with its own gradient: what was a stride lies between the places of that kernel,
 * and its result is the taps. One pass where a product and a sum for each tap took nine (measured: a sixth of a whole step).
 */
const depthwiseGradient = ({ tape, x, dy, shapes, windows }: Job): string => {
  const [n, c, height, width] = shapes.x as [number, number, number, number];
  const { kernel, strides, dilations, before, after, out } = windows;
  const attributes = {
    kernel_shape: [...out],
    strides: [...dilations],
    dilations: [...strides],
    pads: [...before, Math.max(0, after[0]), Math.max(0, after[1])],
    group: n * c,
  };
  const pictures = tape.reshape(x, [1, n * c, height, width]);
  let taps = tape.emit('Conv', [pictures, tape.reshape(dy, [n * c, 1, ...out])], attributes);
  if (after.some((side) => side < 0)) {
    // Rows and columns that no window reaches make taps that the kernel has not.
    taps = tape.emit('Slice', [taps, tape.integers(0, 0), tape.integers(...kernel), tape.integers(2, 3)]);
  }
  const each = tape.reshape(taps, [n, c * kernel[0] * kernel[1]]);
  return tape.reshape(tape.emit('ReduceSum', [each, tape.integers(0)], { keepdims: 0 }), shapes.w);
};

/** What one place of the kernel sees in each window: [N, C, h, w]. */
const tapReader = ({ tape, x, windows }: Job): ((tap: [number, number]) => string) => {
  const { before, after, strides, out } = windows;
  const pads = [0, 0, ...before, 0, 0, Math.max(0, after[0]), Math.max(0, after[1])];
  const padded = pads.every((side) => side === 0) ? x : tape.emit('Pad', [x, tape.integers(...pads)]);
  const slice = (from: string, axis: number, start: number, count: number, step: number): string => {
    const range = [start, start + (count - 1) * step + 1, axis, step].map((at) => tape.integers(at));
    return tape.emit('Slice', [from, ...range]);
  };
  // Every other column is slow to gather, so it is done once for each remainder and not for each tap.
  const columns = new Map<number, string>();
  const reach = Math.max(...tapsOf(windows).map(([, column]) => column));
  return ([row, column]) => {
    const remainder = column % strides[1];
    const skipped = (column - remainder) / strides[1];
    let from = padded;
    if (strides[1] > 1) {
      const count = Math.floor((reach - remainder) / strides[1]) + out[1];
      from = columns.get(remainder) ?? slice(padded, 3, remainder, count, strides[1]);
      columns.set(remainder, from);
    }
    const rowEnd = row + (out[0] - 1) * strides[0] + 1;
    return tape.emit('Slice', [
      from,
      tape.integers(row, skipped),
      tape.integers(rowEnd, skipped + out[1]),
      tape.integers(2, 3),
      tape.integers(strides[0], 1),
    ]);
  };
};
