/** Projective maps of the plane, row-major 3 × 3: crop, flip, turn, zoom and warp of a photo are one of them. */

export type Homography = readonly [number, number, number, number, number, number, number, number, number];

/** First b, then a. */
export const compose = (a: Homography, b: Homography): Homography => {
  const out = Array.from({ length: 9 }, (_, at) => {
    const [row, column] = [Math.floor(at / 3), at % 3];
    return a[3 * row]! * b[column]! + a[3 * row + 1]! * b[3 + column]! + a[3 * row + 2]! * b[6 + column]!;
  });
  return out as unknown as Homography;
};

/** x ↦ sx·x + tx, y ↦ sy·y + ty. */
export const scaled = (sx: number, sy: number, tx = 0, ty = 0): Homography => [sx, 0, tx, 0, sy, ty, 0, 0, 1];

export const rotated = (degrees: number): Homography => {
  const angle = (degrees * Math.PI) / 180;
  return [Math.cos(angle), -Math.sin(angle), 0, Math.sin(angle), Math.cos(angle), 0, 0, 0, 1];
};

/** The square [−1, 1]² seen from the side: its left and right edges shrink and grow by `x`, top and bottom by `y`. */
export const warped = (x: number, y: number): Homography => [1, 0, 0, 0, 1, 0, x, y, 1];

export const applyTo = (map: Homography, x: number, y: number): [number, number] => {
  const w = map[6] * x + map[7] * y + map[8];
  return [(map[0] * x + map[1] * y + map[2]) / w, (map[3] * x + map[4] * y + map[5]) / w];
};
