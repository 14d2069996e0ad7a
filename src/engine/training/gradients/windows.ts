/** Where the windows of a convolution or a pool lie, whatever the file says: pads, SAME, ceil mode, rows that no window reaches. */

import { intsAttribute } from '../../onnx/attributes.js';
import type { OnnxNode } from '../../onnx/onnxModel.js';
import { stringAttribute } from '../../onnx/attributes.js';
import type { Shape } from '../graph/staticNetwork.js';

export interface Windows {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** Zeros before the first row and column. */
  readonly before: readonly [number, number];
  /** Zeros after the last; negative = rows and columns that no window reaches. */
  readonly after: readonly [number, number];
  /** Of the result. */
  readonly out: readonly [number, number];
}

/** @param x [N, C, H, W]  @param y [N, M, h, w] as onnxruntime says. */
export const windowsOf = (node: OnnxNode, kernel: readonly number[], x: Shape, y: Shape): Windows => {
  const pair = (name: string): [number, number] => intsAttribute(node, name, [1, 1]) as [number, number];
  const strides = pair('strides');
  const dilations = pair('dilations');
  const pads = intsAttribute(node, 'pads', [0, 0, 0, 0]);
  const auto = stringAttribute(node, 'auto_pad', 'NOTSET');
  const sides = [0, 1].map((at) => {
    const covered = (y[at + 2]! - 1) * strides[at]! + (kernel[at]! - 1) * dilations[at]! + 1;
    const spare = covered - x[at + 2]!;
    const before =
      auto === 'SAME_UPPER'
        ? Math.floor(Math.max(0, spare) / 2)
        : auto === 'SAME_LOWER'
          ? Math.ceil(Math.max(0, spare) / 2)
          : auto === 'VALID'
            ? 0
            : pads[at]!;
    return { before, after: spare - before };
  });
  return {
    kernel: [kernel[0]!, kernel[1]!],
    strides,
    dilations,
    before: [sides[0]!.before, sides[1]!.before],
    after: [sides[0]!.after, sides[1]!.after],
    out: [y[2]!, y[3]!],
  };
};

/** Attributes of a ConvTranspose that takes the windows back to the picture. */
export const backAttributes = ({ kernel, strides, dilations, before, after }: Windows): Record<string, number[]> => ({
  kernel_shape: [...kernel],
  strides: [...strides],
  dilations: [...dilations],
  pads: [...before, Math.max(0, after[0]), Math.max(0, after[1])],
  output_padding: [Math.max(0, -after[0]), Math.max(0, -after[1])],
});

/** Each place of the kernel: where it starts in the padded picture. */
export const tapsOf = ({ kernel, dilations }: Windows): [number, number][] =>
  Array.from({ length: kernel[0] * kernel[1] }, (_, at) => [
    Math.floor(at / kernel[1]) * dilations[0],
    (at % kernel[1]) * dilations[1],
  ]);

export const isPointwise = ({ kernel, strides, before, after }: Windows): boolean =>
  [...kernel, ...strides].every((side) => side === 1) && [...before, ...after].every((side) => side === 0);

/** What one value counts for in the average of each window, float32[h · w]. @param countsPads zeros outside count as values. */
export const sharesOf = (windows: Windows, countsPads: boolean, height: number, width: number): Float32Array => {
  const [rows, columns] = windows.out;
  const shares = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let seen = 0;
      for (const [down, right] of tapsOf(windows)) {
        const at = row * windows.strides[0] + down - windows.before[0];
        const beside = column * windows.strides[1] + right - windows.before[1];
        if (countsPads || (at >= 0 && at < height && beside >= 0 && beside < width)) seen++;
      }
      shares[row * columns + column] = 1 / Math.max(1, seen);
    }
  }
  return shares;
};
