/** Photos → the network's input, as it answers or as one augmentation shows it. Runs in the image threads. */

import { drawAugmentation } from '../../core/image/augment/drawAugmentation.js';
import { renderAugmented } from '../../core/image/augment/renderAugmented.js';
import type { ViewId } from '../../protocol/backbone.js';
import type { ExamplePhoto, ExampleShape, ImageAnswer, ImageTask, SharedPicture } from '../embed/imageTask.js';
import { decodeSource, type Bad, type Pixels } from '../images/decodeImage.js';
import { shrinkPixels } from '../images/shrinkPixels.js';
import { writeOnnx } from '../onnx/onnxModel.js';
import { normalisation, pixelRecipe } from '../onnx/pixelRecipe.js';
import { openSession } from '../session/openSession.js';
import { floatsOf, type TensorSession } from '../session/tensorSession.js';

type ExamplesTask = Extract<ImageTask, { readonly kind: 'examples' }>;

/** Short side of a kept photo over the side of the output: crops of half the area are then still sharp. */
export const spare = 1.3;

/** Photos one after the other; the first that does not decode is the answer. */
export const makeExamples = async ({ photos, shape }: ExamplesTask): Promise<ImageAnswer> => {
  const length = 3 * shape.side ** 2;
  const values = new Float32Array(photos.length * length);
  const pictures: (SharedPicture | null)[] = [];
  let before: { readonly file: string; readonly picture: SharedPicture } | null = null;
  for (const [at, { source, seed }] of photos.entries()) {
    // Several views of one photo come one after another: it is decoded once.
    const isSame: boolean = before !== null && 'file' in source && source.file === before.file;
    const made = await makeExample(isSame ? { source: { picture: before!.picture }, seed } : { source, seed }, shape);
    if ('reason' in made) return { kind: 'bad', bad: made };
    if ('file' in source && made.picture) before = { file: source.file, picture: made.picture };
    values.set(made.values, at * length);
    pictures.push(made.picture);
  }
  return { kind: 'examples', values, pictures };
};

const makeExample = async (
  { source, seed }: ExamplePhoto,
  shape: ExampleShape,
): Promise<{ readonly values: Float32Array; readonly picture: SharedPicture | null } | Bad> => {
  const { side, look } = shape;
  let picture = 'picture' in source ? source.picture : null;
  if ('file' in source) {
    const decoded = await decodeSource(source);
    if (!decoded.ok) return decoded.bad;
    if (typeof look === 'string') return { values: await asAnswered(decoded.pixels, look, shape), picture: null };
    picture = shared(await shrinkPixels(decoded.pixels, Math.round(spare * side)));
  }
  if (picture === null || typeof look === 'string')
    throw new TypeError('an example as the network sees it needs the file');
  const { memory, width, height } = picture;
  const drawn = drawAugmentation(look, width, height, seed);
  const values = renderAugmented({ rgb: new Uint8Array(memory), width, height }, drawn, side);
  return { values: normalised(values, shape), picture: 'file' in source ? picture : null };
};

const shared = ({ rgb, width, height }: Pick<Pixels, 'rgb' | 'width' | 'height'>): SharedPicture => {
  const memory = new SharedArrayBuffer(rgb.length);
  new Uint8Array(memory).set(rgb);
  return { memory, width, height };
};

/** Bytes by plane → the network's scale and layout. */
const normalised = (planes: Float32Array, { normalise, layout }: ExampleShape): Float32Array => {
  const { scale, shift } = normalisation(normalise);
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

const asAnswered = async (
  { rgb, width, height }: Pixels,
  view: ViewId,
  { side, normalise, layout }: ExampleShape,
): Promise<Float32Array> => {
  const key = JSON.stringify([view, side, normalise, layout]);
  if (kept?.key !== key) {
    const graph = pixelRecipe({ view, side, normalise, layout });
    kept = { key, session: openSession(writeOnnx(graph), { keepsArena: false }) };
  }
  const session = await kept.session;
  const made = await session.run({ pixels: { type: 'uint8', dims: [height, width, 3], data: rgb } });
  return Float32Array.from(floatsOf(made['image'], 'image'));
};
