/** What an exported network says about photos, in batches: the numbers that an epoch reports are those of the file. */

import { openSession, type Device } from '../session/openSession.js';
import { floatsOf, type Tensor } from '../session/tensorSession.js';
import type { ExampleRequest, Examples } from './examples.js';
import type { NetworkInput } from '../onnx/checkModel.js';

/** Pictures of 224 px at a time; fewer of larger ones, which would cost memory and win no time. */
const mostPixels = 16 * 224 ** 2;

/** float32[requests, width] of one output. @param device 'webgpu' beside a training: what predicts is the CPU. */
export const evaluate = async (
  model: Uint8Array,
  { input, side }: { readonly input: NetworkInput; readonly side: number },
  output: string,
  examples: Examples,
  requests: readonly ExampleRequest[],
  signal?: AbortSignal,
  device: Device = 'cpu',
): Promise<Float32Array> => {
  const batchSize = Math.min(16, Math.max(1, Math.floor(mostPixels / side ** 2)));
  const session = await openSession(model, { device, threads: 0, keepsBuffers: true });
  try {
    const parts: Float32Array[] = [];
    const starts = Array.from({ length: Math.ceil(requests.length / batchSize) }, (_, at) => at * batchSize);
    const make = (start: number): Promise<Float32Array> =>
      examples.batch(requests.slice(start, start + batchSize), signal);
    let coming: Promise<Float32Array> | null = starts.length > 0 ? make(0) : null;
    for (const start of starts) {
      const data = await coming!;
      coming = start + batchSize < requests.length ? make(start + batchSize) : null;
      coming?.catch(() => undefined);
      const count = Math.min(batchSize, requests.length - start);
      const dims = input.layout === 'nchw' ? [count, 3, side, side] : [count, side, side, 3];
      const image: Tensor = { type: 'float32', dims, data };
      const found = await session.run({ [input.name]: image });
      parts.push(Float32Array.from(floatsOf(found[output], output)));
    }
    const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  } finally {
    await session.dispose();
  }
};
