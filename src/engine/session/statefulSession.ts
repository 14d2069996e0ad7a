/** A session whose outputs 'next/<name>' are its inputs '<name>' of the next step, and stay on the device between steps. */

import type * as Native from 'onnxruntime-node';
import { ortSession, type SessionOptions } from './openSession.js';
import type { Tensor } from './tensorSession.js';

export interface StateTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

export interface StatefulSession {
  readonly provider: string;
  /** What does not belong to the state, by name. */
  step(feeds: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>>;
  /** Copies of the state. */
  read(): Promise<ReadonlyMap<string, StateTensor>>;
  load(state: ReadonlyMap<string, StateTensor>): void;
  dispose(): Promise<void>;
}

const next = 'next/';

/** Throws `bad-model` when onnxruntime refuses the graph. @param copyModel a graph of Identity nodes, by which state is read back from a GPU. */
export const openStateful = async (
  model: Uint8Array,
  options: SessionOptions,
  copyModel: (state: ReadonlyMap<string, readonly number[]>) => Uint8Array,
): Promise<StatefulSession> => {
  const { ort, session, provider } = await ortSession(model, options, next);
  const stateful = session.outputNames.filter((name) => name.startsWith(next));
  let state = new Map<string, Native.Tensor>();
  const toOrt = ({ type, dims, data }: Tensor): Native.Tensor =>
    new ort.Tensor(type as 'float32', data as Float32Array, dims);
  const isOnDevice = provider === 'webgpu';
  return {
    provider,
    step: async (feeds) => {
      const tensors = Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, toOrt(tensor)]));
      const results = await session.run({ ...Object.fromEntries(state), ...tensors });
      const after = new Map(stateful.map((name) => [name.slice(next.length), results[name]!]));
      if (isOnDevice) for (const old of state.values()) if (old.location === 'gpu-buffer') old.dispose();
      state = after;
      const rest = Object.entries(results).filter(([name]) => !name.startsWith(next));
      return Object.fromEntries(rest) as unknown as Readonly<Record<string, Tensor>>;
    },
    read: async () => {
      let source: Readonly<Record<string, Native.Tensor>> = Object.fromEntries(state);
      if ([...state.values()].some(({ location }) => location === 'gpu-buffer')) {
        // Asking such a tensor for its data ends the process; a session that copies does not.
        const copies = await ortSession(
          copyModel(new Map([...state].map(([name, { dims }]) => [name, dims]))),
          { ...options, device: 'webgpu' },
          null,
        );
        const found = await copies.session.run(Object.fromEntries(state));
        source = Object.fromEntries([...state.keys()].map((name) => [name, found[`copy/${name}`]!]));
        await copies.session.release();
      }
      return new Map(
        Object.entries(source).map(([name, { dims, data }]) => [
          name,
          { dims, data: Float32Array.from(data as Float32Array) },
        ]),
      );
    },
    load: (values) => {
      for (const old of state.values()) if (old.location === 'gpu-buffer') old.dispose();
      state = new Map(
        [...values].map(([name, { dims, data }]) => [name, new ort.Tensor('float32', Float32Array.from(data), dims)]),
      );
    },
    dispose: async () => {
      for (const old of state.values()) if (old.location === 'gpu-buffer') old.dispose();
      state.clear();
      await session.release();
    },
  };
};
