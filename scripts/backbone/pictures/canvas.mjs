// A picture being painted: planes of RGB, channel last, clipped when it is done.

export const openCanvas = (side) => {
  const rgb = new Float32Array(3 * side * side);
  const out = new Float64Array(3);
  const clip = (edge) => Math.min(side, Math.max(0, Math.round(edge)));

  const paintAll = (paint) => {
    for (let y = 0, at = 0; y < side; y++) {
      for (let x = 0; x < side; x++, at += 3) {
        paint(x, y, 1, out);
        rgb[at] = out[0];
        rgb[at + 1] = out[1];
        rgb[at + 2] = out[2];
      }
    }
  };

  /** Fills a contour. `lamp` (a unit vector, or null for flat) shades it as the dome that it would be. */
  const fill = (shape, paint, lamp) => {
    const [left, right] = [clip(shape.left), clip(shape.right)];
    for (let y = clip(shape.top); y < clip(shape.bottom); y++) {
      for (let x = left; x < right; x++) {
        const h = shape.height(x, y);
        if (h <= 0) continue;
        let light = 1;
        if (lamp) {
          const slope = 14 / Math.sqrt(h + 0.05);
          const nx = (h - shape.height(x + 1, y)) * slope;
          const ny = (h - shape.height(x, y + 1)) * slope;
          const shade = (nx * lamp[0] + ny * lamp[1] + lamp[2]) / Math.sqrt(nx * nx + ny * ny + 1);
          light = 0.35 + 0.75 * Math.max(0, shade);
        }
        paint(x, y, light, out);
        const at = 3 * (y * side + x);
        // The rim is one pixel soft.
        const cover = Math.min(1, h * 12);
        for (let c = 0; c < 3; c++) rgb[at + c] += cover * (out[c] - rgb[at + c]);
      }
    }
  };

  /** Blends a map of 0…1 over what is there. */
  const blend = (cover, paint) => {
    for (let y = 0, i = 0; y < side; y++) {
      for (let x = 0; x < side; x++, i++) {
        if (cover[i] <= 0) continue;
        paint(x, y, 1, out);
        for (let c = 0; c < 3; c++) rgb[3 * i + c] += Math.min(1, cover[i]) * (out[c] - rgb[3 * i + c]);
      }
    }
  };

  const bytes = () => Uint8Array.from(rgb, (v) => Math.max(0, Math.min(255, Math.round(255 * v))));
  return { side, paintAll, fill, blend, bytes };
};

export const drawLamp = (random) => {
  const angle = 6.283 * random.next();
  const height = 0.4 + 0.5 * random.next();
  const across = Math.sqrt(1 - height * height);
  return [across * Math.cos(angle), across * Math.sin(angle), height];
};
