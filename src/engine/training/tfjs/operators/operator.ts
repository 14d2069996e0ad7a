/** What an operator of the forward pass is given, and what it makes of it; TensorFlow.js derives it by itself. */

import { WinnowError } from '../../../../base/errors.js';
import type { OnnxNode } from '../../../onnx/onnxModel.js';
import type { Constant, Shape } from '../../graph/staticNetwork.js';
import type { Laid } from '../laid.js';
import type { Tfjs } from '../tfjs.js';

export interface Operation {
  readonly tf: Tfjs;
  readonly node: OnnxNode;
  /** By position; absent where ONNX leaves it out or it is a list of integers. */
  readonly inputs: readonly (Laid | undefined)[];
  /** In ONNX's order. */
  readonly shape: (name: string) => Shape;
  /** For attributes that are inputs. */
  readonly constants: ReadonlyMap<string, Constant>;
}

/** One a node's output. */
export type Operator = (operation: Operation) => readonly Laid[];

/** For a network that is right but cannot be trained here. @param what ends the sentence. */
export const unfit = (what: string): WinnowError =>
  new WinnowError(
    'bad-model',
    `The network cannot be fine-tuned by TensorFlow.js: ${what}. Choose the device webgpu or cpu.`,
  );
