/**
 * Trainer 2: the same network, state and inputs as the training graph has, computed and derived by TensorFlow.js. What it
 * gives is a `StatefulSession` like onnxruntime's, with the same flat vectors: checkpoints of one can be gone on with by the other.
 */

import { WinnowError } from '../../../base/errors.js';
import type { StatefulSession, StateTensor } from '../../session/statefulSession.js';
import { floatsOf, type Tensor as Fed } from '../../session/tensorSession.js';
import type { Slot, Vector } from '../graph/parameters.js';
import type { TrainingGraph, TrainingGraphOptions } from '../graph/trainingGraph.js';
import { checkOperators, forward, lossOf } from './forward.js';
import type { Tensor, Tensor1D, Tensor2D, Tfjs } from './tfjs.js';

/**
 * @param graph made of `options`; says how the state lies.
 * @param provider what computes, for reports.
 * Throws `bad-model` naming an operator that is not known here.
 */
export const openTfjsSession = (
  tf: Tfjs,
  options: TrainingGraphOptions,
  graph: Pick<TrainingGraph, 'vectors' | 'statistics' | 'batch'>,
  name: string,
  provider: string,
): StatefulSession => {
  checkOperators(options, name);
  const { vectors, statistics } = graph;
  const inState = new Set([...vectors.flatMap(({ slots }) => slots), ...statistics].map((slot) => slot.name));
  const constants = new Map<string, Tensor>();
  for (const [key, { dims, data }] of [...options.body.constants, ...options.head.constants]) {
    if (!inState.has(key) && data instanceof Float32Array) constants.set(key, tf.tensor(data, [...dims], 'float32'));
  }
  let state = new Map<string, Tensor1D>();
  const stateOf = (key: string): Tensor1D => {
    const found = state.get(key);
    if (!found) throw new WinnowError('internal', `the state ${key} was not loaded`);
    return found;
  };

  /** Loss and logits of a batch, and the state after it; the caller owns them all. */
  const take = (feeds: Readonly<Record<string, Fed>>): Made => {
    const made: Made = { results: new Map(), next: new Map() };
    const keep = <T extends Tensor>(tensor: T): T => tf.keep(tensor);
    try {
      tf.tidy(() => {
        const { schedule, ...given } = feeds;
        const tensors = new Map(constants);
        for (const [key, { dims, data }] of Object.entries(given)) {
          tensors.set(key, tf.tensor(data as Float32Array, [...dims], 'float32'));
        }
        if (statistics.length > 0) unpack(tf, stateOf('statistics'), statistics, tensors);
        const parameters = vectors.map((vector) => unpack(tf, stateOf(vector.name), vector.slots, tensors));
        const { grads } = tf.engine().gradients(
          () => {
            const { logits, running } = forward(tf, options, graph.batch, tensors);
            const loss = lossOf(tf, logits, tensors.get('target') as Tensor2D);
            made.results.set('loss', keep(tf.clone(loss)));
            made.results.set('logits', keep(tf.clone(logits)));
            if (running.length > 0) made.next.set('statistics', keep(tf.concat([...running])));
            return tf.mean(loss);
          },
          parameters.flat(),
          undefined,
          true,
        );
        let at = 0;
        vectors.forEach((vector, index) => {
          const gradient = flat(tf, vector, (grads as (Tensor | undefined)[]).slice(at, at + vector.slots.length));
          at += vector.slots.length;
          if (options.givesGradients) {
            made.results.set(`gradient/${vector.name}`, keep(gradient));
            return;
          }
          const settings = floatsOf(schedule, 'schedule');
          const moments: [Tensor1D, Tensor1D] = [stateOf(`m/${vector.name}`), stateOf(`v/${vector.name}`)];
          const next = adam(tf, stateOf(vector.name), gradient, moments, settings, 4 + 3 * index);
          made.next.set(vector.name, keep(next.weights));
          made.next.set(`m/${vector.name}`, keep(next.m));
          made.next.set(`v/${vector.name}`, keep(next.v));
        });
      });
      return made;
    } catch (error) {
      // Memory may have run out half-way: what was kept so far must not stay.
      for (const tensor of [...made.results.values(), ...made.next.values()]) tensor.dispose();
      throw error;
    }
  };

  const forget = (): void => {
    for (const tensor of state.values()) tensor.dispose();
    state = new Map();
  };
  return {
    provider,
    step: async (feeds) => {
      const { results, next } = take(feeds);
      for (const [key, tensor] of next) {
        state.get(key)?.dispose();
        state.set(key, tensor);
      }
      try {
        const entries = [...results].map(async ([key, tensor]): Promise<[string, Fed]> => {
          const data = (await tensor.data()) as Float32Array;
          return [key, { type: 'float32', dims: tensor.shape, data }];
        });
        return Object.fromEntries(await Promise.all(entries));
      } finally {
        for (const tensor of results.values()) tensor.dispose();
      }
    },
    read: async () => {
      const entries = [...state].map(async ([key, tensor]): Promise<[string, StateTensor]> => {
        const data = Float32Array.from((await tensor.data()) as Float32Array);
        return [key, { dims: tensor.shape, data }];
      });
      return new Map(await Promise.all(entries));
    },
    load: (values) => {
      forget();
      for (const [key, { data }] of values) state.set(key, tf.tensor1d(Float32Array.from(data), 'float32'));
    },
    dispose: () => {
      forget();
      for (const tensor of constants.values()) tensor.dispose();
      constants.clear();
      return Promise.resolve();
    },
  };
};

