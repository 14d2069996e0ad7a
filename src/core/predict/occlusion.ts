/**
 * Which places of a picture its answer hangs on, asked of any model: cover a place, answer again, see what is lost
 * (occlusion; Zeiler and Fergus 2014). Coarse first, then finer, so that it can be watched and stopped.
 */

export interface Square {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}
export interface Cover {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
/** uint8[height, width, 3]. */
export interface Pixels {
  readonly rgb: Uint8Array;
  readonly width: number;
  readonly height: number;
}
export interface HeatMap {
  /** A side of the grid has this many. */
  readonly cells: number;
  /** float32[cells, cells], row by row, −1 to 1: 1 = nowhere does covering cost more; below 0 it even helps. */
  readonly values: Float32Array;
  /** The place that costs most, and the probability with it covered. */
  readonly strongest: { readonly cover: Cover; readonly probability: number };
}

/** Grids one after another; together 25 + 81 + 196 answers. */
export const occlusionPasses: readonly number[] = [5, 9, 14];

/** The centre crop that the network looks at: 224/256 of the short side. */
export const lookedAt = (width: number, height: number): Square => {
  const side = Math.min(width, height) * (224 / 256);
  return { x: (width - side) / 2, y: (height - side) / 2, side };
};

/** One cover a cell, row by row: centred on it and two cells wide, cut at the square's edge; whole pixels. */
export const coversOf = ({ x, y, side }: Square, cells: number): readonly Cover[] => {
  const cell = side / cells;
  const span = (origin: number, at: number): readonly [number, number] => {
    const from = Math.round(origin + Math.max(0, (at - 0.5) * cell));
    const to = Math.round(origin + Math.min(side, (at + 1.5) * cell));
    return [from, Math.max(1, to - from)];
  };
  return Array.from({ length: cells * cells }, (_, i) => {
    const [left, width] = span(x, i % cells);
    const [top, height] = span(y, Math.floor(i / cells));
    return { x: left, y: top, width, height };
  });
};

/** The picture's mean colour, which says nothing: what places are covered with. */
export const meanColour = ({ rgb }: Pick<Pixels, 'rgb'>): readonly [number, number, number] => {
  let [red, green, blue] = [0, 0, 0];
  for (let i = 0; i + 2 < rgb.length; i += 3) {
    red += rgb[i]!;
    green += rgb[i + 1]!;
    blue += rgb[i + 2]!;
  }
  const pixels = Math.max(1, Math.floor(rgb.length / 3));
  return [Math.round(red / pixels), Math.round(green / pixels), Math.round(blue / pixels)];
};

/** A copy with one place covered. */
export const covered = ({ rgb, width, height }: Pixels, cover: Cover, colour: readonly number[]): Uint8Array => {
  const copy = rgb.slice();
  for (let row = Math.max(0, cover.y); row < Math.min(height, cover.y + cover.height); row++) {
    for (let column = Math.max(0, cover.x); column < Math.min(width, cover.x + cover.width); column++) {
      copy.set(colour, (row * width + column) * 3);
    }
  }
  return copy;
};

/** Log-odds, so that .999 → .99 counts like .5 → .09. */
const logOdds = (p: number): number => {
  const clamped = Math.min(1 - 1e-6, Math.max(1e-6, p));
  return Math.log(clamped / (1 - clamped));
};

/**
 * @param before probability of the class with nothing covered.
 * @param after the same for each of `covers` (as `coversOf` gives them for this many cells).
 */
export const heatOf = (cells: number, covers: readonly Cover[], before: number, after: readonly number[]): HeatMap => {
  const lost = after.map((p) => logOdds(before) - logOdds(p));
  // Covers overlap by half: a cell is worth the mean of those that lie on it, the own one twice.
  const smooth = lost.map((own, i) => {
    const [row, column] = [Math.floor(i / cells), i % cells];
    let [sum, weight] = [2 * own, 2];
    for (const [dy, dx] of neighbours) {
      const [r, c] = [row + dy, column + dx];
      if (r < 0 || c < 0 || r >= cells || c >= cells) continue;
      sum += lost[r * cells + c]!;
      weight++;
    }
    return sum / weight;
  });
  const largest = Math.max(...smooth.map(Math.abs));
  const most = lost.reduce((best, value, i) => (value > lost[best]! ? i : best), 0);
  return {
    cells,
    // An answer that hangs on no place has no hot one.
    values: Float32Array.from(smooth, (value) => (largest < 1e-3 ? 0 : value / largest)),
    strongest: { cover: covers[most]!, probability: after[most]! },
  };
};

const neighbours = [
  [-1, 0],
  [1, 0],
  [0, -1],
  [0, 1],
] as const;
