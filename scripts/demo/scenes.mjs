// Product-photo-like pictures as SVG: three kinds of things that differ in shape, not in colour.
// Pure: the same random numbers give the same text.

const hsl = (h, s, l) => `hsl(${h.toFixed(0)} ${s.toFixed(0)}% ${l.toFixed(0)}%)`;

/** Outlines in a 100 × 100 box, each with a little freedom in its proportions. */
const shapes = {
  bottle: (r) => {
    const neck = 7 + 4 * r.next();
    const body = 15 + 7 * r.next();
    const shoulder = 34 + 12 * r.next();
    return `<path d="M${50 - neck} 4 h${2 * neck} v${shoulder - 16} q0 8 ${body - neck} 14 v${90 - shoulder} q0 6 -6 6 h${-2 * body + 12} q-6 0 -6 -6 v${shoulder - 90} q${body - neck} -6 ${body - neck} -14 z"/>
      <rect x="${50 - neck - 1.5}" y="3" width="${2 * neck + 3}" height="6" rx="1.5" class="dark"/>
      <rect x="${50 - body}" y="${shoulder + 16}" width="${2 * body}" height="${16 + 8 * r.next()}" class="label"/>`;
  },
  mug: (r) => {
    const half = 24 + 6 * r.next();
    const top = 18 + 10 * r.next();
    const side = r.next() < 0.5 ? 1 : -1;
    const edge = 50 + side * half;
    return `<path d="M${edge - side * 2} ${top + 14} q${side * 24} -2 ${side * 24} 20 t${-side * 24} 22" fill="none" class="handle"/>
      <path d="M${50 - half} ${top} h${2 * half} v${82 - top} q0 8 -8 8 h${-2 * half + 16} q-8 0 -8 -8 z"/>
      <ellipse cx="50" cy="${top}" rx="${half}" ry="${5 + 3 * r.next()}" class="dark"/>
      <circle cx="50" cy="${top + 36}" r="${7 + 5 * r.next()}" class="label"/>`;
  },
  plate: (r) => {
    const rx = 42 + 5 * r.next();
    const ry = rx * (0.72 + 0.26 * r.next());
    const rim = 0.62 + 0.1 * r.next();
    return `<ellipse cx="50" cy="50" rx="${rx}" ry="${ry}"/>
      <ellipse cx="50" cy="50" rx="${rx * rim}" ry="${ry * rim}" class="dark"/>
      <ellipse cx="50" cy="50" rx="${rx * rim * 0.9}" ry="${ry * rim * 0.9}"/>
      <ellipse cx="50" cy="50" rx="${rx * 0.2}" ry="${ry * 0.2}" class="label"/>`;
  },
};
export const classes = Object.keys(shapes);

/** One picture of a thing of `kind`; `r` gives colour, light, place, size, turn, clutter and what stands in front. */
export const scene = (kind, r, width, height) => {
  const hue = 360 * r.next();
  const light = 38 + 40 * r.next();
  const saturation = 20 + 60 * r.next();
  const backHue = 360 * r.next();
  const backLight = 25 + 65 * r.next();
  const size = (0.62 + 0.3 * r.next()) * Math.min(width, height);
  const x = width / 2 + (r.next() - 0.5) * 0.2 * width;
  const y = height / 2 + (r.next() - 0.5) * 0.14 * height;
  const turn = (r.next() - 0.5) * 36;
  const clutter = Array.from({ length: 3 + r.below(6) }, () => {
    const cx = width * r.next();
    const cy = height * r.next();
    const colour = hsl(360 * r.next(), 40 * r.next(), backLight + 24 * (r.next() - 0.5));
    return r.next() < 0.5
      ? `<rect x="${cx}" y="${cy}" width="${40 + 120 * r.next()}" height="${6 + 40 * r.next()}" transform="rotate(${180 * r.next()} ${cx} ${cy})" fill="${colour}"/>`
      : `<circle cx="${cx}" cy="${cy}" r="${8 + 36 * r.next()}" fill="${colour}"/>`;
  }).join('');
  const front =
    r.next() < 0.25
      ? `<rect x="${x + (r.next() - 0.5) * size}" y="${y + 0.2 * size}" width="${0.3 * size}" height="${0.08 * size}" fill="${hsl(360 * r.next(), 50, 50)}" transform="rotate(${60 * r.next()} ${x} ${y})"/>`
      : '';
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
  <defs>
    <linearGradient id="back" x1="0" y1="0" x2="${r.next()}" y2="1"><stop offset="0" stop-color="${hsl(backHue, 30, backLight)}"/><stop offset="1" stop-color="${hsl(backHue + 30, 25, Math.max(8, backLight - 22))}"/></linearGradient>
    <linearGradient id="skin" x1="0" y1="0" x2="1" y2="0.2"><stop offset="0" stop-color="${hsl(hue, saturation, Math.min(94, light + 16))}"/><stop offset="1" stop-color="${hsl(hue, saturation, light - 16)}"/></linearGradient>
    <style>.thing{fill:url(#skin);stroke:${hsl(hue, saturation, light - 26)};stroke-width:1.2}.thing .dark{fill:${hsl(hue, saturation, light - 24)}}.thing .label{fill:${hsl(hue + 140, 55, 70)}}.thing .handle{fill:none;stroke:${hsl(hue, saturation, light - 10)};stroke-width:6}</style>
  </defs>
  <rect width="${width}" height="${height}" fill="url(#back)"/>${clutter}
  <ellipse cx="${x}" cy="${y + 0.46 * size}" rx="${0.42 * size}" ry="${0.07 * size}" fill="#000" opacity="0.28"/>
  <g class="thing" transform="translate(${x} ${y}) rotate(${turn}) scale(${size / 100}) translate(-50 -50)">${shapes[kind](r)}</g>${front}
</svg>`;
};
