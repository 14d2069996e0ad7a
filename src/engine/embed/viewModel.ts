/** A backbone looking at pictures through one view: pixel recipe, then network. One a thread. */

import { readFile } from 'node:fs/promises';
import { WinnowError } from '../../base/errors.js';
import type { BackboneRef, ViewId } from '../../protocol/engine.js';
import type { Pixels } from '../images/decodeImage.js';
import { cutNetwork } from '../onnx/cutNetwork.js';
import { writeOnnx } from '../onnx/onnxModel.js';
import { pixelRecipe, squishSideFor, type InputLayout } from '../onnx/pixelRecipe.js';
import { openSession, type Device } from '../session/openSession.js';
import { floatsOf, type Tensor } from '../session/tensorSession.js';
import type { Embedding } from './embeddingCache.js';

export interface ViewModel {
  readonly provider: string;
  readonly inputLayout: InputLayout;
  /** Of the square that the network gets. */
  readonly side: number;
  /** The network's input for a picture: float32 [1, 3, side, side] or [1, side, side, 3]. */
  prepare(pixels: Pick<Pixels, 'rgb' | 'width' | 'height'>): Promise<Tensor>;
  /** The embedding of a prepared picture of the view 'crop'. */
  look(image: Tensor): Promise<Embedding>;
  embed(pixels: Pick<Pixels, 'rgb' | 'width' | 'height'>): Promise<Embedding>;
  dispose(): Promise<void>;
}

/** Throws `bad-model` when the file is no network that can be cut, `not-found` when it is gone. */
export const openViewModel = async (backbone: BackboneRef, view: ViewId, device: Device): Promise<ViewModel> => {
  const name = backbone.id.startsWith('file:') ? backbone.file : backbone.id;
  const bytes = await readFile(backbone.file).catch((cause: unknown) => {
    throw new WinnowError('not-found', `The model file ${backbone.file} cannot be read. Choose another backbone.`, {
      cause,
    });
  });
  const { model, input, outputs } = cutNetwork(bytes, name, view === 'crop');
  const { size, normalise } = backbone.recipe;
  if (input.fixedSide !== null && input.fixedSide !== size) {
    throw new WinnowError(
      'bad-model',
      `${name} takes pictures of ${input.fixedSide} × ${input.fixedSide} pixels only; say --size ${input.fixedSide}.`,
    );
  }
  const side = view === 'crop' ? size : (input.fixedSide ?? squishSideFor(size));
  const recipe = writeOnnx(pixelRecipe({ view, side, normalise, layout: input.layout }));
  const pixelSession = await openSession(recipe, { keepsArena: false });
  const network = await openSession(writeOnnx(model), { device });

  const look = async (image: Tensor): Promise<Float32Array[]> => {
    const found = await network.run({ [input.name]: image });
    return outputs.map((output) => floatsOf(found[output], output));
  };
  const prepare = ({ rgb, width, height }: Pick<Pixels, 'rgb' | 'width' | 'height'>) =>
    pixelSession.run({ pixels: { type: 'uint8', dims: [height, width, 3], data: rgb } });
  const embeddingOf = (parts: readonly Float32Array[]): Embedding => {
    const row = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
    let at = 0;
    for (const part of parts) {
      row.set(part, at);
      at += part.length;
    }
    // A network fed with the wrong scale may overflow; one such row would poison every fit.
    if (row.some((value) => !Number.isFinite(value))) {
      throw new WinnowError('bad-model', `${name} computes numbers that are not finite. Check --normalise.`);
    }
    return { layout: parts.map((part) => part.length), row };
  };
  return {
    provider: network.provider,
    inputLayout: input.layout,
    side,
    prepare: async (pixels) => (await prepare(pixels))['image']!,
    look: async (image) => embeddingOf(await look(image)),
    embed: async (pixels) => {
      const prepared = await prepare(pixels);
      const parts = await look(prepared['image']!);
      if (view === 'squish') {
        const [mirrored] = await look(prepared['mirrored']!);
        parts[0] = parts[0]!.map((value, at) => (value + mirrored![at]!) / 2);
      }
      return embeddingOf(parts);
    },
    dispose: async () => {
      await Promise.all([pixelSession.dispose(), network.dispose()]);
    },
  };
};
