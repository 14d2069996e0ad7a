/** The network forwards, node by node, in TensorFlow.js; recorded by whoever derives it. */

import { WinnowError } from '../../../base/errors.js';
import type { Shape } from '../graph/staticNetwork.js';
import type { TrainingGraphOptions } from '../graph/trainingGraph.js';
import { Laid, together } from './laid.js';
import { trainedNormalisation } from './operators/normalisation.js';
import type { Operation } from './operators/operator.js';
import { operators } from './operators/registry.js';
import type { Tensor, Tensor1D, Tensor2D, Tfjs } from './tfjs.js';

/** Throws `bad-model` naming the first operator that is not known here. @param name of the network. */
export const checkOperators = ({ body, head }: TrainingGraphOptions, name: string): void => {
  const unknown = [...body.nodes, ...head.nodes].find(({ opType }) => !operators[opType]);
  if (!unknown) return;
  throw new WinnowError(
    'bad-model',
    `${name} cannot be fine-tuned by TensorFlow.js: Winnow does not know its operator ${unknown.opType} there. Choose the device webgpu or cpu.`,
  );
};

export interface ForwardPass {
  readonly logits: Tensor2D;
  /** Running means and variances after this batch, in the order of the state 'statistics'. */
  readonly running: readonly Tensor1D[];
}

/** @param tensors the input, parameters, constants, statistics and masks by name, in ONNX's order. */
export const forward = (
  tf: Tfjs,
  { body, head, bodyNorm }: TrainingGraphOptions,
  batch: number,
  tensors: ReadonlyMap<string, Tensor>,
): ForwardPass => {
  const values = new Map([...tensors].map(([name, tensor]) => [name, Laid.first(tf, tensor)]));
  const constants = new Map([...body.constants, ...head.constants]);
  const masks = new Map(head.masks.map((mask) => [mask.after, mask.name]));
  const ofHead = new Set(head.nodes);
  const running: Tensor1D[] = [];
  const shape = (name: string): Shape => {
    const made = head.shapes.get(name);
    return made ? [batch, ...made] : (body.shapes.get(name) ?? constants.get(name)!.dims);
  };
  for (const node of [...body.nodes, ...head.nodes]) {
    const inputs = node.input.map((name) => values.get(name));
    const operation: Operation = { tf, node, inputs, shape, constants };
    let made: readonly Laid[];
    if (node.opType === 'BatchNormalization' && (ofHead.has(node) || bodyNorm === 'batch')) {
      const after = trainedNormalisation(operation);
      running.push(after.mean, after.variance);
      made = [after.made];
    } else made = operators[node.opType]!(operation);
    made.forEach((each, at) => values.set(node.output[at]!, each));
    const mask = values.get(masks.get(node.output[0]!) ?? '');
    if (mask)
      values.set(
        node.output[0]!,
        together(tf, [made[0]!, mask], ([x, m]) => tf.mul(x!, m!)),
      );
  }
  return { logits: values.get(head.logits)!.first() as Tensor2D, running };
};

/** Cross-entropy of each row against soft targets, in nats. */
export const lossOf = (tf: Tfjs, logits: Tensor2D, target: Tensor2D): Tensor1D =>
  tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), target), 1));
