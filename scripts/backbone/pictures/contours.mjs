// Closed contours round a middle: radius over angle. Parameters make a class; `bend` varies one a little.

/** Harmonics 2…7 of the radius, some of them many-fold; aspect of the whole. */
export const drawContour = (random) => {
  const fold = random.next() < 0.4 ? 3 + random.below(6) : 0;
  const harmonics = [];
  for (let k = 2; k <= 6; k++) harmonics.push([k, (0.35 * random.normal()) / k, 6.283 * random.next()]);
  if (fold) harmonics.push([fold, 0.15 + 0.3 * random.next(), 0]);
  return { harmonics, aspect: 0.3 + 0.7 * random.next(), sharp: 0.6 + 1.2 * random.next() };
};

const steps = 128;

/** Table of radii (mean about 1) over the full turn. */
const radii = ({ harmonics, sharp }) => {
  const table = new Float64Array(steps + 1);
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    let r = 1;
    for (const [k, size, phase] of harmonics) {
      const wave = Math.cos((k * 6.283185 * i) / steps + phase);
      r += size * Math.sign(wave) * Math.abs(wave) ** sharp;
    }
    table[i] = Math.max(0.12, r);
    sum += table[i];
  }
  return table.map((r) => (r * (steps + 1)) / sum);
};

/** A contour's near relative: every parameter moved by about `amount` of itself. */
export const bend = (random, contour, amount) => ({
  ...contour,
  aspect: Math.min(1, contour.aspect * (1 + amount * random.normal())),
  harmonics: contour.harmonics.map(([k, size, phase]) => [
    k,
    size * (1 + amount * random.normal()),
    phase + amount * random.normal(),
  ]),
});

/** At (x, y), of mean radius `radius`, turned: (column, row) → 1 in the middle, 0 at the rim, negative outside. */
export const placed = (contour, x, y, radius, turn) => {
  const table = radii(contour);
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const [a, b] = [1 / (radius * Math.sqrt(1 / contour.aspect)), 1 / (radius * Math.sqrt(contour.aspect))];
  const height = (column, row) => {
    const u = ((column - x) * cos + (row - y) * sin) * a;
    const v = ((row - y) * cos - (column - x) * sin) * b;
    const angle = Math.atan2(v, u);
    const at = ((angle < 0 ? angle + 6.283185307 : angle) * steps) / 6.283185308;
    const low = Math.floor(at);
    const rim = table[low] + (at - low) * (table[low + 1] - table[low]);
    return 1 - Math.sqrt(u * u + v * v) / rim;
  };
  const reach = Math.max(...table) * radius * Math.sqrt(1 / contour.aspect);
  return { height, left: x - reach, right: x + reach, top: y - reach, bottom: y + reach };
};
