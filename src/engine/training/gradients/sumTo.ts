/** A gradient of a broadcast result, summed back to the shape of the operand. */

import type { Shape } from '../graph/staticNetwork.js';
import type { Tape } from '../graph/tape.js';

export const sumTo = (tape: Tape, gradient: string, from: Shape, to: Shape): string => {
  const added = from.length - to.length;
  const axes = from.flatMap((side, at) => (at < added || (to[at - added] === 1 && side !== 1) ? [at] : []));
  if (axes.length === 0) return gradient;
  const summed = tape.emit('ReduceSum', [gradient, tape.integers(...axes)], { keepdims: 1 });
  return added === 0 ? summed : tape.reshape(summed, to);
};

/** The shape that two operands are broadcast to. */
export const broadcast = (a: Shape, b: Shape): number[] => {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, at) => {
    const left = a[at - rank + a.length] ?? 1;
    const right = b[at - rank + b.length] ?? 1;
    return left === 1 ? right : left;
  });
};
