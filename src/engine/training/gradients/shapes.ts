/** Operators that move values about and change none. */

import { intAttribute, intsAttribute, stringAttribute } from '../../onnx/attributes.js';
import { WinnowError } from '../../../base/errors.js';
import type { OnnxNode } from '../../onnx/onnxModel.js';
import { integersOf, type Shape } from '../graph/staticNetwork.js';
import type { Gradient } from './gradient.js';

/** Flatten, Reshape, Squeeze, Unsqueeze. */
export const reshape: Gradient = ({ tape, node, dy }) => {
  tape.give(node.input[0]!, tape.reshape(dy, tape.shape(node.input[0]!)));
};

export const transpose: Gradient = ({ tape, node, dy }) => {
  const rank = tape.shape(node.input[0]!).length;
  const perm = intsAttribute(
    node,
    'perm',
    Array.from({ length: rank }, (_, at) => rank - 1 - at),
  );
  const inverse = perm.map((_, at) => perm.indexOf(at));
  tape.give(node.input[0]!, tape.emit('Transpose', [dy], { perm: inverse }));
};

export const concat: Gradient = ({ tape, node, dy }) => {
  const rank = tape.shape(node.output[0]!).length;
  const axis = (intAttribute(node, 'axis', 0) + rank) % rank;
  let from = 0;
  for (const name of node.input) {
    const to = from + tape.shape(name)[axis]!;
    if (tape.isMoving(name)) {
      tape.give(name, tape.emit('Slice', [dy, tape.integers(from), tape.integers(to), tape.integers(axis)]));
    }
    from = to;
  }
};

export const split: Gradient = ({ tape, node, dys }) => {
  const rank = tape.shape(node.input[0]!).length;
  const axis = (intAttribute(node, 'axis', 0) + rank) % rank;
  const parts = node.output.map((name, at) => {
    const dy = dys[at];
    if (dy !== null && dy !== undefined) return dy;
    return tape.emit('Expand', [tape.number(0), tape.integers(...tape.shape(name))]);
  });
  tape.give(node.input[0]!, tape.emit('Concat', parts, { axis }));
};

/** Where a Slice begins, axis by axis. */
export const sliceStarts = (network: Parameters<typeof integersOf>[0], node: OnnxNode, whole: Shape): number[] => {
  const starts = integersOf(network, node.input[1]);
  const axes = node.input[3] ? integersOf(network, node.input[3]) : starts.map((_, at) => at);
  const before = whole.map(() => 0);
  axes.forEach((axis, at) => {
    const side = whole[(axis + whole.length) % whole.length]!;
    const start = starts[at]!;
    before[(axis + whole.length) % whole.length] = Math.min(Math.max(start < 0 ? start + side : start, 0), side);
  });
  return before;
};

/** Zeros where nothing was taken; steps of one only. */
export const slice: Gradient = ({ tape, node, dy }) => {
  const whole = tape.shape(node.input[0]!);
  const part = tape.shape(node.output[0]!);
  if (integersOf(tape, node.input[4]).some((step) => step !== 1)) {
    throw new WinnowError(
      'bad-model',
      'The network cannot be fine-tuned: it takes every other value (Slice with steps).',
    );
  }
  const before = sliceStarts(tape, node, whole);
  const after = whole.map((side, at) => side - part[at]! - before[at]!);
  tape.give(node.input[0]!, tape.emit('Pad', [dy, tape.integers(...before, ...after)]));
};

/** Constant padding only. */
export const pad: Gradient = ({ tape, node, dy }) => {
  const mode = stringAttribute(node, 'mode', 'constant');
  if (mode !== 'constant' || node.input[3]) {
    throw new WinnowError('bad-model', `The network cannot be fine-tuned: it pads by ${mode} on some axes only.`);
  }
  const inner = tape.shape(node.input[0]!);
  const before = integersOf(tape, node.input[1]).slice(0, inner.length);
  const ends = inner.map((side, at) => side + before[at]!);
  const axes = inner.map((_, at) => at);
  tape.give(
    node.input[0]!,
    tape.emit('Slice', [dy, tape.integers(...before), tape.integers(...ends), tape.integers(...axes)]),
  );
};
