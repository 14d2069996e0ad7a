/** What every build of TensorFlow.js has to show: our gradients, our steps, nothing left behind. */

import { beforeAll, describe, expect, it } from 'vitest';
import { writeOnnx } from '../../../src/engine/onnx/onnxModel.js';
import { node } from '../../../src/engine/onnx/build.js';
import { openStateful, type StatefulSession, type StateTensor } from '../../../src/engine/session/statefulSession.js';
import { copyGraph } from '../../../src/engine/training/copyGraph.js';
import { gradients } from '../../../src/engine/training/gradients/registry.js';
import { tinyTraining, type TinyTraining } from '../../../src/engine/training/selfTest.js';
import { Laid } from '../../../src/engine/training/tfjs/laid.js';
import { trainedNormalisation } from '../../../src/engine/training/tfjs/operators/normalisation.js';
import { operators } from '../../../src/engine/training/tfjs/operators/registry.js';
import type { Tensor, Tfjs } from '../../../src/engine/training/tfjs/tfjs.js';
import { openTfjsSession } from '../../../src/engine/training/tfjs/tfjsSession.js';
import {
  byTape,
  drawnFor,
  networkOf,
  operatorCases,
  outputsOf,
  worst,
  type CaseNumbers,
  type OperatorCase,
} from './operatorCases.js';

/** As `byTape`, by TensorFlow.js: what the operators make, derived by its own rules. */
const byTfjs = async (
  tf: Tfjs,
  each: OperatorCase,
  { inputs, weights }: CaseNumbers,
): Promise<Map<string, Float32Array>> => {
  const network = await networkOf(each, inputs);
  const found = new Map<string, Float32Array>();
  const names = Object.keys(each.inputs);
  tf.tidy(() => {
    const variables = names.map((name): Tensor => tf.tensor(inputs.get(name)!, [...each.inputs[name]!]));
    const { grads } = tf.engine().gradients(() => {
      const values = new Map(names.map((name, at) => [name, Laid.first(tf, variables[at]!)]));
      for (const [name, { dims, data }] of network.constants) {
        if (!values.has(name) && data instanceof Float32Array) {
          values.set(name, Laid.first(tf, tf.tensor(data, [...dims])));
        }
      }
      for (const made of network.nodes) {
        const operation = {
          tf,
          node: made,
          inputs: made.input.map((name) => values.get(name)),
          shape: (name: string) => network.shapes.get(name)!,
          constants: network.constants,
        };
        const results = each.isTrained ? [trainedNormalisation(operation).made] : operators[made.opType]!(operation);
        results.forEach((result, at) => values.set(made.output[at]!, result));
      }
      const scores = outputsOf(each).map((name, at) => {
        const y = values.get(name)!.first();
        expect(y.shape).toEqual(network.shapes.get(name));
        found.set(name, y.dataSync() as Float32Array);
        return tf.sum(tf.mul(y, tf.tensor(weights[at]!, y.shape)));
      });
      return tf.addN(scores);
    }, variables);
    names.forEach((name, at) => found.set(`gradient/${name}`, (grads as Tensor[])[at]!.dataSync() as Float32Array));
  });
  return found;
};

const onOnnx = ({ graph }: TinyTraining): Promise<StatefulSession> => {
  const outputs = graph.model.graph.output.map(({ name }) => name);
  return openStateful(writeOnnx(graph.model), { outputs }, copyGraph);
};

/** Losses of each step, and the state after the last. */
const trained = async (
  { graph, feeds }: TinyTraining,
  session: StatefulSession,
  steps: readonly number[],
  state: ReadonlyMap<string, StateTensor> = graph.state,
): Promise<{ readonly losses: Float32Array[]; readonly state: ReadonlyMap<string, StateTensor> }> => {
  session.load(state);
  const losses: Float32Array[] = [];
  for (const step of steps) losses.push((await session.step(feeds(step)))['loss']!.data as Float32Array);
  const after = await session.read();
  await session.dispose();
  return { losses, state: after };
};

