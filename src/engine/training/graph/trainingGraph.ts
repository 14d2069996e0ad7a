/**
 * Picture in, network forwards, loss, backwards, Adam: one ONNX graph, so that weights and moments stay where they are
 * computed. Inputs beside the state: 'picture' as the network's own, 'target' float32[N, K] (rows sum to 1), the head's masks,
 * and 'schedule' (see `scheduleOf`). Outputs: 'loss' float32[N] in nats, 'logits' float32[N, K], and 'next/<state>'.
 */

import { value } from '../../onnx/build.js';
import { model } from '../../onnx/build.js';
import type { OnnxModel, OnnxValue } from '../../onnx/onnxModel.js';
import { newestOpset } from '../../onnx/upgradeOpset.js';
import { backward } from './backward.js';
import type { Head } from './head.js';
import { layOut, parametersOf, statisticsOf, type Parameter, type Slot, type Vector } from './parameters.js';
import type { Shape, StaticNetwork } from './staticNetwork.js';
import { Tape } from './tape.js';
import { trainedBatchNorm } from './trainedBatchNorm.js';

export interface TrainingGraphOptions {
  /** Its only output is what the head reads. */
  readonly body: StaticNetwork;
  readonly head: Head;
  readonly classes: number;
  /** Layer group of a parameter, the head's last; null = it stays as it is, and nothing is computed for it. */
  readonly groupOf: (parameter: Parameter, isHead: boolean) => number | null;
  /** 'batch': by the batch, as fastai trains; 'running': by the statistics of the file. The head always uses the batch. */
  readonly bodyNorm: 'batch' | 'running';
  /** Gradients as outputs 'gradient/<vector>' instead of updated weights. */
  readonly givesGradients?: boolean;
}

export interface TrainingGraph {
  readonly model: OnnxModel;
  readonly vectors: readonly Vector[];
  /** Running means and variances, end to end; empty where no normalisation trains. */
  readonly statistics: readonly Slot[];
  /** First values of each state input; m and v are zeros. */
  readonly state: ReadonlyMap<string, { readonly dims: Shape; readonly data: Float32Array }>;
  readonly batch: number;
}

