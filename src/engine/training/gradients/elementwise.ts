/** Operators that look at one value at a time. */

import { floatAttribute } from '../../onnx/attributes.js';
import type { Tape } from '../graph/tape.js';
import type { Gradient } from './gradient.js';
import { sumTo } from './sumTo.js';

export const identity: Gradient = ({ tape, node, dy }) => {
  tape.give(node.input[0]!, dy);
};

/**
 * 1 where `slope · (y − limit)` is above zero, else 0. HardSigmoid with a steep power of two is exact at the limit and one
 * vectorised pass; Sign and comparisons take four times as long on the CPU.
 */
const mask = (tape: Tape, y: string, slope: 1 | -1, limit: number): string =>
  tape.emit('HardSigmoid', [y], { alpha: { float: slope * steep }, beta: { float: -slope * steep * limit } });
const steep = 2 ** 100;

export const relu: Gradient = ({ tape, node, dy }) => {
  tape.give(node.input[0]!, tape.emit('Mul', [dy, mask(tape, node.output[0]!, 1, 0)]));
};

/** Nothing flows where the value was cut, as in PyTorch's ReLU6: strictly between the limits it does. */
export const clip: Gradient = ({ tape, node, dy }) => {
  const y = node.output[0]!;
  const limits = [node.input[1], node.input[2]].map((name) => tape.constants.get(name ?? '')?.data[0]);
  const masks = limits.flatMap((limit, at) =>
    limit === undefined ? [] : [mask(tape, y, at === 0 ? 1 : -1, Number(limit))],
  );
  const [first, second] = masks;
  if (first === undefined) tape.give(node.input[0]!, dy);
  else {
    const both = second === undefined ? first : tape.emit('Mul', [first, second]);
    tape.give(node.input[0]!, tape.emit('Mul', [dy, both]));
  }
};

export const leakyRelu: Gradient = ({ tape, node, dy }) => {
  const alpha = floatAttribute(node, 'alpha', 0.01);
  const isUp = tape.emit('Greater', [node.input[0]!, tape.number(0)]);
  tape.give(node.input[0]!, tape.emit('Where', [isUp, dy, tape.emit('Mul', [dy, tape.number(alpha)])]));
};

export const sigmoid: Gradient = ({ tape, node, dy }) => {
  const y = node.output[0]!;
  const slope = tape.emit('Mul', [y, tape.emit('Sub', [tape.number(1), y])]);
  tape.give(node.input[0]!, tape.emit('Mul', [dy, slope]));
};

/** y = clip(alpha x + beta, 0, 1). */
export const hardSigmoid: Gradient = ({ tape, node, dy }) => {
  const y = node.output[0]!;
  const alpha = tape.number(floatAttribute(node, 'alpha', 0.2));
  const inside = tape.emit('Mul', [mask(tape, y, 1, 0), mask(tape, y, -1, 1)]);
  tape.give(node.input[0]!, tape.emit('Mul', [tape.emit('Mul', [dy, alpha]), inside]));
};

/** y = x clip(x / 6 + 1/2, 0, 1): its slope is 0, (2x + 3) / 6, 1. */
export const hardSwish: Gradient = ({ tape, node, dy }) => {
  const x = node.input[0]!;
  const line = tape.emit('Add', [tape.emit('Mul', [x, tape.number(1 / 3)]), tape.number(0.5)]);
  const isHigh = tape.emit('GreaterOrEqual', [x, tape.number(3)]);
  const isLow = tape.emit('LessOrEqual', [x, tape.number(-3)]);
  const slope = tape.emit('Where', [isLow, tape.number(0), tape.emit('Where', [isHigh, tape.number(1), line])]);
  tape.give(x, tape.emit('Mul', [dy, slope]));
};

export const neg: Gradient = ({ tape, node, dy }) => {
  tape.give(node.input[0]!, tape.emit('Neg', [dy]));
};

export const exp: Gradient = ({ tape, node, dy }) => {
  tape.give(node.input[0]!, tape.emit('Mul', [dy, node.output[0]!]));
};

export const log: Gradient = ({ tape, node, dy }) => {
  tape.give(node.input[0]!, tape.emit('Div', [dy, node.input[0]!]));
};

export const tanh: Gradient = ({ tape, node, dy }) => {
  const y = node.output[0]!;
  const slope = tape.emit('Sub', [tape.number(1), tape.emit('Mul', [y, y])]);
  tape.give(node.input[0]!, tape.emit('Mul', [dy, slope]));
};

/** At a root of 0 the slope has no end, and times the nothing that a ReLU passes on it would be no number: it stops at the floor's. */
export const sqrt: Gradient = ({ tape, node, dy }) => {
  const root = tape.emit('Clip', [node.output[0]!, tape.number(rootFloor)]);
  tape.give(node.input[0]!, tape.emit('Div', [tape.emit('Mul', [dy, tape.number(0.5)]), root]));
};
export const rootFloor = 1e-4;

export const add: Gradient = ({ tape, node, dy }) => {
  const whole = tape.shape(node.output[0]!);
  for (const name of node.input) {
    if (tape.isMoving(name)) tape.give(name, sumTo(tape, dy, whole, tape.shape(name)));
  }
};

export const sub: Gradient = ({ tape, node, dy }) => {
  const whole = tape.shape(node.output[0]!);
  const [a, b] = node.input as [string, string];
  if (tape.isMoving(a)) tape.give(a, sumTo(tape, dy, whole, tape.shape(a)));
  if (tape.isMoving(b)) tape.give(b, sumTo(tape, tape.emit('Neg', [dy]), whole, tape.shape(b)));
};

export const mul: Gradient = ({ tape, node, dy }) => {
  const whole = tape.shape(node.output[0]!);
  const [a, b] = node.input as [string, string];
  if (tape.isMoving(a)) tape.give(a, sumTo(tape, tape.emit('Mul', [dy, b]), whole, tape.shape(a)));
  if (tape.isMoving(b)) tape.give(b, sumTo(tape, tape.emit('Mul', [dy, a]), whole, tape.shape(b)));
};

export const div: Gradient = ({ tape, node, dy }) => {
  const whole = tape.shape(node.output[0]!);
  const [a, b] = node.input as [string, string];
  const over = tape.emit('Div', [dy, b]);
  if (tape.isMoving(a)) tape.give(a, sumTo(tape, over, whole, tape.shape(a)));
  if (tape.isMoving(b)) {
    const slope = tape.emit('Neg', [tape.emit('Mul', [over, node.output[0]!])]);
    tape.give(b, sumTo(tape, slope, whole, tape.shape(b)));
  }
};
