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

const lights = [0.08, 0.25, 0.42, 0.58, 0.75, 0.92];
const reds = [-0.36, -0.18, -0.06, 0.06, 0.18, 0.36];
const blues = [-0.3, -0.15, -0.05, 0.05, 0.15, 0.3];

/** Colours on a grid of the three axes, those far outside the RGB cube left out: `rgb`, and the place in the grid. */
export const colourPrototypes = () => {
  const found = [];
  lights.forEach((light, lightAt) => {
    reds.forEach((red, redAt) => {
      blues.forEach((blue, blueAt) => {
        const rgb = toRgb(light, red, blue);
        if (rgb.every((c) => c > -0.08 && c < 1.08)) found.push({ rgb, lightAt, redAt, blueAt });
      });
    });
  });
  return found;
};

/** Rows of 0 and 1 a prototype: those of one light, then those of one tint (a red and a blue). */
export const coarseColours = (prototypes) => {
  const row = (isIn) => prototypes.map((prototype) => (isIn(prototype) ? 1 : 0));
  return [
    ...lights.map((_, at) => row(({ lightAt }) => lightAt === at)),
    ...reds.flatMap((_, red) => blues.map((__, blue) => row(({ redAt, blueAt }) => redAt === red && blueAt === blue))),
  ].filter((each) => each.includes(1));
};

/** Solves colourAxes · rgb = (light, red, blue): r = g + 2·red and b = (r + g)/2 − 2·blue = g + red − 2·blue. */
const toRgb = (light, red, blue) => {
  const [[byRed, , byBlue]] = colourAxes;
  const green = light - byRed * 2 * red - byBlue * (red - 2 * blue);
  return [green + 2 * red, green, green + red - 2 * blue];
};
