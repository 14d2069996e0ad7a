// Procedural pictures to learn patches from: dead leaves. Shapes of all sizes lie on each other, plain, shaded or
// striped; the sizes follow a power law, so that edges and colours are spread as in photographs.

/** @returns Float32Array [3, side, side], RGB in 0…1. */
export const leaves = (random, side) => {
  // Drawn twice as large and averaged: real edges are never one pixel sharp.
  const big = 2 * side;
  const planes = new Float32Array(3 * big * big);
  const palette = Array.from({ length: 6 }, () => colour(random));
  fill(planes, big, random, everywhere, look(random, palette, big));
  const count = 25 + random.below(50);
  for (let i = 0; i < count; i++) {
    // p(r) ∝ r⁻³ between 3 and half the picture.
    const radius = Math.min(big / 2, 3 / Math.sqrt(Math.max(1e-3, random.next())));
    const shape = outline(random, big * random.next(), big * random.next(), radius * (0.7 + random.next()));
    fill(planes, big, random, shape, look(random, palette, 2 * radius));
  }
  return halved(planes, big);
};

const everywhere = { inside: () => true, left: -Infinity, right: Infinity, top: -Infinity, bottom: Infinity };

const colour = (random) => {
  const light = random.next();
  const tint = 0.35 * random.next() * random.next();
  const angle = 2 * Math.PI * random.next();
  // Warm and cool dominate in photographs: the blue axis varies more than the red one.
  const [red, blue] = [0.6 * tint * Math.cos(angle), tint * Math.sin(angle)];
  return [light + red - blue / 2, light - red / 2, light + blue].map((c) => Math.min(1, Math.max(0, c)));
};

const outline = (random, x, y, radius) => {
  const angle = Math.PI * random.next();
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const aspect = 0.25 + 0.75 * random.next();
  const kind = random.below(3);
  const sides = 3 + random.below(4);
  const inside = (column, row) => {
    const u = (column - x) * cos + (row - y) * sin;
    const v = ((row - y) * cos - (column - x) * sin) / aspect;
    if (kind === 0) return u * u + v * v < radius * radius;
    if (kind === 1) return Math.abs(u) < radius && Math.abs(v) < radius;
    const sector = (2 * Math.PI) / sides;
    const turn = Math.atan2(v, u);
    const nearest = turn - sector * Math.round(turn / sector);
    return Math.sqrt(u * u + v * v) * Math.cos(nearest) < 0.8 * radius;
  };
  const reach = 1.5 * radius;
  return { inside, left: x - reach, right: x + reach, top: y - reach, bottom: y + reach };
};

/** How a surface looks: its colour, a gradient over it, stripes or grain. */
const look = (random, palette, extent) => {
  const base = palette[random.below(palette.length)].map((c) => c + 0.06 * random.normal());
  const angle = 2 * Math.PI * random.next();
  const slope = (0.25 * random.normal()) / extent;
  const wave = random.next() < 0.3 ? 0.15 * random.next() : 0;
  const frequency = (2 * Math.PI) / (4 + 20 * random.next());
  const grain = random.next() < 0.4 ? 0.08 * random.next() : 0;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return (column, row) => {
    const along = column * cos + row * sin;
    const light = slope * (along % extent) + wave * Math.sin(frequency * along) + grain * (random.next() - 0.5);
    return base.map((c) => c + light);
  };
};

const fill = (planes, side, random, shape, paint) => {
  const clip = (edge) => Math.min(side, Math.max(0, Math.round(edge)));
  for (let row = clip(shape.top); row < clip(shape.bottom); row++) {
    for (let column = clip(shape.left); column < clip(shape.right); column++) {
      if (!shape.inside(column, row)) continue;
      const rgb = paint(column, row);
      for (let c = 0; c < 3; c++) planes[(c * side + row) * side + column] = rgb[c];
    }
  }
};

const halved = (planes, big) => {
  const side = big / 2;
  const out = new Float32Array(3 * side * side);
  for (let c = 0; c < 3; c++) {
    for (let row = 0; row < side; row++) {
      for (let column = 0; column < side; column++) {
        const at = (c * big + 2 * row) * big + 2 * column;
        const mean = (planes[at] + planes[at + 1] + planes[at + big] + planes[at + big + 1]) / 4;
        out[(c * side + row) * side + column] = Math.min(1, Math.max(0, mean));
      }
    }
  }
  return out;
};
