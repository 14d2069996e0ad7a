// Fixed filters: colour axes, oriented edges, colour prototypes. All from formulas.

/** Rows: luminance, red-green, blue-yellow; of RGB in 0…1. */
export const colourAxes = [
  [0.299, 0.587, 0.114],
  [0.5, -0.5, 0],
  [0.25, 0.25, -0.5],
];

/** Derivative of a Gaussian across each of `count` directions over the half turn; rows of side², Σ|w| = 2. */
export const edgeFilters = (count, side, sigma) =>
  Array.from({ length: count }, (_, k) => {
    const angle = (Math.PI * k) / count;
    const half = (side - 1) / 2;
    const weights = new Float64Array(side * side);
    for (let row = 0; row < side; row++) {
      for (let column = 0; column < side; column++) {
        const [x, y] = [column - half, row - half];
        const across = x * Math.cos(angle) + y * Math.sin(angle);
        weights[row * side + column] = across * Math.exp(-(x * x + y * y) / (2 * sigma * sigma));
      }
    }
    const sum = weights.reduce((total, w) => total + Math.abs(w), 0);
    return weights.map((w) => (2 * w) / sum);
  });

/** Convolution weights [axes · filters, 3, side, side]: every spatial filter on every colour axis. */
export const onColours = (filters, axes) =>
  Float32Array.from(
    axes.flatMap((axis) => filters.flatMap((filter) => axis.flatMap((c) => [...filter].map((w) => w * c)))),
  );

/** RGB prototypes on a grid in luminance and the two opponent axes, those outside the cube left out. */
export const colourPrototypes = () => {
  const found = [];
  for (const light of [0.08, 0.25, 0.42, 0.58, 0.75, 0.92]) {
    for (const red of [-0.36, -0.18, -0.06, 0.06, 0.18, 0.36]) {
      for (const blue of [-0.3, -0.15, -0.05, 0.05, 0.15, 0.3]) {
        const rgb = toRgb(light, red, blue);
        if (rgb.every((c) => c > -0.08 && c < 1.08)) found.push(rgb);
      }
    }
  }
  return found;
};

/** Solves colourAxes · rgb = (light, red, blue). */
const toRgb = (light, red, blue) => {
  // r = g + 2·red; b = (r + g)/2 − 2·blue = g + red − 2·blue.
  const [a, , c] = colourAxes[0];
  const g = light - a * 2 * red - c * (red - 2 * blue);
  return [g + 2 * red, g, g + red - 2 * blue];
};