/** Throws `bad-model` naming an operator without a gradient. */
export const trainingGraph = (options: TrainingGraphOptions, name: string): TrainingGraph => {
  const { body, head, classes } = options;
  const tape = new Tape();
  const batch = body.shapes.get(body.input)![0]!;
  const all = new Map([...body.constants, ...head.constants]);
  const nodes = [...body.nodes, ...head.nodes];
  const ofHead = new Set(head.constants.keys());
  const vectors = layOut(parametersOf({ nodes, constants: all }), (each) =>
    options.groupOf(each, ofHead.has(each.name)),
  );

  const inputs: OnnxValue[] = [value(body.input, 'float32', body.shapes.get(body.input)!)];
  const outputs: OnnxValue[] = [];
  const state = new Map<string, { dims: Shape; data: Float32Array }>();
  const takeState = (key: string, data: Float32Array): string => {
    state.set(key, { dims: [data.length], data });
    inputs.push(value(key, 'float32', [data.length]));
    return key;
  };
  const giveState = (key: string, from: string): void => {
    tape.emit('Identity', [from], {}, `next/${key}`);
    outputs.push(value(`next/${key}`, 'float32', [state.get(key)!.data.length]));
  };
  const unpack = (vector: string, slot: Slot, isTrainable: boolean): void => {
    const range = [tape.integers(slot.offset), tape.integers(slot.offset + slot.length), tape.integers(0)];
    tape.emit('Reshape', [tape.emit('Slice', [vector, ...range]), tape.integers(...slot.dims)], {}, slot.name);
    tape.declare(slot.name, slot.dims, isTrainable);
  };

  tape.declare(body.input, body.shapes.get(body.input)!);
  for (const vector of vectors) {
    takeState(vector.name, packed(vector.slots, all, vector.length));
    for (const slot of vector.slots) unpack(vector.name, slot, true);
  }
  const isTrainedNorm = (isHead: boolean): boolean => isHead || options.bodyNorm === 'batch';
  const statistics = layStatistics(
    [...(isTrainedNorm(false) ? statisticsOf(body) : []), ...statisticsOf({ nodes: head.nodes })].flatMap(
      ({ mean, variance }) => [mean, variance],
    ),
    all,
  );
  const statisticsLength = statistics.reduce((sum, { length }) => sum + length, 0);
  if (statisticsLength > 0) {
    takeState('statistics', packed(statistics, all, statisticsLength));
    for (const slot of statistics) unpack('statistics', slot, false);
  }
  const fromState = new Set([...vectors.flatMap(({ slots }) => slots), ...statistics].map((slot) => slot.name));
  for (const [key, constant] of all) if (!fromState.has(key)) tape.constant(key, constant);

  const masks = new Map(head.masks.map((mask) => [mask.after, mask]));
  const renamed = new Map<string, string>();
  const running: string[] = [];
  const headNodes = new Set(head.nodes);
  for (const each of nodes) {
    const made = { ...each, input: each.input.map((input) => renamed.get(input) ?? input) };
    if (made.opType === 'BatchNormalization' && isTrainedNorm(headNodes.has(each))) {
      const after = trainedBatchNorm(tape, made);
      running.push(after.mean, after.variance);
    } else {
      tape.record(
        made,
        made.output.map((output) => (output === '' ? [] : shapeOf(output, body, head, batch))),
      );
    }
    dropOut(tape, made.output[0]!, masks, renamed, inputs, batch);
  }

  const logits = renamed.get(head.logits) ?? head.logits;
  giveLoss(tape, logits, batch, classes, inputs, outputs);
  backward(tape, name);
  if (options.givesGradients) {
    for (const vector of vectors) {
      tape.emit('Identity', [gradientVector(tape, vector)], {}, `gradient/${vector.name}`);
      outputs.push(value(`gradient/${vector.name}`, 'float32', [vector.length]));
    }
  } else {
    inputs.push(value('schedule', 'float32', [4 + 3 * vectors.length]));
    vectors.forEach((vector, at) => {
      const moments = [`m/${vector.name}`, `v/${vector.name}`].map((key) =>
        takeState(key, new Float32Array(vector.length)),
      );
      const next = adam(tape, vector.name, gradientVector(tape, vector), moments as [string, string], 4 + 3 * at);
      giveState(vector.name, next.weights);
      giveState(moments[0]!, next.m);
      giveState(moments[1]!, next.v);
    });
    if (running.length > 0) giveState('statistics', tape.emit('Concat', running, { axis: 0 }));
  }
  return {
    model: model(newestOpset, { node: tape.nodes, initializer: tape.initializers, input: inputs, output: outputs }),
    vectors,
    statistics,
    state,
    batch,
  };
};

const shapeOf = (output: string, body: StaticNetwork, head: Head, batch: number): Shape => {
  const made = head.shapes.get(output);
  return made ? [batch, ...made] : body.shapes.get(output)!;
};

const packed = (
  slots: readonly Slot[],
  constants: ReadonlyMap<string, { data: Float32Array | BigInt64Array }>,
  length: number,
): Float32Array => {
  const data = new Float32Array(length);
  for (const slot of slots) data.set(constants.get(slot.name)!.data as Float32Array, slot.offset);
  return data;
};

const layStatistics = (names: readonly string[], constants: ReadonlyMap<string, { dims: Shape }>): Slot[] => {
  let offset = 0;
  return names.map((name) => {
    const { dims } = constants.get(name)!;
    const length = dims.reduce((product, side) => product * side, 1);
    const slot = { name, dims, offset, length };
    offset += length;
    return slot;
  });
};

/** Multiplies a tensor by its mask; whoever reads it afterwards reads the product. */
const dropOut = (
  tape: Tape,
  tensor: string,
  masks: ReadonlyMap<string, Head['masks'][number]>,
  renamed: Map<string, string>,
  inputs: OnnxValue[],
  batch: number,
): void => {
  const mask = masks.get(tensor);
  if (!mask) return;
  inputs.push(value(mask.name, 'float32', [batch, mask.width]));
  tape.declare(mask.name, [batch, mask.width]);
  renamed.set(tensor, tape.apply('Mul', [tensor, mask.name], [batch, mask.width]));
};

