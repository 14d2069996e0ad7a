// What a camera might have made of a picture: part of it, turned, mirrored, lit, blurred, noisy.

/**
 * @param bytes uint8[side, side, 3].
 * @returns {Float32Array} [3, extent, extent], RGB in 0…1.
 */
export const view = (random, bytes, side, extent) => {
  const out = sampled(random, bytes, side, extent);
  light(random, out, extent * extent);
  if (random.next() < 0.3) blur(out, extent);
  const grain = random.next() < 0.5 ? 0.05 * random.next() : 0;
  for (let i = 0; i < out.length; i++) {
    const noisy = grain ? out[i] + grain * (random.next() + random.next() - 1) * 1.7 : out[i];
    out[i] = noisy < 0 ? 0 : noisy > 1 ? 1 : noisy;
  }
  return out;
};

/** A turned, stretched, perhaps mirrored window of 45 to 100 % of the side, bilinear; outside the picture its edge goes on. */
const sampled = (random, bytes, side, extent) => {
  const out = new Float32Array(3 * extent * extent);
  const plane = extent * extent;
  const window = side * (0.45 + 0.55 * Math.sqrt(random.next()));
  const angle = random.next() < 0.5 ? 0.3 * random.normal() : 0;
  const stretch = 2 ** (0.2 * random.normal());
  const mirror = random.below(2) * 2 - 1;
  const spare = Math.max(0, side - window) / 2;
  const [cx, cy] = [side / 2 + spare * (2 * random.next() - 1), side / 2 + spare * (2 * random.next() - 1)];
  const step = window / extent;
  const [cos, sin] = [Math.cos(angle) * step, Math.sin(angle) * step];
  const last = side - 1.001;
  for (let row = 0, at = 0; row < extent; row++) {
    for (let column = 0; column < extent; column++, at++) {
      const u = mirror * (column - extent / 2 + 0.5) * stretch;
      const v = (row - extent / 2 + 0.5) / stretch;
      const x = Math.min(last, Math.max(0, cx + cos * u - sin * v - 0.5));
      const y = Math.min(last, Math.max(0, cy + sin * u + cos * v - 0.5));
      const [left, top] = [x | 0, y | 0];
      const [a, b] = [x - left, y - top];
      const from = 3 * (top * side + left);
      const below = from + 3 * side;
      for (let c = 0; c < 3; c++) {
        const upper = bytes[from + c] + a * (bytes[from + 3 + c] - bytes[from + c]);
        const lower = bytes[below + c] + a * (bytes[below + 3 + c] - bytes[below + c]);
        out[c * plane + at] = (upper + b * (lower - upper)) / 255;
      }
    }
  }
  return out;
};

/** Contrast, brightness and a gain a channel; one in eight loses its colours. */
const light = (random, planes, plane) => {
  const contrast = 2 ** (0.4 * random.normal());
  const shift = 0.12 * random.normal();
  const gains = [0, 1, 2].map(() => contrast * 2 ** (0.15 * random.normal()));
  const isGrey = random.below(8) === 0;
  for (let i = 0; i < plane; i++) {
    let [r, g, b] = [planes[i], planes[plane + i], planes[2 * plane + i]];
    if (isGrey) r = g = b = 0.3 * r + 0.6 * g + 0.1 * b;
    planes[i] = (r - 0.5) * gains[0] + 0.5 + shift;
    planes[plane + i] = (g - 0.5) * gains[1] + 0.5 + shift;
    planes[2 * plane + i] = (b - 0.5) * gains[2] + 0.5 + shift;
  }
};

/** 1-2-1 along both ways, in place. */
const blur = (planes, extent) => {
  for (let start = 0; start < planes.length; start += extent * extent) {
    for (let row = 0; row < extent; row++) {
      let before = planes[start + row * extent];
      for (let at = start + row * extent, end = at + extent - 1; at < end; at++) {
        const here = planes[at];
        planes[at] = (before + 2 * here + planes[at + 1]) / 4;
        before = here;
      }
    }
    for (let column = 0; column < extent; column++) {
      let before = planes[start + column];
      for (let at = start + column, end = at + (extent - 1) * extent; at < end; at += extent) {
        const here = planes[at];
        planes[at] = (before + 2 * here + planes[at + extent]) / 4;
        before = here;
      }
    }
  }
};
