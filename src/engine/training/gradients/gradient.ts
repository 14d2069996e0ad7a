/** What the gradient of one operator is given: it says `tape.give(input, gradient)` for each input that moves. */

import type { OnnxNode } from '../../onnx/onnxModel.js';
import type { Tape } from '../graph/tape.js';

export interface Backward {
  readonly tape: Tape;
  readonly node: OnnxNode;
  /** Gradient of the first output. */
  readonly dy: string;
  /** Of each output; null where nobody read it. */
  readonly dys: readonly (string | null)[];
}
export type Gradient = (backward: Backward) => void;
