// A dictionary of small patches, learnt on procedural pictures: contrast normalised, whitened, clustered.
import { eigen } from './eigen.mjs';
import { leaves } from './scenes.mjs';

const extent = 56;
const pictures = 200;
const patchesAPicture = 100;
const rounds = 8;
/** Added to every variance before whitening: the finest detail is mostly noise. */
const whiteningFloor = 0.1;

/**
 * Filters [count · 3 · side²] on RGB in 0…1 and shifts [count], so that (filter · patch)/deviation − shift is the
 * whitened patch along each word; `flat` is added to the patch's variance under the root.
 */
export const dictionary = (random, { count, side, flat }) => {
  const patches = samplePatches(random, side);
  normaliseContrast(patches, flat);
  const { mean, matrix } = whitening(patches, whiteningFloor);
  const white = patches.map((patch) =>
    multiply(
      matrix,
      patch.map((v, i) => v - mean[i]),
    ),
  );
  const filters = [];
  const shifts = [];
  for (const word of directions(random, white, count)) {
    // The matrix is symmetric, so word · (matrix · x) = (matrix · word) · x.
    const filter = multiply(matrix, word);
    shifts.push(filter.reduce((sum, w, i) => sum + w * mean[i], 0));
    const average = filter.reduce((sum, w) => sum + w, 0) / filter.length;
    // The patch's own mean is not seen: taken out of the filter instead of out of every patch.
    for (const w of filter) filters.push(w - average);
  }
  return { filters, shifts };
};

/** Patches of 3 · side² values, channel first. */
const samplePatches = (random, side) => {
  const patches = [];
  for (let p = 0; p < pictures; p++) {
    const scene = leaves(random, extent);
    for (let i = 0; i < patchesAPicture; i++) {
      const [x, y] = [random.below(extent - side), random.below(extent - side)];
      const patch = new Float64Array(3 * side * side);
      for (let c = 0; c < 3; c++) {
        for (let row = 0; row < side; row++) {
          for (let column = 0; column < side; column++) {
            patch[(c * side + row) * side + column] = scene[(c * extent + y + row) * extent + x + column];
          }
        }
      }
      patches.push(patch);
    }
  }
  return patches;
};

/** In place: mean 0, and divided by the deviation; `floor` (a variance) keeps flat patches small. */
const normaliseContrast = (patches, floor) => {
  for (const patch of patches) {
    const mean = patch.reduce((sum, v) => sum + v, 0) / patch.length;
    const variance = patch.reduce((sum, v) => sum + (v - mean) ** 2, 0) / patch.length;
    const scale = 1 / Math.sqrt(variance + floor);
    for (let i = 0; i < patch.length; i++) patch[i] = (patch[i] - mean) * scale;
  }
};

/** @returns {{mean, matrix}} ZCA: matrix · (x − mean) has about unit covariance; `floor` is added to every variance. */
const whitening = (patches, floor) => {
  const d = patches[0].length;
  const mean = new Float64Array(d);
  for (const patch of patches) for (let i = 0; i < d; i++) mean[i] += patch[i] / patches.length;
  const covariance = Array.from({ length: d }, () => new Float64Array(d));
  for (const patch of patches) {
    for (let i = 0; i < d; i++) {
      const v = (patch[i] - mean[i]) / patches.length;
      const row = covariance[i];
      for (let j = 0; j <= i; j++) row[j] += v * (patch[j] - mean[j]);
    }
  }
  for (let i = 0; i < d; i++) for (let j = 0; j < i; j++) covariance[j][i] = covariance[i][j];
  const { values, vectors } = eigen(covariance);
  const matrix = Array.from({ length: d }, (_, i) => {
    const row = new Float64Array(d);
    for (let k = 0; k < d; k++) {
      const scale = vectors[i][k] / Math.sqrt(Math.max(0, values[k]) + floor);
      for (let j = 0; j < d; j++) row[j] += scale * vectors[j][k];
    }
    return row;
  });
  return { mean, matrix };
};

const multiply = (matrix, vector) =>
  matrix.map((row) => {
    let sum = 0;
    for (let i = 0; i < row.length; i++) sum += row[i] * vector[i];
    return sum;
  });

/** Spherical k-means with signs: each patch belongs to the direction of largest |dot|. @returns `count` unit vectors. */
const directions = (random, patches, count) => {
  const d = patches[0].length;
  let centres = Array.from({ length: count }, () => unit(patches[random.below(patches.length)]));
  for (let round = 0; round < rounds; round++) {
    const sums = Array.from({ length: count }, () => new Float64Array(d));
    for (const patch of patches) {
      let [best, most] = [0, 0];
      for (let k = 0; k < count; k++) {
        const centre = centres[k];
        let dot = 0;
        for (let i = 0; i < d; i++) dot += centre[i] * patch[i];
        if (Math.abs(dot) > Math.abs(most)) [best, most] = [k, dot];
      }
      const sum = sums[best];
      for (let i = 0; i < d; i++) sum[i] += most * patch[i];
    }
    centres = sums.map((sum) => unit(sum.every((v) => v === 0) ? patches[random.below(patches.length)] : sum));
  }
  return centres;
};

const unit = (vector) => {
  const norm = Math.sqrt(vector.reduce((sum, v) => sum + v * v, 0)) || 1;
  return Float64Array.from(vector, (v) => v / norm);
};
