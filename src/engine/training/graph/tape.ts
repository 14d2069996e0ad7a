/** Writes a graph forwards, remembers it, and walks it backwards: each tensor's gradient is the sum of what its readers say. */

import { WinnowError } from '../../../base/errors.js';
import { floats, ints, node, type Attributes } from '../../onnx/build.js';
import type { OnnxNode, OnnxTensor } from '../../onnx/onnxModel.js';
import { initializerOf, type Constant, type Shape } from './staticNetwork.js';

export class Tape {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxTensor[] = [];
  /** Float and integer constants of the network, for attributes that are inputs. */
  readonly constants = new Map<string, Constant>();
  readonly #shapes = new Map<string, Shape>();
  readonly #known = new Map<string, string>();
  /** Tensors that a trainable parameter goes into. */
  readonly #moving = new Set<string>();
  /** What a parameter goes through, in order. */
  readonly recorded: OnnxNode[] = [];
  readonly #contributions = new Map<string, string[]>();
  #count = 0;

  shape(name: string): Shape {
    const shape = this.#shapes.get(name);
    if (!shape) throw new WinnowError('internal', `the shape of ${name} is not known`);
    return shape;
  }

  /** A tensor that comes from outside or from `emit`. */
  declare(name: string, shape: Shape, isTrainable = false): string {
    this.#shapes.set(name, shape);
    if (isTrainable) this.#moving.add(name);
    return name;
  }

  constant(name: string, constant: Constant): string {
    this.constants.set(name, constant);
    this.initializers.push(initializerOf(name, constant));
    return this.declare(name, constant.dims);
  }

  /** A node that nothing is derived through: updates, losses, the backward pass itself. */
  emit(opType: string, inputs: readonly string[], attributes: Attributes = {}, output?: string): string {
    const made = output ?? `winnow/${opType}/${this.#count++}`;
    this.nodes.push(node(opType, inputs, made, attributes));
    return made;
  }

  /** A node of the network; its outputs' shapes are said. */
  record(made: OnnxNode, shapes: readonly Shape[]): void {
    this.nodes.push(made);
    const isMoving = made.input.some((name) => this.#moving.has(name));
    made.output.forEach((name, at) => {
      if (name !== '') this.declare(name, shapes[at]!, isMoving);
    });
    if (isMoving) this.recorded.push(made);
  }

  /** As `record`, but the forward pass is written elsewhere: only the way back is remembered. */
  follow(made: OnnxNode): void {
    if (made.input.some((name) => this.#moving.has(name))) this.recorded.push(made);
  }

  /** As `record`, for a node with one output. */
  apply(opType: string, inputs: readonly string[], shape: Shape, attributes: Attributes = {}, output?: string): string {
    const made = output ?? `winnow/${opType}/${this.#count++}`;
    this.record(node(opType, inputs, made, attributes), [shape]);
    return made;
  }

  isMoving(name: string): boolean {
    return this.#moving.has(name);
  }

  number(value: number): string {
    return this.#once(`f${value}`, (name) => floats(name, [], [value]));
  }

  vector(values: Float32Array | readonly number[], dims: Shape): string {
    const name = `winnow/values/${this.#count++}`;
    this.initializers.push(floats(name, dims, values));
    return name;
  }

  integers(...values: number[]): string {
    return this.#once(`i${values.join(',')}`, (name) => ints(name, values));
  }

  #once(key: string, make: (name: string) => OnnxTensor): string {
    const found = this.#known.get(key);
    if (found !== undefined) return found;
    const name = `winnow/constant/${key}`;
    this.initializers.push(make(name));
    this.#known.set(key, name);
    return name;
  }

  reshape(tensor: string, shape: Shape): string {
    return this.emit('Reshape', [tensor, this.integers(...shape)]);
  }

  /** Adds to the gradient of `name`; nothing is written for what no parameter goes into. */
  give(name: string, gradient: string): void {
    if (!this.#moving.has(name)) return;
    const list = this.#contributions.get(name);
    if (list) list.push(gradient);
    else this.#contributions.set(name, [gradient]);
  }

  /** The sum of what was given so far; null when nothing was. */
  gradientOf(name: string): string | null {
    const list = this.#contributions.get(name);
    if (!list) return null;
    const sum = list.reduce((left, right) => this.emit('Add', [left, right]));
    this.#contributions.set(name, [sum]);
    return sum;
  }
}
