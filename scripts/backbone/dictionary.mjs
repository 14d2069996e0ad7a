// A dictionary of small patches, learnt on procedural pictures: contrast normalised, whitened, clustered.
import { leaves } from './scenes.mjs';

/** Patches [count][3 · side²], channel first, from `pictures` scenes. */
export const samplePatches = (random, { side, count, pictures }) => {
  const extent = 56;
  const patches = [];
  for (let p = 0; p < pictures; p++) {
    const scene = leaves(random, extent);
    for (let i = 0; i < count / pictures; i++) {
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
export const normaliseContrast = (patches, floor) => {
  for (const patch of patches) {
    const mean = patch.reduce((sum, v) => sum + v, 0) / patch.length;
    const variance = patch.reduce((sum, v) => sum + (v - mean) ** 2, 0) / patch.length;
    const scale = 1 / Math.sqrt(variance + floor);
    for (let i = 0; i < patch.length; i++) patch[i] = (patch[i] - mean) * scale;
  }
};

/** @returns {{mean, matrix}} ZCA: matrix · (x − mean) has about unit covariance; `floor` is added to every variance. */
export const whitening = (patches, floor) => {
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

/** Jacobi's method: vectors[i][k] is component i of eigenvector k. */
const eigen = (symmetric) => {
  const n = symmetric.length;
  const a = symmetric.map((row) => Float64Array.from(row));
  const v = a.map((_, i) => Float64Array.from({ length: n }, (__, j) => (i === j ? 1 : 0)));
  for (let sweep = 0; sweep < 12; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const apq = a[p][q];
        off += apq * apq;
        if (Math.abs(apq) < 1e-12) continue;
        const theta = (a[q][q] - a[p][p]) / (2 * apq);
        const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        const s = t * c;
        for (let k = 0; k < n; k++) {
          const [kp, kq] = [a[k][p], a[k][q]];
          a[k][p] = c * kp - s * kq;
          a[k][q] = s * kp + c * kq;
        }
        const [rowP, rowQ] = [a[p], a[q]];
        for (let k = 0; k < n; k++) {
          const [pk, qk] = [rowP[k], rowQ[k]];
          rowP[k] = c * pk - s * qk;
          rowQ[k] = s * pk + c * qk;
          const [vp, vq] = [v[k][p], v[k][q]];
          v[k][p] = c * vp - s * vq;
          v[k][q] = s * vp + c * vq;
        }
      }
    }
    if (off < 1e-18) break;
  }
  return { values: a.map((row, i) => row[i]), vectors: v };
};

export const multiply = (matrix, vector) =>
  matrix.map((row) => {
    let sum = 0;
    for (let i = 0; i < row.length; i++) sum += row[i] * vector[i];
    return sum;
  });

/** Spherical k-means with signs: each patch belongs to the direction of largest |dot|. @returns `count` unit vectors. */
export const directions = (random, patches, count, rounds) => {
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
