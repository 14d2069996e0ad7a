// Surfaces: a pattern over the plane (what makes a class) and the colours it is painted in (what must not).

const hash = (x, y, salt) => {
  let h = Math.imul(x, 374761393) + Math.imul(y, 668265263) + Math.imul(salt, 2246822519);
  h = Math.imul(h ^ (h >>> 13), 1274126177);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
};

/** Value noise in −1…1, one lattice cell a unit. */
const noise = (x, y, salt) => {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  const [u, v] = [x - column, y - row];
  const [a, b] = [u * u * (3 - 2 * u), v * v * (3 - 2 * v)];
  const top = hash(column, row, salt) * (1 - a) + hash(column + 1, row, salt) * a;
  const bottom = hash(column, row + 1, salt) * (1 - a) + hash(column + 1, row + 1, salt) * a;
  return 2 * (top * (1 - b) + bottom * b) - 1;
};

/** Distances to the nearest and second nearest of one jittered point a unit cell. */
const cells = (x, y, salt, jitter) => {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  let [first, second] = [9, 9];
  for (let i = -1; i <= 1; i++) {
    for (let j = -1; j <= 1; j++) {
      const [c, r] = [column + i, row + j];
      const dx = c + 0.5 + jitter * (hash(c, r, salt) - 0.5) - x;
      const dy = r + 0.5 + jitter * (hash(c, r, salt + 1) - 0.5) - y;
      const d = dx * dx + dy * dy;
      if (d < first) [first, second] = [d, first];
      else if (d < second) second = d;
    }
  }
  return [Math.sqrt(first), Math.sqrt(second)];
};

const kinds = {
  stripes: (p) => (x, y) => Math.sin(6.283 * x + p.warp * 3 * noise(0.7 * x, 0.7 * y, 5)),
  clouds: (p) => (x, y, salt) => {
    let [sum, weight, total] = [0, 1, 0];
    for (let octave = 0; octave < 3; octave++) {
      const f = 1 << octave;
      sum += weight * noise(x * f, y * f, salt + octave);
      total += weight;
      weight *= p.gain;
    }
    return (1.8 * sum) / total;
  },
  ridges: (p) => (x, y, salt) => 1 - 2.6 * Math.abs(noise(x, y, salt) + p.gain * 0.5 * noise(2 * x, 2 * y, salt + 1)),
  scales: (p) => (x, y, salt) => 1.4 - 2.6 * cells(x, y, salt, p.jitter)[0],
  cracks: (p) => (x, y, salt) => {
    const [first, second] = cells(x, y, salt, p.jitter);
    return 4 * (second - first) - 1;
  },
  dots: (p) => (x, y) => 2.5 * (Math.sin(3.14 * x) * Math.sin(3.14 * y) + p.warp - 0.5),
  weave: (p) => (x, y, salt) => Math.max(Math.sin(6.283 * x), Math.sin(6.283 * y + p.warp)) + 0.3 * noise(x, y, salt),
  rings: (p) => (x, y, salt) => Math.sin(6.283 * Math.hypot(x + 2 * noise(0.2 * x, 0.2 * y, salt) * p.warp, y)),
};
const names = Object.keys(kinds);

/** The parameters of a pattern: they make a class. */
export const drawPattern = (random) => ({
  kind: names[random.below(names.length)],
  frequency: 0.03 * 2 ** (3 * random.next()),
  stretch: 2 ** (1.6 * random.next() * (random.below(2) * 2 - 1)),
  warp: random.next(),
  gain: 0.3 + 0.6 * random.next(),
  jitter: random.next(),
  /** How hard the two colours meet. */
  edge: 0.7 + 4 * random.next() ** 2,
});

/** One picture's copy of a pattern, (x, y) in pixels → 0…1: turned, shifted, a little larger or smaller. */
export const layPattern = (random, p) => {
  const f = p.frequency * 2 ** (0.3 * random.normal());
  const angle = 6.283 * random.next();
  const [cos, sin] = [f * Math.cos(angle), f * Math.sin(angle)];
  const [dx, dy, salt] = [50 * random.next(), 50 * random.next(), random.below(1e6)];
  const value = kinds[p.kind](p);
  const edge = p.edge * (0.8 + 0.4 * random.next());
  return (x, y) => {
    const u = x * cos + y * sin + dx;
    const v = (y * cos - x * sin) * p.stretch + dy;
    const t = edge * value(u, v, salt);
    return 0.5 + 0.5 * (t / (1 + Math.abs(t)));
  };
};

/** A colour as photographs have them: tints are small, and vary more from yellow to blue than from red to green. */
export const drawColour = (random) => {
  const light = 0.05 + 0.9 * random.next();
  const tint = 0.5 * random.next() * random.next();
  const angle = 6.283 * random.next();
  const [red, blue] = [0.6 * tint * Math.cos(angle), tint * Math.sin(angle)];
  return [light + red - blue / 2, light - red / 2, light + blue];
};

/** Two colours with a light between them that one can see. */
export const drawColours = (random) => {
  const first = drawColour(random);
  const second = drawColour(random);
  const gap = (random.below(2) * 2 - 1) * (0.1 + 0.3 * random.next());
  return [first, second.map((c, at) => 0.5 * c + 0.5 * first[at] + gap)];
};

/** A pattern in colours: writes RGB into `out`. */
export const surface = (random, pattern) => {
  const at = layPattern(random, pattern);
  const [[r, g, b], [r2, g2, b2]] = drawColours(random);
  return (x, y, light, out) => {
    const t = at(x, y);
    out[0] = (r + t * (r2 - r)) * light;
    out[1] = (g + t * (g2 - g)) * light;
    out[2] = (b + t * (b2 - b)) * light;
  };
};