/** Tensor by tensor; statistics and moments as whole vectors. */
const expectAlike = (
  { graph, options }: TinyTraining,
  found: ReadonlyMap<string, StateTensor>,
  wanted: ReadonlyMap<string, StateTensor>,
): void => {
  expect([...found.keys()].sort()).toEqual([...wanted.keys()].sort());
  const slots = new Map(graph.vectors.map((vector) => [vector.name, vector.slots]));
  for (const [key, { data }] of wanted) {
    const own = slots.get(key.replace(/^[mv]\//, '')) ?? [{ name: key, offset: 0, length: data.length }];
    for (const { name, offset, length } of own) {
      // A normalisation by the batch takes what these two add away again: their gradient is nothing but rounding, which
      // Adam makes as large as any.
      if (['b2', 'b3'].includes(name) && options.head.kind === 'concat-pool') continue;
      const part = (values: Float32Array): Float32Array => values.subarray(offset, offset + length);
      expect(worst(part(found.get(key)!.data), part(data)), `${key}: ${name}`).toBeLessThan(1e-4);
    }
  }
};

/** @param load called once. */
export const checkTfjs = (name: string, load: () => Promise<Tfjs>): void => {
  describe(name, () => {
    let tf: Tfjs;
    beforeAll(async () => {
      tf = await load();
    });
    const onTfjs = ({ options, graph }: TinyTraining): StatefulSession =>
      openTfjsSession(tf, options, graph, 'tiny', 'tfjs');

    it('knows every operator that can be trained through', () => {
      const known = Object.keys(gradients).filter((operator) => operator !== 'winnow.Standardise');
      expect(known.filter((operator) => !operators[operator])).toEqual([]);
    });

    it.each(operatorCases)('derives as we do: $operator: $name', async (each) => {
      const numbers = drawnFor(each);
      const before = tf.memory().numTensors;
      const [ours, theirs] = [await byTape(each, numbers.inputs, numbers.weights), await byTfjs(tf, each, numbers)];
      expect([...theirs.keys()].sort()).toEqual([...ours.keys()].sort());
      for (const [key, values] of ours) expect(worst(theirs.get(key)!, values), key).toBeLessThan(1e-4);
      expect(tf.memory().numTensors).toBe(before);
    });

    it.each(['dense', 'concat-pool'] as const)(
      'trains as onnxruntime does with the head %s: the loss of each of three steps, and all numbers after them',
      async (head) => {
        const tiny = await tinyTraining(head);
        const ours = await trained(tiny, await onOnnx(tiny), [1, 2, 3]);
        const theirs = await trained(tiny, onTfjs(tiny), [1, 2, 3]);
        ours.losses.forEach((loss, at) => expect(worst(theirs.losses[at]!, loss)).toBeLessThan(1e-4));
        expectAlike(tiny, theirs.state, ours.state);
        const mean = (loss: Float32Array): number => loss.reduce((sum, each) => sum + each, 0) / loss.length;
        expect(mean(theirs.losses[2]!)).toBeLessThan(mean(theirs.losses[0]!));
      },
    );

    it('goes on where onnxruntime stopped, and the other way round', async () => {
      const tiny = await tinyTraining('dense');
      const whole = await trained(tiny, await onOnnx(tiny), [1, 2, 3, 4]);
      const first = await trained(tiny, await onOnnx(tiny), [1, 2]);
      const second = await trained(tiny, onTfjs(tiny), [3], first.state);
      const third = await trained(tiny, await onOnnx(tiny), [4], second.state);
      expectAlike(tiny, third.state, whole.state);
    });

    it('leaves no tensor behind, step after step', async () => {
      const tiny = await tinyTraining();
      const empty = tf.memory().numTensors;
      const session = onTfjs(tiny);
      session.load(tiny.graph.state);
      await session.step(tiny.feeds(1));
      const settled = tf.memory().numTensors;
      for (let step = 2; step <= 12; step++) await session.step(tiny.feeds(step));
      expect(tf.memory().numTensors).toBe(settled);
      await session.dispose();
      expect(tf.memory().numTensors).toBe(empty);
    });

    it('leaves none behind a step that fails half-way either', async () => {
      const tiny = await tinyTraining();
      const session = onTfjs(tiny);
      session.load(tiny.graph.state);
      const before = tf.memory().numTensors;
      const { schedule: _, ...lacking } = tiny.feeds(1);
      await expect(session.step(lacking)).rejects.toThrow(/schedule/);
      expect(tf.memory().numTensors).toBe(before);
      await session.dispose();
    });

    it('refuses an operator that it does not know, by name', async () => {
      const { options, graph } = await tinyTraining();
      const body = { ...options.body, nodes: [node('Erf', ['picture'], 'odd'), ...options.body.nodes] };
      expect(() => openTfjsSession(tf, { ...options, body }, graph, 'odd.onnx', 'tfjs')).toThrow(/odd\.onnx .*Erf/);
    });
  });
};
