/** The perceptual hash of a picture (METHODS): alike pictures differ in few bits. Pure: pixels in, 64 bits out. */

import { WinnowError } from '../../base/errors.js';

const side = 32;
const low = 8;
/** At most this many samples a direction: a 12-megapixel photo costs what a small one does. */
const maxSamples = 256;
/** Grey levels (of 255): below this spread a picture is flat, and its hash is noise. */
const flatDeviation = 4;
/** Grey levels: coefficients below this are noise of the encoder, and bits made of noise mean nothing. */
const noiseLevel = 0.25;
const minClearCoefficients = 12;
/** Coefficients are whole multiples of 1 / grain. */
const grain = 1e6;

export interface PerceptualHash {
  /** 16 hex digits, row-major from the lowest frequency, first coefficient = highest bit. */
  readonly phash: string;
  readonly isLowInformation: boolean;
  /** Hashes of the mirror image and of the three rotations: copies that a plain comparison misses. */
  readonly turned: Readonly<Record<Turn, string>>;
}

/**
 * Mean grey (BT.601) of a 32 × 32 raster laid over the picture, float32[1024], 0–255.
 * @param rgb uint8[height, width, 3].  Throws `bad-shape` when the lengths disagree.
 */
export const greyRaster = (rgb: Uint8Array, width: number, height: number): Float32Array => {
  if (width < 1 || height < 1 || rgb.length !== width * height * 3) {
    throw new WinnowError('bad-shape', `${rgb.length} bytes are no ${width} × ${height} RGB picture`);
  }
  const columns = Int32Array.from(samplesOf(width), (x) => x * 3);
  const rows = samplesOf(height);
  const starts = cellStarts(columns.length);
  // At most 8 × 8 samples a cell: the sums stay whole numbers of 32 bits.
  const sums = new Int32Array(side * side);
  for (let j = 0; j < rows.length; j++) {
    const start = rows[j]! * width * 3;
    const cells = (((j * side) / rows.length) | 0) * side;
    for (let cell = 0, i = 0; cell < side; cell++) {
      const end = starts[cell + 1]!;
      let red = 0;
      let green = 0;
      let blue = 0;
      for (; i < end; i++) {
        const at = start + columns[i]!;
        red += rgb[at]!;
        green += rgb[at + 1]!;
        blue += rgb[at + 2]!;
      }
      sums[cells + cell]! += 299 * red + 587 * green + 114 * blue;
    }
  }
  const down = cellStarts(rows.length);
  const countOf = (bounds: Int32Array, cell: number): number => bounds[cell + 1]! - bounds[cell]!;
  const mean = new Float32Array(side * side);
  sums.forEach((sum, at) => {
    mean[at] = sum / (1000 * countOf(starts, at % side) * countOf(down, (at / side) | 0));
  });
  return mean;
};

/** Pixel indices, evenly spread, enough of them that each of the 32 cells gets its share. */
const samplesOf = (length: number): number[] => {
  const count = length > maxSamples ? maxSamples : length >= 4 * side ? length : 4 * side;
  return Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * length) / count));
};

/** First sample of each of the 32 cells, and the end: sample i lies in cell ⌊32 i / count⌋. */
const cellStarts = (count: number): Int32Array =>
  Int32Array.from({ length: side + 1 }, (_, cell) => Math.ceil((cell * count) / side));

const cosines = Float64Array.from({ length: low * side }, (_, at) => {
  const frequency = (at / side) | 0;
  return Math.cos((Math.PI * frequency * (2 * (at % side) + 1)) / (2 * side));
});

/** Top-left 8 × 8 of the 2-D DCT-II of the raster, scaled so that a unit is about a grey level. */
const lowFrequencies = (raster: Float32Array): Float64Array => {
  const half = new Float64Array(side * low);
  for (let y = 0; y < side; y++) {
    for (let u = 0; u < low; u++) {
      let sum = 0;
      for (let x = 0; x < side; x++) sum += raster[y * side + x]! * cosines[u * side + x]!;
      half[y * low + u] = sum / side;
    }
  }
  const out = new Float64Array(low * low);
  for (let v = 0; v < low; v++) {
    for (let u = 0; u < low; u++) {
      let sum = 0;
      for (let y = 0; y < side; y++) sum += half[y * low + u]! * cosines[v * side + y]!;
      // What rounding leaves of a coefficient that is 0 would be a bit of its own; + 0 makes of −0 the plain one.
      out[v * low + u] = Math.round((sum / side) * grain) / grain + 0;
    }
  }
  return out;
};

/** Bit = coefficient ≥ median of the 63 that are not the mean. */
const bitsOf = (coefficients: Float64Array, median: number): string => {
  let phash = '';
  for (let at = 0; at < 64; at += 4) {
    let digit = 0;
    for (let bit = 0; bit < 4; bit++) digit = digit * 2 + (coefficients[at + bit]! >= median ? 1 : 0);
    phash += digit.toString(16);
  }
  return phash;
};

/** The hash of a raster made by `greyRaster`. */
export const hashRaster = (raster: Float32Array): PerceptualHash => {
  const coefficients = lowFrequencies(raster);
  const rest = coefficients.slice(1).sort();
  let mean = 0;
  for (const grey of raster) mean += grey / raster.length;
  let variance = 0;
  for (const grey of raster) variance += (grey - mean) ** 2 / raster.length;
  let clear = 0;
  for (const value of rest) if (Math.abs(value) > noiseLevel) clear++;
  const isLowInformation = Math.sqrt(variance) < flatDeviation || clear < minClearCoefficients;
  return { phash: bitsOf(coefficients, rest[31]!), isLowInformation, turned: hashTurned(coefficients) };
};

export const turns = ['mirrored', 'rotated90', 'rotated180', 'rotated270'] as const;
export type Turn = (typeof turns)[number];

/** (−1)^n: what turning does to the cosine of frequency n. */
const sign = (n: number): number => (n % 2 === 0 ? 1 : -1);
/** Coefficient (v, u) of the turned raster, out of those of the raster as it is. */
const turnedCoefficient: Readonly<Record<Turn, (c: Float64Array, v: number, u: number) => number>> = {
  mirrored: (c, v, u) => sign(u) * c[v * low + u]!,
  rotated90: (c, v, u) => sign(u) * c[u * low + v]!,
  rotated180: (c, v, u) => sign(u + v) * c[v * low + u]!,
  rotated270: (c, v, u) => sign(v) * c[u * low + v]!,
};

const hashTurned = (coefficients: Float64Array): Readonly<Record<Turn, string>> => {
  const turned = (turn: Turn): string => {
    const cells = new Float64Array(low * low);
    for (let at = 0; at < cells.length; at++)
      cells[at] = turnedCoefficient[turn](coefficients, (at / low) | 0, at % low);
    return bitsOf(cells, cells.slice(1).sort()[31]!);
  };
  return {
    mirrored: turned('mirrored'),
    rotated90: turned('rotated90'),
    rotated180: turned('rotated180'),
    rotated270: turned('rotated270'),
  };
};
