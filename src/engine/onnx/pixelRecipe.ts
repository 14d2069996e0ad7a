/**
 * The one pixel recipe as an ONNX graph (HOUSE § 6): RGB bytes in, the network's input out. The same graph runs in the
 * engine, in the exported page and in Python, so that all of them see the same pixels. ADR 0002 says why it is its own session.
 */

import type { Recipe, ViewId } from '../../protocol/engine.js';
import { floats, ints, model, node, value } from './build.js';
import type { OnnxModel, OnnxNode, OnnxTensor } from './onnxModel.js';

/** Raised when the pixels change in any way; part of every cache key. */
const recipeVersion = 1;

export const recipeId = ({ size, normalise }: Recipe): string => `r${recipeVersion}-${size}-${normalise}`;

/** A side of 224 is seen from a short side of 256 and squished to 320; other sides in proportion. */
export const shortSideFor = (size: number): number => Math.round((size * 256) / 224);
export const squishSideFor = (size: number): number => Math.round((size * 320) / 224);

/** Photos longer than this many short sides are cut first: a 20,000 × 1 strip would become five million columns. */
const longestAspect = 4;

export type InputLayout = 'nchw' | 'nhwc';

export interface PixelGraph {
  readonly view: ViewId;
  /** Side of the square that the network gets. */
  readonly side: number;
  readonly normalise: Recipe['normalise'];
  readonly layout: InputLayout;
}

/** Input `pixels` uint8[h, w, 3]; output `image` float32[1, 3, side, side] (or NHWC), for 'squish' also `mirrored`. */
export const pixelRecipe = ({ view, side, normalise, layout }: PixelGraph): OnnxModel => {
  const constants: OnnxTensor[] = [ints('zero', [0]), ints('one', [1]), ints('rows_columns', [0, 1])];
  const nodes: OnnxNode[] = [];
  const resize = (from: string, sizes: string, to: string): OnnxNode =>
    node('Resize', [from, '', '', sizes], to, {
      mode: 'linear',
      antialias: 1,
      coordinate_transformation_mode: 'half_pixel',
      axes: [1, 2],
    });
  if (view === 'squish') {
    constants.push(ints('sizes', [side, side]));
    nodes.push(node('Unsqueeze', ['pixels', 'zero'], 'batch'), resize('batch', 'sizes', 'square'));
  } else {
    constants.push(
      ints('aspect', [longestAspect]),
      ints('short_side', [shortSideFor(side)]),
      ints('two', [2]),
      ints('side', [side, side]),
      ints('axes', [1, 2]),
    );
    nodes.push(
      node('Shape', ['pixels'], 'size', { start: 0, end: 2 }),
      node('ReduceMin', ['size'], 'short', { keepdims: 1 }),
      // Centre cut to at most 4 : 1.
      node('Mul', ['short', 'aspect'], 'longest'),
      node('Min', ['size', 'longest'], 'kept'),
      node('Sub', ['size', 'kept'], 'spare'),
      node('Div', ['spare', 'two'], 'from'),
      node('Add', ['from', 'kept'], 'to'),
      node('Slice', ['pixels', 'from', 'to', 'rows_columns'], 'cut'),
      node('Unsqueeze', ['cut', 'zero'], 'batch'),
      // round(kept · shortSide / short), in integers so that every runtime rounds alike.
      node('Mul', ['kept', 'short_side'], 'scaled'),
      node('Mul', ['scaled', 'two'], 'scaled_twice'),
      node('Add', ['scaled_twice', 'short'], 'scaled_up'),
      node('Mul', ['short', 'two'], 'short_twice'),
      node('Div', ['scaled_up', 'short_twice'], 'sizes'),
      resize('batch', 'sizes', 'resized'),
      // Centre square.
      node('Sub', ['sizes', 'side'], 'margin'),
      node('Div', ['margin', 'two'], 'corner'),
      node('Add', ['corner', 'side'], 'far_corner'),
      node('Slice', ['resized', 'corner', 'far_corner', 'axes'], 'square'),
    );
  }
  const { scale, shift } = normalisation(normalise);
  constants.push(floats('scale', [1, 1, 1, 3], scale), floats('shift', [1, 1, 1, 3], shift));
  const plain = layout === 'nhwc' ? 'image' : 'normalised';
  nodes.push(
    node('Cast', ['square'], 'values', { to: 1 }),
    node('Mul', ['values', 'scale'], 'scaled_values'),
    node('Add', ['scaled_values', 'shift'], plain),
  );
  if (layout === 'nchw') nodes.push(node('Transpose', ['normalised'], 'image', { perm: [0, 3, 1, 2] }));
  const dims = layout === 'nchw' ? [1, 3, side, side] : [1, side, side, 3];
  const outputs = [value('image', 'float32', dims)];
  if (view === 'squish') {
    constants.push(
      ints('last', [-1]),
      ints('before_first', [-(2 ** 31)]),
      ints('columns', [layout === 'nchw' ? 3 : 2]),
    );
    nodes.push(node('Slice', ['image', 'last', 'before_first', 'columns', 'last'], 'mirrored'));
    outputs.push(value('mirrored', 'float32', dims));
  }
  return model(18, {
    name: 'pixels',
    node: nodes,
    initializer: constants,
    input: [value('pixels', 'uint8', ['height', 'width', 3])],
    output: outputs,
  });
};

/** normalised = byte · scale + shift, by channel. */
export const normalisation = (kind: Recipe['normalise']): { readonly scale: number[]; readonly shift: number[] } => {
  switch (kind) {
    case 'signed':
      return { scale: [1 / 127.5, 1 / 127.5, 1 / 127.5], shift: [-1, -1, -1] };
    case 'unit':
      return { scale: [1 / 255, 1 / 255, 1 / 255], shift: [0, 0, 0] };
    case 'imagenet': {
      const mean = [0.485, 0.456, 0.406];
      const deviation = [0.229, 0.224, 0.225];
      return { scale: deviation.map((d) => 1 / (255 * d)), shift: mean.map((m, at) => -m / deviation[at]!) };
    }
  }
};
