/** A photo → the network's input, once as it answers or as one augmentation shows it. Runs in the image threads. */

import { drawAugmentation } from '../../core/image/augment/drawAugmentation.js';
import { renderAugmented } from '../../core/image/augment/renderAugmented.js';
import type { ExampleShape, ImageAnswer, ImageTask, SharedPicture } from '../embed/imageTask.js';
import { decodeSource, type Pixels } from '../images/decodeImage.js';
import { shrinkPixels } from '../images/shrinkPixels.js';
import { writeOnnx } from '../onnx/onnxModel.js';
import { normalisation, pixelRecipe } from '../onnx/pixelRecipe.js';
import { openSession } from '../session/openSession.js';
import { floatsOf, type TensorSession } from '../session/tensorSession.js';

type ExampleTask = Extract<ImageTask, { readonly kind: 'example' }>;

/** Short side of a kept photo over the side of the output: crops of half the area are then still sharp. */
const spare = 1.3;

export const makeExample = async ({ source, shape, seed }: ExampleTask): Promise<ImageAnswer> => {
  const { recipe, augment } = shape;
  if (augment === null) {
    if (!('file' in source)) throw new TypeError('an example as the network sees it needs the file');
    const decoded = await decodeSource(source);
    if (!decoded.ok) return { kind: 'bad', bad: decoded.bad };
    return { kind: 'example', values: await asAnswered(decoded.pixels, shape), picture: null };
  }
  let picture = 'picture' in source ? source.picture : null;
  if ('file' in source) {
    const decoded = await decodeSource(source);
    if (!decoded.ok) return { kind: 'bad', bad: decoded.bad };
    picture = shared(await shrinkPixels(decoded.pixels, Math.round(spare * recipe.size)));
  }
  const { memory, width, height } = picture!;
  const drawn = drawAugmentation(augment, width, height, seed);
  const values = renderAugmented({ rgb: new Uint8Array(memory), width, height }, drawn, recipe.size);
  return { kind: 'example', values: normalised(values, shape), picture: 'file' in source ? picture : null };
};

const shared = ({ rgb, width, height }: Pick<Pixels, 'rgb' | 'width' | 'height'>): SharedPicture => {
  const memory = new SharedArrayBuffer(rgb.length);
  new Uint8Array(memory).set(rgb);
  return { memory, width, height };
};

/** Bytes by plane → the network's scale and layout. */
const normalised = (planes: Float32Array, { recipe, layout }: ExampleShape): Float32Array => {
  const { scale, shift } = normalisation(recipe.normalise);
  const plane = planes.length / 3;
  const out = layout === 'nchw' ? planes : new Float32Array(planes.length);
  for (let channel = 0; channel < 3; channel++) {
    for (let at = 0; at < plane; at++) {
      const value = planes[channel * plane + at]! * scale[channel]! + shift[channel]!;
      out[layout === 'nchw' ? channel * plane + at : 3 * at + channel] = value;
    }
  }
  return out;
};

let kept: { readonly key: string; readonly session: Promise<TensorSession> } | undefined;

const asAnswered = async ({ rgb, width, height }: Pixels, { recipe, layout }: ExampleShape): Promise<Float32Array> => {
  const key = JSON.stringify([recipe, layout]);
  if (kept?.key !== key) {
    const graph = pixelRecipe({ view: 'crop', side: recipe.size, normalise: recipe.normalise, layout });
    kept = { key, session: openSession(writeOnnx(graph), { keepsArena: false }) };
  }
  const session = await kept.session;
  const made = await session.run({ pixels: { type: 'uint8', dims: [height, width, 3], data: rgb } });
  return Float32Array.from(floatsOf(made['image'], 'image'));
};
