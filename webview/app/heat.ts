/** The heat map of one answer: covers a small copy of the picture place by place and asks the model each time. */

import { heatColour } from '../../src/core/predict/heatColours.js';
import {
  covered,
  coversOf,
  heatOf,
  lookedAt,
  meanColour,
  occlusionPasses,
  type HeatMap,
} from '../../src/core/predict/occlusion.js';
import type { Classifier } from './classifier.js';
import { readPicture } from './readPicture.js';

export interface Heat {
  /** Answers so far and in all. */
  readonly done: number;
  readonly total: number;
  readonly isRunning: boolean;
  /** The finest grid that is whole; null before the first. */
  readonly map: HeatMap | null;
  /** Of the explained class with nothing covered, on the small copy. */
  readonly before: number;
  readonly label: string;
  /** Of the small copy. */
  readonly width: number;
  readonly height: number;
  /** 0–1. */
  readonly opacity: number;
}

/** The network sees no more than this of the short side. */
const shortSide = 256;

/**
 * @param show hears of every answer.  Ends early, keeping what is whole, when `signal` aborts.
 * Throws a sentence.
 */
export const lookForHeat = async (
  file: File,
  target: { readonly at: number; readonly label: string },
  classifier: Classifier,
  show: (heat: Omit<Heat, 'opacity'>) => void,
  signal: AbortSignal,
): Promise<void> => {
  const { picture } = await readPicture(file, shortSide);
  const answer = async (rgb: Uint8Array): Promise<number> =>
    (await classifier.answer({ ...picture, rgb })).probabilities[target.at] ?? 0;
  const { width, height } = picture;
  const square = lookedAt(width, height);
  const colour = meanColour(picture);
  const total = occlusionPasses.reduce((sum, cells) => sum + cells * cells, 0);
  const before = await answer(picture.rgb);
  let map: HeatMap | null = null;
  let done = 0;
  const tell = (isRunning: boolean): void =>
    show({ done, total, isRunning, map, before, label: target.label, width, height });
  for (const cells of occlusionPasses) {
    const covers = coversOf(square, cells);
    const after: number[] = [];
    for (const cover of covers) {
      if (signal.aborted) {
        tell(false);
        return;
      }
      after.push(await answer(covered(picture, cover, colour)));
      done++;
      tell(true);
      // The page draws and hears its keys in between.
      await new Promise((resume) => setTimeout(resume));
    }
    map = heatOf(cells, covers, before, after);
  }
  tell(false);
};

/** Draws the map over where the network looks, clear elsewhere. */
export const drawHeat = (canvas: HTMLCanvasElement, { map, width, height }: Heat): void => {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (!context || !map) return;
  const { cells, values } = map;
  const small = document.createElement('canvas');
  small.width = small.height = cells;
  const pixels = new ImageData(cells, cells);
  values.forEach((value, at) => pixels.data.set([...heatColour(Math.max(0, value)), 255], at * 4));
  small.getContext('2d')?.putImageData(pixels, 0, 0);
  const { x, y, side } = lookedAt(width, height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(small, x, y, side, side);
};

/** The colours from cold to hot, left to right. */
export const drawScale = (canvas: HTMLCanvasElement): void => {
  canvas.width = 128;
  canvas.height = 1;
  const pixels = new ImageData(128, 1);
  for (let x = 0; x < 128; x++) pixels.data.set([...heatColour(x / 127), 255], x * 4);
  canvas.getContext('2d')?.putImageData(pixels, 0, 0);
};
