// A vocabulary of small outlines, learnt on procedural pictures: which directions of edges lie how to each other.
import { eigen } from './eigen.mjs';
import { colourAxes, edgeFilters } from './filters.mjs';
import { openCanvas } from './pictures/canvas.mjs';
import { families } from './pictures/families.mjs';
import { view } from './pictures/views.mjs';

const extent = 112;
const pictureSide = 128;
const picturesAFamily = 60;
const outlinesAPicture = 80;
const rounds = 10;
/** Share of the mean variance that is added before whitening. */
const whiteningFloor = 0.1;

/** Places are `cell` pixels apart; an outline is `span`² of them with a value a direction and sign of the edge. */
export const outline = { cell: 4, span: 4, orientations: 8, edgeSide: 5 };
const channels = 2 * outline.orientations;
/** Added to an outline's norm, so that flat places stay small. */
export const normFloor = 0.02;
export const rootFloor = 1e-6;

/**
 * @returns {{filters, shift, centres, sharpness}} filters [kept, channels, span, span] on the roots of the edge map;
 *   shift [kept]; centres [words, kept]; softmax(sharpness · (2 y·c − |c|²)) says which word y is.
 */
export const outlineVocabulary = (random, { kept, words }) => {
  const outlines = [];
  for (const family of Object.values(families)) {
    for (let i = 0; i < picturesAFamily; i++) {
      const canvas = openCanvas(pictureSide);
      family.paint(random, family.draw(random), canvas);
      const { map, side } = edgeMap(view(random, canvas.bytes(), pictureSide, extent));
      for (let j = 0; j < outlinesAPicture; j++) outlines.push(outlineAt(random, map, side));
    }
  }
  const { mean, directions } = principal(outlines, kept);
  const shift = directions.map((direction) => dot(direction, mean));
  const points = outlines.map((each) =>
    Float64Array.from(directions, (direction, k) => dot(direction, each) - shift[k]),
  );
  const centres = kMeans(random, points, words);
  return { filters: directions.flatMap((each) => [...each]), shift, centres, sharpness: sharpnessOf(points, centres) };
};

/** Edges by direction and sign of the light's gradient, averaged over cells: [channels, side, side]. */
const edgeMap = (planes) => {
  const { cell, orientations, edgeSide } = outline;
  const half = (edgeSide - 1) / 2;
  const wide = extent + 2 * half;
  const light = new Float64Array(wide * wide);
  const plane = extent * extent;
  for (let i = 0; i < plane; i++) {
    const at = (Math.floor(i / extent) + half) * wide + (i % extent) + half;
    for (let c = 0; c < 3; c++) light[at] += colourAxes[0][c] * planes[c * plane + i];
  }
  const side = extent / cell;
  const map = new Float64Array(channels * side * side);
  const share = 1 / (cell * cell);
  edgeFilters(orientations, edgeSide, 1).forEach((filter, k) => {
    for (let y = 0; y < extent; y++) {
      for (let x = 0; x < extent; x++) {
        let sum = 0;
        for (let row = 0, i = 0; row < edgeSide; row++) {
          const from = (y + row) * wide + x;
          for (let column = 0; column < edgeSide; column++, i++) sum += filter[i] * light[from + column];
        }
        const channel = sum > 0 ? k : k + orientations;
        map[(channel * side + Math.floor(y / cell)) * side + Math.floor(x / cell)] += Math.abs(sum) * share;
      }
    }
  });
  return { map, side };
};

/** One outline anywhere in the map: divided by its norm, square-rooted. */
const outlineAt = (random, map, side) => {
  const { span } = outline;
  const [x, y] = [random.below(side - span + 1), random.below(side - span + 1)];
  const found = new Float64Array(channels * span * span);
  let squares = 0;
  for (let c = 0, at = 0; c < channels; c++) {
    for (let row = 0; row < span; row++) {
      for (let column = 0; column < span; column++, at++) {
        found[at] = map[(c * side + y + row) * side + x + column];
        squares += found[at] ** 2;
      }
    }
  }
  const scale = 1 / Math.sqrt(Math.sqrt(squares) + normFloor);
  return found.map((v) => Math.sqrt(v + rootFloor) * scale);
};

const dot = (a, b) => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
};

/** The `kept` directions in which the points vary most, each divided by that deviation. */
const principal = (points, kept) => {
  const d = points[0].length;
  const mean = new Float64Array(d);
  for (const point of points) for (let i = 0; i < d; i++) mean[i] += point[i] / points.length;
  const covariance = Array.from({ length: d }, () => new Float64Array(d));
  for (const point of points) {
    for (let i = 0; i < d; i++) {
      const v = (point[i] - mean[i]) / points.length;
      const row = covariance[i];
      for (let j = 0; j <= i; j++) row[j] += v * (point[j] - mean[j]);
    }
  }
  for (let i = 0; i < d; i++) for (let j = 0; j < i; j++) covariance[j][i] = covariance[i][j];
  const { values, vectors } = eigen(covariance);
  const order = [...values.keys()].sort((a, b) => values[b] - values[a]).slice(0, kept);
  const floor = (whiteningFloor * order.reduce((sum, k) => sum + values[k], 0)) / kept;
  const directions = order.map((k) =>
    Float64Array.from({ length: d }, (_, i) => vectors[i][k] / Math.sqrt(Math.max(0, values[k]) + floor)),
  );
  return { mean, directions };
};

/** @returns `count` centres. */
const kMeans = (random, points, count) => {
  let centres = Array.from({ length: count }, () => points[random.below(points.length)]);
  for (let round = 0; round < rounds; round++) {
    const sums = centres.map((centre) => ({ sum: new Float64Array(centre.length), n: 0 }));
    const norms = centres.map((centre) => dot(centre, centre));
    for (const point of points) {
      const { sum } = sums.reduce(
        (best, each, k) => {
          const nearness = 2 * dot(point, centres[k]) - norms[k];
          return nearness > best.nearness ? { nearness, sum: each } : best;
        },
        { nearness: -Infinity, sum: sums[0] },
      );
      sum.n++;
      for (let i = 0; i < point.length; i++) sum.sum[i] += point[i];
    }
    centres = sums.map(({ sum, n }) => (n === 0 ? points[random.below(points.length)] : sum.map((v) => v / n)));
  }
  return centres;
};

/** So that the nearest word gets e³ times what the second gets, on the average. */
const sharpnessOf = (points, centres) => {
  const some = points.slice(0, 4000);
  const gaps = some.map((point) => {
    const distances = centres.map((centre) => centre.reduce((sum, c, i) => sum + (point[i] - c) ** 2, 0));
    distances.sort((a, b) => a - b);
    return distances[1] - distances[0];
  });
  return 3 / (gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length);
};
