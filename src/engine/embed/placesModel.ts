/** A backbone up to its last tensor with places. One a thread. */

import { readFile } from 'node:fs/promises';
import type { BackboneRef } from '../../protocol/engine.js';
import { cutActivations } from '../onnx/cutActivations.js';
import { writeOnnx } from '../onnx/onnxModel.js';
import { openSession } from '../session/openSession.js';
import { floatsOf } from '../session/tensorSession.js';

export interface PlacesModel {
  places(image: Float32Array, dims: readonly number[]): Promise<{ values: Float32Array; dims: readonly number[] }>;
  dispose(): Promise<void>;
}

/** Null where the embedding is no plain mean over places. */
export const openPlacesModel = async (backbone: BackboneRef): Promise<PlacesModel | null> => {
  const cut = cutActivations(await readFile(backbone.file), backbone.id);
  if (!cut) return null;
  const session = await openSession(writeOnnx(cut.model));
  return {
    places: async (image, dims) => {
      const found = (await session.run({ [cut.input.name]: { type: 'float32', dims, data: image } }))[cut.output];
      return { values: floatsOf(found, cut.output), dims: found!.dims };
    },
    dispose: () => session.dispose(),
  };
};
