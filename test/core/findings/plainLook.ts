import type { Look } from '../../../src/core/image/pictureLook.js';

/** An ordinary photo. */
export const plainLook: Look = {
  brightest: 0.9,
  darkest: 0.1,
  entropy: 7,
  sharpness: 1,
  isGrey: false,
  colour: [90, 90, 90, 50, 50, 50],
};
