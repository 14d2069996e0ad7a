/** What one step is made of: which weights learn in which group, and what goes in. */

import { dropoutMask, mixRows, targetRows } from '../../core/training/stepInputs.js';
import type { FineTuneSettings } from '../../protocol/training.js';
import type { Tensor } from '../session/tensorSession.js';
import type { Head } from './graph/head.js';
import type { Parameter } from './graph/parameters.js';
import type { Constant, StaticNetwork } from './graph/staticNetwork.js';
import type { trainingGraph } from './graph/trainingGraph.js';
import type { TrainableNetwork } from './trainableNetwork.js';

/** Trained numbers by the names of their tensors. */
export type Values = ReadonlyMap<string, Constant>;

export interface StepJob {
  readonly network: TrainableNetwork;
  readonly head: Head;
  readonly classes: number;
  readonly settings: FineTuneSettings;
}

/** Layer groups: the first half of the layers, the second, the head. @param values take the place of the file's own. */
export const graphOptions = (
  { head, classes, settings }: StepJob,
  body: StaticNetwork,
  values: Values,
  isFrozen: boolean,
): Parameters<typeof trainingGraph>[0] => {
  const over = (constants: ReadonlyMap<string, Constant>): Map<string, Constant> =>
    new Map([...constants].map(([name, constant]) => [name, values.get(name) ?? constant]));
  const layers = body.nodes.filter(({ opType }) => ['Conv', 'Gemm', 'MatMul'].includes(opType)).length;
  const isFastai = settings.recipe === 'fastai';
  const groupOf = (parameter: Parameter, isHead: boolean): number | null => {
    if (isHead) return 2;
    const group = parameter.layer < layers / 2 ? 0 : 1;
    if (!isFrozen) return group;
    return isFastai && parameter.kind === 'norm' ? group : null;
  };
  return {
    body: { ...body, constants: over(body.constants) },
    head: { ...head, constants: over(head.constants) },
    classes,
    groupOf,
    bodyNorm: isFastai ? 'batch' : 'running',
  };
};

export interface StepInputs {
  /** float32[batch, …the network's input]; changed in place by mixup. */
  readonly pictures: Float32Array;
  readonly labels: readonly number[];
  /** Of all steps: seeds mixup and dropout. */
  readonly serial: number;
  readonly schedule: Float32Array;
}

export const stepFeeds = (
  { network, head, classes, settings }: StepJob,
  { pictures, labels, serial, schedule }: StepInputs,
): Record<string, Tensor> => {
  const batch = labels.length;
  const targets = targetRows(labels, classes, settings.labelSmoothing);
  if (settings.mixup > 0) mixRows(pictures, targets, batch, settings.mixup, settings.seed * 31 + serial);
  const { side, input } = network;
  const floats = (data: Float32Array, dims: number[]): Tensor => ({ type: 'float32', dims, data });
  const masks = head.masks.map(({ name, width, rate }, at): [string, Tensor] => {
    const mask = dropoutMask(batch * width, rate, (settings.seed + 1) * 65_537 + serial * 8 + at);
    return [name, floats(mask, [batch, width])];
  });
  return {
    [input.name]: floats(pictures, input.layout === 'nchw' ? [batch, 3, side, side] : [batch, side, side, 3]),
    target: floats(targets, [batch, classes]),
    schedule: floats(schedule, [schedule.length]),
    ...Object.fromEntries(masks),
  };
};
