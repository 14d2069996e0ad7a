/**
 * A tensor of the network as TensorFlow.js holds it. ONNX puts the channels of pictures second, TensorFlow's convolutions
 * want them last: a tensor is turned when somebody wants it the other way, and once only.
 */

import type { Tensor, Tensor4D, Tfjs } from './tfjs.js';

export class Laid {
  readonly #tf: Tfjs;
  #first: Tensor | null;
  #last: Tensor4D | null;

  private constructor(tf: Tfjs, first: Tensor | null, last: Tensor4D | null) {
    this.#tf = tf;
    this.#first = first;
    this.#last = last;
  }

  /** In ONNX's own order. */
  static first(tf: Tfjs, tensor: Tensor): Laid {
    return new Laid(tf, tensor, null);
  }

  /** [N, H, W, C] for what ONNX calls [N, C, H, W]. */
  static last(tf: Tfjs, tensor: Tensor4D): Laid {
    return new Laid(tf, null, tensor);
  }

  /** Whether its channels lie last already. */
  get isLast(): boolean {
    return this.#last !== null;
  }

  get rank(): number {
    return (this.#last ?? this.#first!).rank;
  }

  first(): Tensor {
    return (this.#first ??= this.#tf.transpose(this.#last!, [0, 3, 1, 2]));
  }

  /** Of fewer than four axes: as if the missing ones were of length 1, as broadcasting has it. */
  last(): Tensor4D {
    if (this.#last) return this.#last;
    const { shape } = this.#first!;
    const four = [...Array.from({ length: 4 - shape.length }, () => 1), ...shape] as Tensor4D['shape'];
    this.#last = this.#tf.transpose(this.#tf.reshape(this.#first!, four), [0, 2, 3, 1]);
    return this.#last;
  }

  /** One value at a time, whatever the order. */
  map(change: (tensor: Tensor) => Tensor): Laid {
    return this.#last
      ? new Laid(this.#tf, null, change(this.#last) as Tensor4D)
      : new Laid(this.#tf, change(this.#first!), null);
  }

  /** Along axes as ONNX counts them. @param change of the same rank. */
  along(axes: readonly number[], change: (tensor: Tensor, axes: number[]) => Tensor): Laid {
    return this.map((tensor) =>
      change(
        tensor,
        axes.map((axis) => (this.isLast ? lastAxis[axis]! : axis)),
      ),
    );
  }
}

/** Where an axis of [N, C, H, W] lies in [N, H, W, C]. */
const lastAxis = [0, 3, 1, 2];

/** Laid alike, as the first of them whose channels lie last, and broadcast. */
export const together = (tf: Tfjs, operands: readonly Laid[], change: (tensors: readonly Tensor[]) => Tensor): Laid => {
  const isLast = operands.some((each) => each.isLast) && operands.every(({ rank }) => rank <= 4);
  return isLast
    ? Laid.last(tf, change(operands.map((each) => each.last())) as Tensor4D)
    : Laid.first(tf, change(operands.map((each) => each.first())));
};
