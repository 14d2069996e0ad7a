// Families of procedural pictures. `draw(random)` = the parameters of a class; `paint(random, parameters, canvas)` =
// one picture of it. Colours, places, lamps and backgrounds are new in each picture, so that they tell nothing.
import { bend, drawContour, placed } from './contours.mjs';
import { drawLamp } from './canvas.mjs';
import { drawPattern, surface } from './looks.mjs';

/** What lies behind things: mostly calm, sometimes any pattern. */
const backdrop = (random, canvas) => {
  const pattern = { ...drawPattern(random), ...(random.next() < 0.5 ? { kind: 'clouds', edge: 0.4 } : {}) };
  canvas.paintAll(surface(random, { ...pattern, frequency: pattern.frequency * (0.2 + random.next()) }));
};

/** Dead leaves: the class is the form of the leaves, their patterns and the law of their sizes. */
const leaves = {
  draw: (random) => ({
    contours: [drawContour(random), drawContour(random)],
    patterns: [drawPattern(random), drawPattern(random)],
    law: 0.35 + 0.4 * random.next(),
    smallest: 4 + 8 * random.next(),
    isLit: random.next() < 0.5,
  }),
  paint: (random, p, canvas) => {
    const { side } = canvas;
    const paints = [0, 1, 2, 3].map((at) => surface(random, p.patterns[at % 2]));
    canvas.paintAll(paints[0]);
    const lamp = p.isLit ? drawLamp(random) : null;
    for (let i = 0; i < 45; i++) {
      const radius = Math.min(side / 3, p.smallest / Math.max(1e-3, random.next()) ** p.law);
      const contour = bend(random, p.contours[random.below(2)], 0.08);
      const shape = placed(contour, side * random.next(), side * random.next(), radius, 6.283 * random.next());
      canvas.fill(shape, paints[random.below(4)], lamp);
    }
  },
};

/** Fractals: the class is an iterated function system. */
const fractals = {
  draw: (random) => {
    const count = 2 + random.below(4);
    const maps = Array.from({ length: count }, () => {
      const [a, b] = [6.283 * random.next(), 6.283 * random.next()];
      const [s, t] = [0.35 + 0.5 * random.next(), 0.25 + 0.55 * random.next()];
      const turn = (m) => [Math.cos(m), Math.sin(m)];
      const [[ca, sa], [cb, sb]] = [turn(a), turn(b)];
      // Rotation · scale · rotation: always a contraction.
      return [
        s * ca * cb - t * sa * sb,
        -s * ca * sb - t * sa * cb,
        s * sa * cb + t * ca * sb,
        -s * sa * sb + t * ca * cb,
        2 * random.next() - 1,
        2 * random.next() - 1,
      ];
    });
    return { maps };
  },
  paint: (random, { maps }, canvas) => {
    const { side } = canvas;
    backdrop(random, canvas);
    const moved = maps.map((map) => map.map((v) => v * (1 + 0.03 * random.normal())));
    const weights = moved.map(([a, b, c, d]) => Math.abs(a * d - b * c) + 0.03);
    const total = weights.reduce((sum, w) => sum + w, 0);
    const points = 16_000;
    const [xs, ys] = [new Float32Array(points), new Float32Array(points)];
    let [x, y] = [0, 0];
    let [mx, my, vx, vy] = [0, 0, 0, 0];
    for (let i = -20; i < points; i++) {
      let at = 0;
      for (let r = random.next() * total; at < moved.length - 1 && r >= weights[at]; at++) r -= weights[at];
      const [a, b, c, d, e, f] = moved[at];
      [x, y] = [a * x + b * y + e, c * x + d * y + f];
      if (i < 0) continue;
      [xs[i], ys[i]] = [x, y];
      mx += x / points;
      my += y / points;
    }
    for (let i = 0; i < points; i++) {
      vx += (xs[i] - mx) ** 2 / points;
      vy += (ys[i] - my) ** 2 / points;
    }
    const scale = (side * (0.2 + 0.08 * random.next())) / Math.sqrt(Math.max(vx, vy, 1e-6));
    const angle = 6.283 * random.next();
    const [cos, sin] = [scale * Math.cos(angle), scale * Math.sin(angle)];
    const cover = new Float32Array(side * side);
    const [cx, cy] = [side * (0.4 + 0.2 * random.next()), side * (0.4 + 0.2 * random.next())];
    for (let i = 0; i < points; i++) {
      const [u, v] = [xs[i] - mx, ys[i] - my];
      const [px, py] = [Math.round(cx + cos * u - sin * v), Math.round(cy + sin * u + cos * v)];
      if (px >= 0 && py >= 0 && px < side && py < side) cover[py * side + px] += 0.5;
    }
    canvas.blend(cover, surface(random, drawPattern(random)));
  },
};

/** Textures: the class is a pattern, a second one that shows through, and how they are mixed. */
const textures = {
  draw: (random) => ({ patterns: [drawPattern(random), drawPattern(random), drawPattern(random)] }),
  paint: (random, { patterns }, canvas) => {
    const [first, second, mask] = patterns.map((pattern) => surface(random, pattern));
    const [a, b] = [new Float64Array(3), new Float64Array(3)];
    const choose = new Float64Array(3);
    const flip = random.next();
    canvas.paintAll((x, y, light, out) => {
      mask(x, y, 1, choose);
      first(x, y, light, a);
      second(x, y, light, b);
      const t = Math.min(1, Math.max(0, 0.5 + 3 * (choose[1] - 0.3 - 0.4 * flip)));
      for (let c = 0; c < 3; c++) out[c] = a[c] + t * (b[c] - a[c]);
    });
  },
};

