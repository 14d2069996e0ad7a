/** IEEE half precision: what the predictor ships its landmarks in, so also what the fit sees (JUDGE § 1: what is measured is what ships). */

const scratch = new Float32Array(1);
const bits = new Uint32Array(scratch.buffer);
/** Adding and subtracting it rounds a double to a whole number, ties to even. */
const wholeNumber = 1.5 * 2 ** 52;

/** `values` rounded to the nearest half, ties to even, in place; finite input within ±65,504. */
export const roundToFloat16 = (values: Float32Array): Float32Array => {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < values.length; i++) {
    const word = words[i]!;
    if ((word & 0x7fffffff) >= 0x38800000) {
      words[i] = (word + 0xfff + ((word >>> 13) & 1)) & 0xffffe000;
    } else {
      values[i] = (values[i]! * 2 ** 24 + wholeNumber - wholeNumber) / 2 ** 24;
      // Rounding loses the sign of zero.
      words[i] = words[i]! | (word & 0x80000000);
    }
  }
  return values;
};

/** The half's 16 bits for each value; overflow becomes infinity. */
export const toFloat16 = (values: Float32Array): Uint16Array => {
  const out = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) {
    scratch[0] = values[i]!;
    const word = bits[0]!;
    const sign = (word >>> 16) & 0x8000;
    const magnitude = word & 0x7fffffff;
    if (magnitude > 0x7f800000) out[i] = sign | 0x7e00;
    else if (magnitude >= 0x477ff000) out[i] = sign | 0x7c00;
    else if (magnitude >= 0x38800000)
      out[i] = sign | ((magnitude + 0xfff + ((magnitude >>> 13) & 1) - 0x38000000) >>> 13);
    else out[i] = sign | (Math.abs(values[i]!) * 2 ** 24 + wholeNumber - wholeNumber);
  }
  return out;
};

/** The exact float32 of each half. */
export const fromFloat16 = (halves: Uint16Array): Float32Array => {
  const out = new Float32Array(halves.length);
  const words = new Uint32Array(out.buffer);
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i]!;
    const sign = (half & 0x8000) << 16;
    const exponent = half & 0x7c00;
    // The exponent counts from 127 instead of 15; infinity and NaN have all its bits.
    if (exponent === 0) out[i] = (sign === 0 ? 2 ** -24 : -(2 ** -24)) * (half & 0x3ff);
    else words[i] = sign | (((half & 0x7fff) << 13) + (exponent === 0x7c00 ? 0x70000000 : 0x38000000));
  }
  return out;
};
