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
  readonly known: Int32Array;
}

const wordsOf = (hashes: readonly (string | null)[]): Words => {
  const high = new Int32Array(hashes.length);
  const low = new Int32Array(hashes.length);
  const known = new Int32Array(hashes.length);
  let count = 0;
  hashes.forEach((hash, at) => {
    if (hash === null) return;
    [high[at], low[at]] = halves(hash);
    known[count++] = at;
  });
  return { high, low, known: known.subarray(0, count) };
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
    const { high, low, at: places, slotOf, starts } = slotsOf(own, band);
    const agree = ({ high, low }: Band, differHigh: number, differLow: number): boolean =>
      (differHigh & high) === 0 && (differLow & low) === 0;
    /** A pair is found in the first band that it agrees in; a slot may hold several keys. */
    const isFoundHere = (differHigh: number, differLow: number): boolean =>
      agree(band, differHigh, differLow) &&
      !bands.slice(0, turn).some((before) => agree(before, differHigh, differLow));
    /** Compares one entry with those of a slot from `from` on. */
    const compare = (b: number, bHigh: number, bLow: number, from: number, end: number): void => {
      for (let i = from; i < end; i++) {
        const differHigh = high[i]! ^ bHigh;
        const bits = bitsOf(differHigh);
        if (bits > maxBits) continue;
        const differLow = low[i]! ^ bLow;
        const all = bits + bitsOf(differLow);
        if (all > maxBits || !isFoundHere(differHigh, differLow)) continue;
        const a = places[i]!;
        pairs.push(probed === null && a > b ? { a: b, b: a, bits: all } : { a, b, bits: all });
      }
    };
    if (probed !== null) {
      for (const b of others.known) {
        const [bHigh, bLow] = [others.high[b]!, others.low[b]!];
        const slot = slotOf(bHigh, bLow);
        compare(b, bHigh, bLow, starts[slot]!, starts[slot + 1]!);
      }
      return;
    }
    for (let slot = 0; slot + 1 < starts.length; slot++) {
      const end = starts[slot + 1]!;
      for (let i = starts[slot]!; i < end; i++) compare(places[i]!, high[i]!, low[i]!, i + 1, end);
    }
  });
  return pairs.sort((p, q) => p.a - q.a || p.b - q.b);
};

interface Band {
  readonly high: number;
  readonly low: number;
}

/** Entries that agree in a band lie side by side in one slot, so that comparing them reads memory in order. */
interface Slots {
  readonly high: Int32Array;
  readonly low: Int32Array;
  /** Index into the list. */
  readonly at: Int32Array;
  readonly slotOf: (high: number, low: number) => number;
  /** Where each slot begins; one more than there are. */
  readonly starts: Int32Array;
}

const slotsOf = ({ high, low, known }: Words, band: Band): Slots => {
  // Several slots for each entry or possible key: with one for each different keys would often share it.
  const digits = Math.min(bitsOf(band.high) + bitsOf(band.low) + 5, 34 - Math.clz32(known.length));
  const slotOf = (high: number, low: number): number =>
    Math.imul(Math.imul(high & band.high, 0x9e3779b1) ^ (low & band.low), 0x85ebca6b) >>> (32 - digits);
  const starts = new Int32Array((1 << digits) + 1);
  for (const at of known) starts[slotOf(high[at]!, low[at]!) + 1]!++;
  for (let slot = 1; slot < starts.length; slot++) starts[slot]! += starts[slot - 1]!;
  const next = starts.slice();
  const sorted = { high: new Int32Array(known.length), low: new Int32Array(known.length) };
  const places = new Int32Array(known.length);
  for (const at of known) {
    const to = next[slotOf(high[at]!, low[at]!)]!++;
    places[to] = at;
    sorted.high[to] = high[at]!;
    sorted.low[to] = low[at]!;
  }
  return { ...sorted, at: places, slotOf, starts };
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