/** Things: the class is a body with limbs and marks; each picture poses it anew, lit, before any background. */
const things = {
  draw: (random) => {
    const limbs = Array.from({ length: random.below(4) }, () => ({
      contour: { ...drawContour(random), aspect: 0.15 + 0.5 * random.next() },
      angle: 6.283 * random.next(),
      out: 0.7 + 0.5 * random.next(),
      size: 0.2 + 0.4 * random.next(),
      lean: random.normal(),
      look: random.below(2),
      copies: random.next() < 0.6 ? 2 : 1 + random.below(5),
      isMirrored: random.next() < 0.7,
    }));
    return {
      body: drawContour(random),
      patterns: [drawPattern(random), drawPattern(random)].map((each) => ({ ...each, edge: each.edge * 0.6 })),
      limbs,
      marks: random.below(4),
      markAt: [0.6 * random.next(), 0.15 + 0.25 * random.next()],
    };
  },
  paint: (random, p, canvas) => {
    const { side } = canvas;
    backdrop(random, canvas);
    const lamp = drawLamp(random);
    const paints = p.patterns.map((pattern) => surface(random, pattern));
    const radius = side * (0.14 + 0.12 * random.next());
    const [x, y] = [side * (0.38 + 0.24 * random.next()), side * (0.38 + 0.24 * random.next())];
    const turn = 0.5 * random.normal() + (random.below(2) ? Math.PI : 0);
    const put = (contour, u, v, r, angle, paint) => {
      const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
      const shape = placed(contour, x + cos * u - sin * v, y + sin * u + cos * v, r, angle + turn);
      canvas.fill(shape, paint, lamp);
    };
    const stretch = Math.sqrt(1 / p.body.aspect);
    for (const limb of p.limbs) {
      for (let i = 0; i < limb.copies; i++) {
        const mirror = limb.isMirrored && i % 2 ? -1 : 1;
        const step = limb.isMirrored ? 0.5 * Math.floor(i / 2) : (6.283 * i) / limb.copies;
        const angle = mirror * (limb.angle + step + 0.15 * random.normal());
        const [u, v] = [Math.cos(angle) * radius * stretch * limb.out, (Math.sin(angle) * radius * limb.out) / stretch];
        const lean = angle + mirror * limb.lean + 0.2 * random.normal();
        put(bend(random, limb.contour, 0.06), u, v, radius * limb.size, lean, paints[limb.look]);
      }
    }
    put(bend(random, p.body, 0.06), 0, 0, radius, 0, paints[0]);
    for (let i = 0; i < p.marks; i++) {
      const at = radius * (p.markAt[0] + 0.3 * i - 0.3) * stretch;
      put(
        { harmonics: [], aspect: 1, sharp: 1 },
        at,
        0.1 * radius * random.normal(),
        radius * p.markAt[1],
        0,
        paints[1],
      );
    }
    if (random.next() < 0.25) {
      const hider = placed(drawContour(random), side * random.next(), side * random.next(), side * 0.12, 0);
      canvas.fill(hider, surface(random, drawPattern(random)), null);
    }
  },
};

/** Strokes: the class is how lines branch, bend and thin out. */
const strokes = {
  draw: (random) => ({
    spread: 0.15 + 1.2 * random.next(),
    shrink: 0.55 + 0.35 * random.next(),
    depth: 2 + random.below(4),
    branches: 1 + random.below(3),
    curl: 0.35 * random.normal(),
    wiggle: 0.25 * random.next(),
    thickness: 1 + 4 * random.next() ** 2,
    taper: 0.5 + 0.45 * random.next(),
    stems: 1 + random.below(6),
    isStar: random.next() < 0.5,
  }),
  paint: (random, p, canvas) => {
    const { side } = canvas;
    backdrop(random, canvas);
    const cover = new Float32Array(side * side);
    const dab = (x, y, r) => {
      const reach = Math.ceil(r + 0.5);
      for (let row = Math.max(0, Math.floor(y - reach)); row <= Math.min(side - 1, y + reach); row++) {
        for (let column = Math.max(0, Math.floor(x - reach)); column <= Math.min(side - 1, x + reach); column++) {
          const inside = r + 0.5 - Math.hypot(column - x, row - y);
          const at = row * side + column;
          if (inside > cover[at]) cover[at] = Math.min(1, inside);
        }
      }
    };
    let budget = 160;
    const grow = (x, y, angle, length, r, depth) => {
      if (budget-- <= 0) return;
      let [px, py, turn] = [x, y, angle];
      for (let walked = 0; walked < length; walked += 1.5) {
        dab(px, py, r);
        turn += 0.08 * p.curl + p.wiggle * 0.5 * random.normal();
        px += 1.5 * Math.cos(turn);
        py += 1.5 * Math.sin(turn);
      }
      if (depth === 0) return;
      for (let i = 0; i < p.branches; i++) {
        const lean = p.branches === 1 ? p.spread : p.spread * ((2 * i) / (p.branches - 1) - 1);
        grow(
          px,
          py,
          turn + lean * (1 + 0.15 * random.normal()),
          length * p.shrink,
          Math.max(0.4, r * p.taper),
          depth - 1,
        );
      }
    };
    const [mx, my] = [side * (0.35 + 0.3 * random.next()), side * (0.35 + 0.3 * random.next())];
    const size = side * (0.14 + 0.1 * random.next());
    const start = 6.283 * random.next();
    for (let stem = 0; stem < p.stems; stem++) {
      const [x, y] = p.isStar ? [mx, my] : [side * random.next(), side * random.next()];
      const angle = p.isStar ? start + (6.283 * stem) / p.stems : start + 0.3 * random.normal();
      grow(x, y, angle, size, p.thickness, p.depth);
    }
    canvas.blend(cover, surface(random, { ...drawPattern(random), edge: 0.3 }));
  },
};

export const families = { leaves, fractals, textures, things, strokes };
