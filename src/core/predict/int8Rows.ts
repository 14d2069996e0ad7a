/** Embeddings of norm 1 in a byte a value, as text that travels in runs and exports. */

export interface Int8Rows {
  readonly width: number;
  /** int8[n, width]; times its row's scale it is the embedding, nearly. */
  readonly values: Int8Array;
  readonly scales: readonly number[];
}

/** @param units float32[…, width].  @param rows which of them. */
export const int8Rows = (units: Float32Array, width: number, rows: Iterable<number>): Int8Rows => {
  const chosen = [...rows];
  const values = new Int8Array(chosen.length * width);
  const scales = chosen.map((row, at) => {
    const unit = units.subarray(row * width, (row + 1) * width);
    const scale = Math.fround(Math.max(1e-12, ...unit.map(Math.abs)) / 127);
    values.set(
      Int8Array.from(unit, (value) => Math.round(value / scale)),
      at * width,
    );
    return scale;
  });
  return { width, values, scales };
};

/** Euclidean, 0–2. */
export const distanceToRow = ({ width, values, scales }: Int8Rows, at: number, unit: Float32Array): number => {
  const scale = scales[at]!;
  let squared = 0;
  for (let d = 0, from = at * width; d < width; d++, from++) squared += (unit[d]! - values[from]! * scale) ** 2;
  return Math.sqrt(squared);
};

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export const toBase64 = (values: Int8Array | Uint8Array): string => {
  const parts: string[] = [];
  for (let at = 0; at < values.length; at += 3) {
    const word = ((values[at]! & 255) << 16) | (((values[at + 1] ?? 0) & 255) << 8) | ((values[at + 2] ?? 0) & 255);
    const kept = Math.min(4, values.length - at + 1);
    for (let i = 0; i < 4; i++) parts.push(i < kept ? alphabet[(word >> (18 - 6 * i)) & 63]! : '=');
  }
  return parts.join('');
};

export const fromBase64 = (text: string): Int8Array => {
  const clean = text.replace(/=+$/, '');
  const out = new Int8Array(Math.floor((clean.length * 3) / 4));
  let bits = 0;
  let word = 0;
  let at = 0;
  for (const letter of clean) {
    word = ((word << 6) | alphabet.indexOf(letter)) & 0xffffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out[at++] = (word >> bits) & 255;
  }
  return out;
};
