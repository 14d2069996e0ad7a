/** What a picture is like as a whole: light, contrast, sharpness, colour. Pure: pixels in, a few numbers out. */

import { WinnowError } from '../../base/errors.js';

export interface Look {
  /** 99th and 5th percentile of perceived brightness, 0–1. */
  readonly brightest: number;
  readonly darkest: number;
  /** Bits: entropy of the values of the three channels together, 0–9.6. */
  readonly entropy: number;
  /** 0–1, low = blurred: edges and contrast of the picture at 64 pixels. */
  readonly sharpness: number;
  /** No pixel to speak of has a colour, whatever the file's mode says. */
  readonly isGrey: boolean;
  /** Mean, then standard deviation, of red, green and blue, 0–255. */
  readonly colour: readonly number[];
}

/** At most this many samples a direction: a 12-megapixel photo costs what a small one does. */
const maxSamples = 192;
/** Longer side, pixels, at which sharpness is judged: noise and grain are gone, blur is not. */
const smallSide = 64;
/** Values of 255 between two channels that an encoder makes of a grey picture, and the share of pixels beyond. */
const greySlack = 12;
const greyShare = 0.005;
const sharpnessUnit = 0.01;
const contrastFloor = 0.18;
const brightnessBins = 1024;

/**
 * @param rgb uint8[height, width, 3].  Throws `bad-shape` when the lengths disagree.
 * Source: brightness is the HSP model (Finley 2006); sharpness follows cleanvision's definition, whose thresholds are used.
 */
export const pictureLook = (rgb: Uint8Array, width: number, height: number): Look => {
  if (width < 1 || height < 1 || rgb.length !== width * height * 3) {
    throw new WinnowError('bad-shape', `${rgb.length} bytes are no ${width} × ${height} RGB picture`);
  }
  const ratio = Math.max(1, Math.max(width, height) / smallSide);
  const small = { width: Math.max(1, Math.floor(width / ratio)), height: Math.max(1, Math.floor(height / ratio)) };
  const xs = samples(width, small.width);
  const ys = samples(height, small.height);
  const count = xs.at.length * ys.at.length;
  const values = new Int32Array(3 * 256);
  const brightness = new Int32Array(brightnessBins);
  const grey = new Float64Array(small.width * small.height);
  // No more are counted than decide the question.
  const greyLimit = greyShare * count;
  let coloured = 0;
  const columns = xs.at;
  const cellOf = xs.cell;
  for (let j = 0; j < ys.at.length; j++) {
    const row = ys.at[j]! * width;
    const cells = ys.cell[j]! * small.width;
    for (let i = 0; i < columns.length; i++) {
      const from = 3 * (row + columns[i]!);
      const r = rgb[from]!;
      const g = rgb[from + 1]!;
      const b = rgb[from + 2]!;
      values[r]!++;
      values[256 + g]!++;
      values[512 + b]!++;
      brightness[
        ((Math.sqrt(0.241 * r * r + 0.691 * g * g + 0.068 * b * b) * (brightnessBins - 1)) / 255 + 0.5) | 0
      ]!++;
      if (
        coloured <= greyLimit &&
        (Math.abs(r - g) > greySlack || Math.abs(g - b) > greySlack || Math.abs(r - b) > greySlack)
      ) {
        coloured++;
      }
      grey[cells + cellOf[i]!]! += 0.299 * r + 0.587 * g + 0.114 * b;
    }
  }
  for (let at = 0; at < grey.length; at++) {
    const samplesOfCell = xs.count[at % small.width]! * ys.count[(at / small.width) | 0]!;
    grey[at] = Math.round(grey[at]! / samplesOfCell);
  }
  return {
    brightest: percentile(brightness, count, 0.99),
    darkest: percentile(brightness, count, 0.05),
    entropy: rounded(entropyOf(values, 3 * count)),
    sharpness: rounded(sharpnessOf(grey, small.width, small.height)),
    isGrey: coloured <= greyLimit,
    colour: coloursOf(values, count),
  };
};

interface Samples {
  /** Pixel of each sample, and the cell of the small picture that it counts for. */
  readonly at: Int32Array;
  readonly cell: Int32Array;
  /** Samples of each cell: at least one. */
  readonly count: Int32Array;
}

const samples = (length: number, cells: number): Samples => {
  const size = Math.max(cells, Math.min(length, maxSamples));
  const at = new Int32Array(size);
  const cell = new Int32Array(size);
  const count = new Int32Array(cells);
  for (let i = 0; i < size; i++) {
    at[i] = Math.floor(((i + 0.5) * length) / size);
    const own = Math.floor(((i + 0.5) * cells) / size);
    cell[i] = own;
    count[own]!++;
  }
  return { at, cell, count };
};

const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;

const percentile = (bins: Int32Array, count: number, share: number): number => {
  let seen = 0;
  for (let bin = 0; bin < bins.length; bin++) {
    seen += bins[bin]!;
    if (seen > share * (count - 1)) return rounded(bin / (bins.length - 1));
  }
  return 1;
};

const entropyOf = (bins: Int32Array, count: number): number => {
  let bits = 0;
  for (const n of bins) if (n > 0) bits -= (n / count) * Math.log2(n / count);
  return bits;
};

const coloursOf = (values: Int32Array, count: number): number[] => {
  const means: number[] = [];
  const deviations: number[] = [];
  for (let channel = 0; channel < 3; channel++) {
    let sum = 0;
    let squares = 0;
    for (let value = 0; value < 256; value++) {
      const n = values[channel * 256 + value]!;
      sum += n * value;
      squares += n * value * value;
    }
    means.push(Math.round((10 * sum) / count) / 10);
    deviations.push(Math.round(10 * Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2))) / 10);
  }
  return [...means, ...deviations];
};

/** 1 − e^(−edges) plus, where there is any contrast to speak of, 1 − e^(−contrast); at most 1. */
const sharpnessOf = (grey: Float64Array, width: number, height: number): number => {
  const edges = 1 - Math.exp(-sharpnessUnit * deviation(edgesOf(grey, width, height)));
  const histogram = new Float64Array(256);
  for (const value of grey) histogram[value]!++;
  const contrast = 1 - Math.exp(-sharpnessUnit * deviation(histogram));
  return Math.min(1, edges + (contrast <= contrastFloor ? 0 : contrast));
};

/** Eight times each pixel less its neighbours, within 0–255; the border as it is. */
const edgesOf = (grey: Float64Array, width: number, height: number): Float64Array => {
  const edges = grey.slice();
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      let sum = 9 * grey[at]!;
      // The pictures' greys are whole numbers: the order of the sum does not matter.
      for (let row = at - width; row <= at + width; row += width) sum -= grey[row - 1]! + grey[row]! + grey[row + 1]!;
      edges[at] = Math.min(255, Math.max(0, sum));
    }
  }
  return edges;
};

const deviation = (values: Float64Array): number => {
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  return Math.sqrt(Math.max(0, squares / values.length - (sum / values.length) ** 2));
};
