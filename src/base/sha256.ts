/** SHA-256 (FIPS 180-4) for the pure rooms: short texts, not files. */

const primes = (count: number): number[] => {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) if (found.every((p) => n % p !== 0)) found.push(n);
  return found;
};
/** The first 32 bits of the fraction. */
const fraction = (x: number): number => ((x - Math.floor(x)) * 4294967296) | 0;
const roundConstants = Int32Array.from(primes(64), (p) => fraction(Math.cbrt(p)));
const start = Int32Array.from(primes(8), (p) => fraction(Math.sqrt(p)));

const right = (x: number, n: number): number => (x >>> n) | (x << (32 - n));

/** @param text hashed by its UTF-16 code units, low byte first: lone surrogates differ, as they do not in UTF-8.  @returns 64 hex digits. */
export const sha256OfUnits = (text: string): string => {
  const length = text.length * 2;
  const blocks = new DataView(new ArrayBuffer(Math.ceil((length + 9) / 64) * 64));
  for (let i = 0; i < text.length; i++) blocks.setUint16(i * 2, text.charCodeAt(i), true);
  blocks.setUint8(length, 0x80);
  blocks.setUint32(blocks.byteLength - 8, Math.floor(length / 0x20000000));
  blocks.setUint32(blocks.byteLength - 4, length << 3);
  const state = Int32Array.from(start);
  const w = new Int32Array(64);
  for (let at = 0; at < blocks.byteLength; at += 64) {
    for (let i = 0; i < 16; i++) w[i] = blocks.getInt32(at + i * 4);
    for (let i = 16; i < 64; i++) {
      const [early, late] = [w[i - 15]!, w[i - 2]!];
      const s0 = right(early, 7) ^ right(early, 18) ^ (early >>> 3);
      const s1 = right(late, 17) ^ right(late, 19) ^ (late >>> 10);
      w[i] = w[i - 16]! + s0 + w[i - 7]! + s1;
    }
    let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
    for (let i = 0; i < 64; i++) {
      const s1 = right(e, 6) ^ right(e, 11) ^ right(e, 25);
      const one = (h + s1 + ((e & f) ^ (~e & g)) + roundConstants[i]! + w[i]!) | 0;
      const s0 = right(a, 2) ^ right(a, 13) ^ right(a, 22);
      const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((value, i) => (state[i] = state[i]! + value));
  }
  return Array.from(state, (value) => (value >>> 0).toString(16).padStart(8, '0')).join('');
};
