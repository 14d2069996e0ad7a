/** A picture as the network gets it, with one place covered. */

import type { Cover } from '../../core/predict/occlusion.js';
import type { InputLayout } from '../onnx/pixelRecipe.js';

/** Mean of each channel: what places are covered with. */
export const channelMeans = (image: Float32Array, layout: InputLayout): readonly [number, number, number] => {
  const pixels = image.length / 3;
  const [step, plane] = layout === 'nchw' ? [1, pixels] : [3, 1];
  const mean = (channel: number): number => {
    let sum = 0;
    for (let i = 0; i < pixels; i++) sum += image[channel * plane + i * step]!;
    return sum / pixels;
  };
  return [mean(0), mean(1), mean(2)];
};

/** A copy. @param image float32[3, side, side] or [side, side, 3].  @param cover within the square. */
export const coverTensor = (
  image: Float32Array,
  layout: InputLayout,
  cover: Cover,
  colour: readonly [number, number, number],
): Float32Array => {
  const copy = image.slice();
  const pixels = image.length / 3;
  const side = Math.round(Math.sqrt(pixels));
  const [step, plane] = layout === 'nchw' ? [1, pixels] : [3, 1];
  for (let row = cover.y; row < Math.min(side, cover.y + cover.height); row++)
    for (let column = cover.x; column < Math.min(side, cover.x + cover.width); column++)
      for (let channel = 0; channel < 3; channel++)
        copy[channel * plane + (row * side + column) * step] = colour[channel as 0 | 1 | 2];
  return copy;
};