/** Cross-entropy against soft targets, in operators that every provider has; its gradient is exact. */
const giveLoss = (
  tape: Tape,
  logits: string,
  batch: number,
  classes: number,
  inputs: OnnxValue[],
  outputs: OnnxValue[],
): void => {
  inputs.push(value('target', 'float32', [batch, classes]));
  const last = tape.integers(1);
  const centred = tape.emit('Sub', [logits, tape.emit('ReduceMax', [logits, last], { keepdims: 1 })]);
  const powers = tape.emit('Exp', [centred]);
  const sum = tape.emit('ReduceSum', [powers, last], { keepdims: 1 });
  const logProbabilities = tape.emit('Sub', [centred, tape.emit('Log', [sum])]);
  const along = tape.emit('ReduceSum', [tape.emit('Mul', [logProbabilities, 'target']), last], { keepdims: 0 });
  tape.emit('Neg', [along], {}, 'loss');
  tape.emit('Identity', [logits], {}, 'logits');
  outputs.push(value('loss', 'float32', [batch]), value('logits', 'float32', [batch, classes]));
  const difference = tape.emit('Sub', [tape.emit('Div', [powers, sum]), 'target']);
  tape.give(logits, tape.emit('Mul', [difference, tape.number(1 / batch)]));
};

const gradientVector = (tape: Tape, { slots }: Vector): string => {
  const parts = slots.map(({ name, length }) => {
    const gradient = tape.gradientOf(name);
    return gradient === null
      ? tape.emit('Expand', [tape.number(0), tape.integers(length)])
      : tape.emit('Reshape', [gradient, tape.integers(length)]);
  });
  return parts.length === 1 ? parts[0]! : tape.emit('Concat', parts, { axis: 0 });
};

/** Adam with decoupled weight decay; what changes from step to step comes by 'schedule'. */
const adam = (
  tape: Tape,
  weights: string,
  gradient: string,
  [m, v]: [string, string],
  at: number,
): { weights: string; m: string; v: string } => {
  const setting = (index: number): string =>
    tape.emit('Slice', ['schedule', tape.integers(index), tape.integers(index + 1), tape.integers(0)]);
  const [keepM, takeM, keepV, takeV] = [0, 1, 2, 3].map(setting) as [string, string, string, string];
  const [keepWeights, step, correction] = [setting(at), setting(at + 1), setting(at + 2)];
  const nextM = tape.emit('Add', [tape.emit('Mul', [m, keepM]), tape.emit('Mul', [gradient, takeM])]);
  const squared = tape.emit('Mul', [gradient, gradient]);
  const nextV = tape.emit('Add', [tape.emit('Mul', [v, keepV]), tape.emit('Mul', [squared, takeV])]);
  const deviation = tape.emit('Sqrt', [tape.emit('Mul', [nextV, correction])]);
  const direction = tape.emit('Div', [nextM, tape.emit('Add', [deviation, tape.number(1e-5)])]);
  const kept = tape.emit('Mul', [weights, keepWeights]);
  return { weights: tape.emit('Sub', [kept, tape.emit('Mul', [direction, step])]), m: nextM, v: nextV };
};

export interface StepSettings {
  /** One a layer group. */
  readonly rates: readonly number[];
  /** β₁ of this step. */
  readonly momentum: number;
  readonly weightDecay: number;
  /** Steps taken with a vector's moments, this one included: from 1. */
  readonly stepOf: (vector: Vector) => number;
}

const squareMomentum = 0.99;

/** The input 'schedule': β₁, 1 − β₁, β₂, 1 − β₂, then for each vector: share of the weights kept, step size, correction of v. */
export const scheduleOf = (
  vectors: readonly Vector[],
  { rates, momentum, weightDecay, stepOf }: StepSettings,
): Float32Array => {
  const perVector = vectors.flatMap((vector) => {
    const rate = rates[vector.group]!;
    const step = stepOf(vector);
    return [
      vector.isDecayed ? 1 - rate * weightDecay : 1,
      rate / (1 - momentum ** step),
      1 / (1 - squareMomentum ** step),
    ];
  });
  return Float32Array.from([momentum, 1 - momentum, squareMomentum, 1 - squareMomentum, ...perVector]);
};
