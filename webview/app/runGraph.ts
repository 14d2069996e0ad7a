/** One picture through the exported graph, whichever runtime has opened it. */

import type * as ort from 'onnxruntime-web/wasm';
import type { Picture } from './readPicture.js';

export type Pixels = Pick<Picture, 'rgb' | 'width' | 'height'>;
export interface Outputs {
  /** float32[classes], sums to 1. */
  readonly probabilities: Float32Array;
  readonly embedding: Float32Array;
  /** The largest raw ridge score. */
  readonly familiarity: number;
}

/** One picture through a session of either runtime. */
export const runOn = async (
  runtime: Pick<typeof ort, 'Tensor'>,
  session: ort.InferenceSession,
  { rgb, width, height }: Pixels,
): Promise<Outputs> => {
  const outputs = await session.run({ pixels: new runtime.Tensor('uint8', rgb, [height, width, 3]) });
  const floats = (name: string): Float32Array => {
    const { data } = outputs[name] ?? {};
    return data instanceof Float32Array ? data : new Float32Array(0);
  };
  const probabilities = floats('probabilities');
  if (probabilities.length === 0) throw new Error('The model gave no probabilities.');
  return { probabilities, embedding: floats('embedding'), familiarity: floats('familiarity')[0] ?? -Infinity };
};
