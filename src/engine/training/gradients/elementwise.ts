/** Operators that look at one value at a time. */

import { floatAttribute } from '../../onnx/attributes.js';
import type { Gradient } from './gradient.js';
import { sumTo } from './sumTo.js';

export const identity: Gradient = ({ tape, node, dy }) => {
  tape.give(node.input[0]!, dy);
};

/** The result is 0 or more, so its sign is the mask: two vectorised passes where a comparison takes three. */
export const relu: Gradient = ({ tape, node, dy }) => {
  tape.give(node.input[0]!, tape.emit('Mul', [dy, tape.emit('Sign', [node.output[0]!])]));
};

/** Nothing flows where the value was cut, as in PyTorch's ReLU6: strictly between the limits it does. */
export const clip: Gradient = ({ tape, node, dy }) => {
  const [x, low, high] = node.input;
  const y = node.output[0]!;
  const lower = low === undefined || low === '' ? null : tape.emit('Sign', [tape.emit('Sub', [y, low])]);
  const upper = high === undefined || high === '' ? null : tape.emit('Sign', [tape.emit('Sub', [high, y])]);
  let gradient = dy;
  for (const mask of [lower, upper]) if (mask !== null) gradient = tape.emit('Mul', [gradient, mask]);
  tape.give(x!, gradient);
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
  const mask = tape.emit('Mul', [tape.emit('Sign', [y]), tape.emit('Sign', [tape.emit('Sub', [tape.number(1), y])])]);
  tape.give(node.input[0]!, tape.emit('Mul', [tape.emit('Mul', [dy, alpha]), mask]));
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

export const tanh: Gradient = ({ tape, node, dy }) => {
  const y = node.output[0]!;
  const slope = tape.emit('Sub', [tape.number(1), tape.emit('Mul', [y, y])]);
  tape.give(node.input[0]!, tape.emit('Mul', [dy, slope]));
};

export const sqrt: Gradient = ({ tape, node, dy }) => {
  tape.give(node.input[0]!, tape.emit('Div', [tape.emit('Mul', [dy, tape.number(0.5)]), node.output[0]!]));
};

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
