/** Gemm and MatMul. */

import { floatAttribute, intAttribute } from '../../onnx/attributes.js';
import type { Shape } from '../graph/staticNetwork.js';
import type { Tape } from '../graph/tape.js';
import type { Gradient } from './gradient.js';
import { sumTo } from './sumTo.js';

/** Y = alpha A' B' + beta C. */
export const gemm: Gradient = ({ tape, node, dy }) => {
  const [a, b, c] = node.input as [string, string, string | undefined];
  const alpha = floatAttribute(node, 'alpha', 1);
  const beta = floatAttribute(node, 'beta', 1);
  const isATurned = intAttribute(node, 'transA', 0) === 1;
  const isBTurned = intAttribute(node, 'transB', 0) === 1;
  const product = (left: string, right: string, transA: number, transB: number): string =>
    tape.emit('Gemm', [left, right], { transA, transB, alpha: { float: alpha } });
  if (tape.isMoving(a)) {
    tape.give(a, isATurned ? product(b, dy, Number(isBTurned), 1) : product(dy, b, 0, Number(!isBTurned)));
  }
  if (tape.isMoving(b)) {
    tape.give(b, isBTurned ? product(dy, a, 1, Number(isATurned)) : product(a, dy, Number(!isATurned), 0));
  }
  if (c !== undefined && c !== '' && tape.isMoving(c)) {
    const share = beta === 1 ? dy : tape.emit('Mul', [dy, tape.number(beta)]);
    tape.give(c, sumTo(tape, share, tape.shape(node.output[0]!), tape.shape(c)));
  }
};

/** Of matrices and stacks of matrices; vectors are refused by name elsewhere, no image network multiplies them. */
export const matMul: Gradient = ({ tape, node, dy }) => {
  const [a, b] = node.input as [string, string];
  const [shapeA, shapeB] = [tape.shape(a), tape.shape(b)];
  const stack = tape.shape(node.output[0]!).slice(0, -2);
  const turned = (name: string, rank: number): string =>
    tape.emit('Transpose', [name], {
      perm: Array.from({ length: rank }, (_, at) => (at < rank - 2 ? at : 2 * rank - 3 - at)),
    });
  if (tape.isMoving(a)) {
    const gradient = tape.emit('MatMul', [dy, turned(b, shapeB.length)]);
    tape.give(a, sumTo(tape, gradient, [...stack, ...shapeA.slice(-2)], shapeA));
  }
  if (tape.isMoving(b)) tape.give(b, rightGradient(tape, a, dy, shapeA, shapeB, stack, turned));
};

const rightGradient = (
  tape: Tape,
  a: string,
  dy: string,
  shapeA: Shape,
  shapeB: Shape,
  stack: Shape,
  turned: (name: string, rank: number) => string,
): string => {
  if (shapeB.length === 2) {
    // One matrix for the whole stack: its rows are one long list.
    const rows = tape.reshape(a, [-1, shapeA.at(-1)!]);
    return tape.emit('Gemm', [rows, tape.reshape(dy, [-1, shapeB[1]!])], { transA: 1 });
  }
  const gradient = tape.emit('MatMul', [turned(a, shapeA.length), dy]);
  return sumTo(tape, gradient, [...stack, ...shapeB.slice(-2)], shapeB);
};
