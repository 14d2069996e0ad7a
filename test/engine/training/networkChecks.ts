/** Whole networks: every parameter's gradient against PyTorch's, by the table that networks.py made, whoever computes it. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findBlocks } from '../../../src/engine/onnx/findBlocks.js';
import { indexGraph, prune } from '../../../src/engine/onnx/graphIndex.js';
import { readOnnx, toNumber, type OnnxModel } from '../../../src/engine/onnx/onnxModel.js';
import type { StatefulSession } from '../../../src/engine/session/statefulSession.js';
import { makeHead, type Head } from '../../../src/engine/training/graph/head.js';
import { staticNetwork } from '../../../src/engine/training/graph/staticNetwork.js';
import {
  trainingGraph,
  type TrainingGraph,
  type TrainingGraphOptions,
} from '../../../src/engine/training/graph/trainingGraph.js';

interface Mode {
  readonly loss: number;
  /** How far PyTorch's single precision is from its double: these networks amplify rounding. */
  readonly single: number;
  readonly gradients: Readonly<Record<string, readonly [norm: number, probe: number]>>;
}
interface Table {
  readonly side: number;
  readonly batch: number;
  readonly classes: number;
  readonly networks: Readonly<Record<string, { readonly head: string; readonly running: Mode; readonly batch: Mode }>>;
}
const table = JSON.parse(readFileSync(path.join(import.meta.dirname, 'networks.json'), 'utf8')) as Table;

/** Numbers between −1 and 1, seeded by a name: the same as in networks.py. */
const pseudo = (name: string, count: number): Float64Array => {
  let state = 2166136261;
  for (const byte of new TextEncoder().encode(name)) state = Math.imul(state ^ byte, 16777619) >>> 0;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2147483648 - 1;
  });
};
const sizeOf = (dims: readonly number[]): number => dims.reduce((product, side) => product * side, 1);
const fill = (name: string, dims: readonly number[]): Float32Array => {
  const values = pseudo(name, sizeOf(dims));
  if (dims.length > 1) return Float32Array.from(values, (v) => v * Math.sqrt(6 / sizeOf(dims.slice(1))));
  if (name.endsWith('running_var')) return Float32Array.from(values, (v) => 1 + 0.5 * v);
  if (name.endsWith('weight')) return Float32Array.from(values, (v) => 1 + 0.3 * v);
  return Float32Array.from(values, (v) => 0.2 * v);
};

const filled = (name: string): OnnxModel => {
  const bytes = readFileSync(path.join(import.meta.dirname, `${name}.onnx`));
  const model = readOnnx(bytes, name);
  for (const tensor of model.graph.initializer) {
    if ((tensor.rawData?.length ?? 0) > 0 || tensor.dataType !== 1) continue;
    const data = fill(tensor.name!, (tensor.dims ?? []).map(toNumber));
    tensor.rawData = new Uint8Array(data.buffer);
  }
  return model;
};

export type OpenNetwork = (
  options: TrainingGraphOptions,
  graph: TrainingGraph,
  name: string,
) => Promise<StatefulSession>;

/** @param slack how many times further off than PyTorch's own single precision a network may be that amplifies rounding. */
export const checkNetworks = (open: OpenNetwork, slack = 2): void => {
  describe.each(Object.entries(table.networks))('%s', (name, { head: layer, ...modes }) => {
    it.each(['running', 'batch'] as const)(
      'has PyTorch’s loss and gradients, normalised by %s statistics',
      async (mode) => {
        const { side, batch, classes } = table;
        const { graph } = filled(name);
        const { embedding } = findBlocks(indexGraph(graph), name);
        const body = await staticNetwork(
          prune({ ...graph, output: [{ name: embedding.tensor }] }),
          'picture',
          [batch, 3, side, side],
          [embedding.tensor],
        );
        const shape = body.shapes.get(embedding.tensor)!.slice(1);
        const weightName = `${layer}.weight`;
        const dims = [classes, shape[0]!];
        const isConv = name.startsWith('squeezenet');
        const head: Head = makeHead('dense', embedding.tensor, shape, classes, {
          first: {
            weights: fill(weightName, isConv ? [...dims, 1, 1] : dims),
            biases: fill(`${layer}.bias`, [classes]),
          },
          dropout: 0,
          seed: 1,
        });
        const options: TrainingGraphOptions = {
          body,
          head,
          classes,
          groupOf: () => 0,
          bodyNorm: mode,
          givesGradients: true,
        };
        const made = trainingGraph(options, name);
        const session = await open(options, made, name);
        session.load(made.state);
        const target = new Float32Array(batch * classes);
        for (let row = 0; row < batch; row++) target[row * classes + (row % classes)] = 1;
        const found = await session.step({
          picture: {
            type: 'float32',
            dims: [batch, 3, side, side],
            data: Float32Array.from(pseudo('picture', batch * 3 * side * side)),
          },
          target: { type: 'float32', dims: [batch, classes], data: target },
        });
        await session.dispose();
        const wanted = modes[mode];
        const loss = (found['loss']!.data as Float32Array).reduce((sum, each) => sum + each, 0) / batch;
        expect(Math.abs(loss - wanted.loss) / wanted.loss).toBeLessThan(1e-4);

        const gradients = new Map<string, Float32Array>();
        for (const vector of made.vectors) {
          const data = found[`gradient/${vector.name}`]!.data as Float32Array;
          for (const slot of vector.slots) {
            const own = slot.name.replace('winnow/head/logits/', `${layer}.`);
            gradients.set(own, data.slice(slot.offset, slot.offset + slot.length));
          }
        }
        expect([...gradients.keys()].sort()).toEqual(Object.keys(wanted.gradients).sort());
        const tolerance = Math.max(1e-4, slack * wanted.single);
        const largest = Math.max(...Object.values(wanted.gradients).map(([norm]) => norm));
        for (const [key, [norm, probe]] of Object.entries(wanted.gradients)) {
          const gradient = gradients.get(key)!;
          const probes = pseudo(`probe ${key}`, gradient.length);
          let [square, product] = [0, 0];
          gradient.forEach((value, at) => {
            square += value * value;
            product += value * probes[at]!;
          });
          // A gradient that is all rounding (of a bias before a normalisation) has no relative error.
          const scale = Math.max(norm, 1e-4 * largest);
          expect(Math.abs(Math.sqrt(square) - norm) / scale, `${key}: length`).toBeLessThan(tolerance);
          expect(Math.abs(product - probe) / scale, `${key}: probe`).toBeLessThan(tolerance);
        }
      },
    );
  });
};
