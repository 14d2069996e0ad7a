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
    const { high, low, at: places, bucketOf, starts } = bucketsOf(own, band);
    const isFoundBefore = (differHigh: number, differLow: number): boolean =>
      bands.slice(0, turn).some((earlier) => (differHigh & earlier.high) === 0 && (differLow & earlier.low) === 0);
    /** Compares one entry with those of a bucket from `from` on. */
    const compare = (b: number, bHigh: number, bLow: number, from: number, end: number): void => {
      for (let i = from; i < end; i++) {
        const differHigh = high[i]! ^ bHigh;
        const bits = bitsOf(differHigh);
        if (bits > maxBits) continue;
        const differLow = low[i]! ^ bLow;
        const all = bits + bitsOf(differLow);
        if (all > maxBits || isFoundBefore(differHigh, differLow)) continue;
        const a = places[i]!;
        pairs.push(probed === null && a > b ? { a: b, b: a, bits: all } : { a, b, bits: all });
      }
    };
    if (probed !== null) {
      for (const b of others.known) {
        const [bHigh, bLow] = [others.high[b]!, others.low[b]!];
        const bucket = bucketOf.get(keyOf(band, bHigh, bLow));
        if (bucket !== undefined) compare(b, bHigh, bLow, starts[bucket]!, starts[bucket + 1]!);
      }
      return;
    }
    for (let bucket = 0; bucket + 1 < starts.length; bucket++) {
      const end = starts[bucket + 1]!;
      for (let i = starts[bucket]!; i < end; i++) compare(places[i]!, high[i]!, low[i]!, i + 1, end);
    }
  });
  return pairs.sort((p, q) => p.a - q.a || p.b - q.b);
};

interface Band {
  readonly high: number;
  readonly low: number;
}

/** Two words into one number: exact below 2^53, and a band is at most 64 / (maxBits + 1) bits. */
const keyOf = (band: Band, high: number, low: number): number =>
  (high & band.high) * 4294967296 + ((low & band.low) >>> 0);

/** Entries that agree in a band lie side by side, so that comparing them reads memory in order. */
interface Buckets {
  readonly high: Int32Array;
  readonly low: Int32Array;
  /** Index into the list. */
  readonly at: Int32Array;
  readonly bucketOf: ReadonlyMap<number, number>;
  /** Where each bucket begins; one more than there are. */
  readonly starts: Int32Array;
}

const bucketsOf = ({ high, low, known }: Words, band: Band): Buckets => {
  const bucketOf = new Map<number, number>();
  const counts: number[] = [];
  const buckets = Int32Array.from(known, (at) => {
    const key = keyOf(band, high[at]!, low[at]!);
    let bucket = bucketOf.get(key);
    if (bucket === undefined) {
      bucket = counts.length;
      bucketOf.set(key, bucket);
      counts.push(0);
    }
    counts[bucket]!++;
    return bucket;
  });
  const starts = new Int32Array(counts.length + 1);
  counts.forEach((count, bucket) => (starts[bucket + 1] = starts[bucket]! + count));
  const next = starts.slice();
  const sorted = { high: new Int32Array(known.length), low: new Int32Array(known.length) };
  const places = new Int32Array(known.length);
  known.forEach((at, i) => {
    const to = next[buckets[i]!]!++;
    places[to] = at;
    sorted.high[to] = high[at]!;
    sorted.low[to] = low[at]!;
  });
  return { ...sorted, at: places, bucketOf, starts };
};

/** Masks of `count` bands that together cover the 64 bits. */
const bandMasks = (count: number): Band[] =>
  Array.from({ length: count }, (_, band) => {
    const mask = { high: 0, low: 0 };
    for (let bit = Math.floor((band * 64) / count); bit < Math.floor(((band + 1) * 64) / count); bit++) {
      if (bit < 32) mask.low |= 1 << bit;
      else mask.high |= 1 << (bit - 32);
    }
    return mask;
  });
