/** Which hashes of a list lie close to each other, without comparing all with all. */

/** The two 32-bit halves of a 16-digit hash. */
export const halves = (hash: string): [number, number] => [
  Number.parseInt(hash.slice(0, 8), 16) | 0,
  Number.parseInt(hash.slice(8, 16), 16) | 0,
];

/** Set bits of a 32-bit word. */
export const bitsOf = (word: number): number => {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
};

/** Number of differing bits of two 64-bit hashes (16 hex digits each), 0–64. */
export const hammingDistance = (a: string, b: string): number => {
  const [highA, lowA] = halves(a);
  const [highB, lowB] = halves(b);
  return bitsOf(highA ^ highB) + bitsOf(lowA ^ lowB);
};

export interface NearPair {
  /** Indices; of one list a < b. */
  readonly a: number;
  readonly b: number;
  readonly bits: number;
}

/**
 * All pairs at most `maxBits` apart, by (a, b); null entries (flat pictures) are near to nothing.
 * Pigeonhole: of maxBits + 1 bands, a near pair shares one exactly.
 */
export const nearPairs = (hashes: readonly (string | null)[], maxBits: number): NearPair[] =>
  pairsOf(hashes, null, maxBits);

/** As `nearPairs`, between two lists: `a` is an index into `hashes`, `b` one into `others`. */
export const crossPairs = (
  hashes: readonly (string | null)[],
  others: readonly (string | null)[],
  maxBits: number,
): NearPair[] => pairsOf(hashes, others, maxBits);

interface Words {
  readonly high: Int32Array;
  readonly low: Int32Array;
  /** Indices of the entries that are not null. */
  readonly known: readonly number[];
}

const wordsOf = (hashes: readonly (string | null)[]): Words => {
  const high = new Int32Array(hashes.length);
  const low = new Int32Array(hashes.length);
  const known: number[] = [];
  hashes.forEach((hash, at) => {
    if (hash === null) return;
    [high[at], low[at]] = halves(hash);
    known.push(at);
  });
  return { high, low, known };
};

/** @param probed null = the list itself, each pair once. */
const pairsOf = (
  hashes: readonly (string | null)[],
  probed: readonly (string | null)[] | null,
  maxBits: number,
): NearPair[] => {
  const own = wordsOf(hashes);
  const others = probed === null ? own : wordsOf(probed);
  const bands = bandMasks(maxBits + 1);
  const pairs: NearPair[] = [];
  bands.forEach((band, turn) => {
    // Two words into one number: exact below 2^53, and a band is at most 64 / (maxBits + 1) bits.
    const keyOf = ({ high, low }: Words, at: number): number =>
      (high[at]! & band.high) * 4294967296 + ((low[at]! & band.low) >>> 0);
    const buckets = new Map<number, number[]>();
    const put = (at: number): void => {
      const key = keyOf(own, at);
      const bucket = buckets.get(key);
      if (bucket) bucket.push(at);
      else buckets.set(key, [at]);
    };
    if (probed !== null) own.known.forEach(put);
    for (const at of others.known) {
      for (const other of buckets.get(keyOf(others, at)) ?? []) {
        const differHigh = others.high[at]! ^ own.high[other]!;
        const differLow = others.low[at]! ^ own.low[other]!;
        const bits = bitsOf(differHigh) + bitsOf(differLow);
        if (bits > maxBits) continue;
        const isFoundBefore = bands
          .slice(0, turn)
          .some((earlier) => (differHigh & earlier.high) === 0 && (differLow & earlier.low) === 0);
        if (!isFoundBefore) pairs.push({ a: other, b: at, bits });
      }
      if (probed === null) put(at);
    }
  });
  return pairs.sort((p, q) => p.a - q.a || p.b - q.b);
};

/** Masks of `count` bands that together cover the 64 bits. */
const bandMasks = (count: number): { high: number; low: number }[] =>
  Array.from({ length: count }, (_, band) => {
    const mask = { high: 0, low: 0 };
    for (let bit = Math.floor((band * 64) / count); bit < Math.floor(((band + 1) * 64) / count); bit++) {
      if (bit < 32) mask.low |= 1 << bit;
      else mask.high |= 1 << (bit - 32);
    }
    return mask;
  });