interface Made {
  readonly results: Map<string, Tensor>;
  readonly next: Map<string, Tensor1D>;
}

/** A flat vector as the tensors that lie in it, into `into` by name. */
const unpack = (tf: Tfjs, vector: Tensor1D, slots: readonly Slot[], into: Map<string, Tensor>): Tensor[] => {
  const lengths = slots.map(({ length }) => length);
  const parts = slots.length === 1 ? [vector] : tf.split(vector, lengths);
  return slots.map(({ name, dims }, at) => {
    const tensor: Tensor = tf.reshape(parts[at]!, [...dims]);
    into.set(name, tensor);
    return tensor;
  });
};

/** Gradients of a vector's tensors, end to end; zeros for one that the loss does not hang on. */
const flat = (tf: Tfjs, { slots }: Vector, gradients: readonly (Tensor | undefined)[]): Tensor1D => {
  const parts = slots.map(({ length }, at): Tensor1D => {
    const gradient = gradients[at];
    return gradient ? tf.reshape(gradient, [length]) : tf.zeros([length]);
  });
  return parts.length === 1 ? parts[0]! : tf.concat1d(parts);
};

/** Adam with decoupled weight decay, from the same numbers as the graph's: see `scheduleOf`. */
const adam = (
  tf: Tfjs,
  weights: Tensor1D,
  gradient: Tensor1D,
  [m, v]: readonly [Tensor1D, Tensor1D],
  schedule: Float32Array,
  at: number,
): { readonly weights: Tensor1D; readonly m: Tensor1D; readonly v: Tensor1D } => {
  const [keepM, takeM, keepV, takeV] = schedule as unknown as [number, number, number, number];
  const [keepWeights, step, correction] = schedule.subarray(at) as unknown as [number, number, number];
  const nextM = tf.add<Tensor1D>(tf.mul(m, keepM), tf.mul(gradient, takeM));
  const nextV = tf.add<Tensor1D>(tf.mul(v, keepV), tf.mul(tf.mul(gradient, gradient), takeV));
  const direction = tf.div(nextM, tf.add(tf.sqrt(tf.mul(nextV, correction)), 1e-5));
  return { weights: tf.sub<Tensor1D>(tf.mul(weights, keepWeights), tf.mul(direction, step)), m: nextM, v: nextV };
};
