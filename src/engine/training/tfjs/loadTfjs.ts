/** The library itself: `@tensorflow/tfjs-node-gpu`, which a user installs or does not. Nothing of it is loaded before it is wanted. */

import { createRequire } from 'node:module';
import path from 'node:path';
import { findCudaParts, whyNoCuda } from '../../../node/cudaParts.js';
import { tensorflowFolder, tensorflowPackage } from '../../../node/installTensorflow.js';
import type { Tfjs } from './tfjs.js';

/** The file that `require` would load; null = it is not installed. Beside Winnow counts too. */
export const findTfjs = (): string | null => {
  for (const from of [path.join(tensorflowFolder(), 'winnow.cjs'), import.meta.url]) {
    try {
      return createRequire(from).resolve(tensorflowPackage);
    } catch {
      continue;
    }
  }
  return null;
};

export interface LoadedTfjs {
  /** Null = there is none that loads. */
  readonly tf: Tfjs | null;
  /** Why it does not compute on a card, as the end of a sentence; null = it does. */
  readonly whyNot: string | null;
}

let loaded: Promise<LoadedTfjs> | undefined;

/** Once a process. Never throws: a library that does not load is a reason like any other. */
export const loadTfjs = (): Promise<LoadedTfjs> => (loaded ??= load());

const load = async (): Promise<LoadedTfjs> => {
  const file = findTfjs();
  if (file === null) {
    return { tf: null, whyNot: whyNoCuda(findCudaParts(), false) };
  }
  const require = createRequire(import.meta.url);
  // TensorFlow.js 4.22 asks a function of Node that Node 23 took away.
  const util = require('node:util') as { isNullOrUndefined?: (value: unknown) => boolean };
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
  // Its notices are not for a person, and it would take the whole memory of the card.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  process.env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true';
  try {
    const tf = require(file) as Tfjs;
    await tf.ready();
    const { isUsingGpuDevice } = tf.backend() as { isUsingGpuDevice?: boolean };
    return { tf, whyNot: isUsingGpuDevice === true ? null : whyNoCuda(findCudaParts(), true) };
  } catch (error) {
    const [line] = (error instanceof Error ? error.message : String(error)).split('\n');
    return { tf: null, whyNot: `${tensorflowPackage} does not load: ${line!.trim().slice(0, 200)}` };
  }
};
