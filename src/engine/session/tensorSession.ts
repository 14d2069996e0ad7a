/** Tensors in, tensors out: all that the rest of the engine knows of onnxruntime. */

export interface Tensor {
  readonly type: 'float32' | 'uint8' | 'int64';
  readonly dims: readonly number[];
  readonly data: Float32Array | Uint8Array | BigInt64Array;
}

export interface TensorSession {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** What computes: 'cpu', 'webgpu', 'wasm', or 'cpu (webgpu: <why not>)'. */
  readonly provider: string;
  /** All outputs by name. Native runs block the thread they are called on: long work belongs in a worker. */
  run(feeds: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>>;
  dispose(): Promise<void>;
}

/** `provider` of what computes instead of what was wanted. */
export const instead = (provider: string, wanted: 'webgpu' | 'cuda', whyNot: string): string =>
  `${provider} (${wanted}: ${whyNot})`;

/** A float tensor's values; throws when the graph gave something else. */
export const floatsOf = (tensor: Tensor | undefined, name: string): Float32Array => {
  if (!(tensor?.data instanceof Float32Array)) throw new TypeError(`${name} is no float32 tensor`);
  return tensor.data;
};
