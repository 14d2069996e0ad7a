import type { ImageFacts, ItemId, Scan } from '../core/dataset/item.js';
import type { Oddness } from '../core/findings/oddness.js';
import type { OddPhoto } from '../core/findings/oddPhotos.js';
import type { Photo } from '../core/findings/photo.js';
import { countAlike, type AlikeCounts } from '../core/image/alikeCounts.js';
import {
  agreedBits,
  comparePrints,
  distantAlikes,
  lookAlikes,
  nearDuplicateBits,
  type LookAlike,
  type Print,
} from '../core/image/lookAlikes.js';
import type { DatasetSnapshot } from './openDataset.js';
import { judgedItems } from './snapshotItems.js';

export type FactsOf = (id: ItemId) => ImageFacts | null;

/** What a run tells of its photos beside the ranking; `ids` is the order of its rows. */
export interface RunOddness {
  readonly ids: readonly ItemId[];
  readonly oddness: Oddness;
}

/** The judged items as the findings that need no model see them. */
export const photosOf = (snapshot: DatasetSnapshot, factsOf: FactsOf): readonly Photo[] =>
  judgedItems(snapshot).map((item) => {
    const state = snapshot.state.items.get(item.id);
    return {
      id: item.id,
      path: item.paths[0] ?? item.at,
      label: state?.label ?? null,
      side: snapshot.state.sides.get(item.id) ?? item.givenSplit,
      isDecided: (state?.decision ?? null) !== null,
      facts: factsOf(item.id),
    };
  });

/** Flat pictures and those that were not decoded are like nothing. */
export const printOf = (facts: ImageFacts | null): Print => ({
  phash: facts && !facts.isLowInformation ? facts.phash : null,
  turns: facts?.turns ?? [],
});

interface Found {
  readonly known: string;
  readonly pairs: readonly LookAlike[];
  /** Made when somebody asks for more than near duplicates. */
  distant: readonly LookAlike[] | null;
}
/** The pairs last found for a scan: decisions come every second, other hashes only with other files or a photo taken out. */
const found = new WeakMap<Scan, Found>();

const foundIn = (scan: Scan, prints: readonly Print[]): Found => {
  const known = prints.map(({ phash }) => phash).join();
  const before = found.get(scan);
  const now = before?.known === known ? before : { known, pairs: lookAlikes(prints), distant: null };
  found.set(scan, now);
  return now;
};

/**
 * Near duplicates among `photos`, as indices into it.
 * @param bits how far apart two prints may be. Those that the embeddings agree on count from 6 bits on, whatever their own.
 */
export const alikeAmong = (
  { scan }: DatasetSnapshot,
  photos: readonly Photo[],
  run: RunOddness | null,
  bits = nearDuplicateBits,
): readonly LookAlike[] => {
  const prints = photos.map(({ facts }) => printOf(facts));
  const all = foundIn(scan, prints);
  if (bits < nearDuplicateBits) return all.pairs.filter((pair) => pair.bits <= bits);
  const agreed = run ? agreedPairs(photos, prints, all.pairs, run) : [];
  if (bits === nearDuplicateBits) return agreed.length === 0 ? all.pairs : [...all.pairs, ...agreed];
  all.distant ??= distantAlikes(prints);
  const isNear = new Set([...all.pairs, ...agreed].map(({ a, b }) => a * photos.length + b));
  const distant = all.distant.filter((pair) => pair.bits <= bits && !isNear.has(pair.a * photos.length + pair.b));
  return [...all.pairs, ...agreed, ...distant];
};

/** How many pairs and families there would be at each threshold of 0–10 bits. */
export const alikeCountsOf = (snapshot: DatasetSnapshot, factsOf: FactsOf, run: RunOddness | null): AlikeCounts => {
  const photos = photosOf(snapshot, factsOf);
  const near = alikeAmong(snapshot, photos, run);
  const all = alikeAmong(snapshot, photos, run, agreedBits);
  return countAlike([
    ...near.map((pair) => ({ ...pair, bits: Math.min(pair.bits, nearDuplicateBits) })),
    ...all.slice(near.length),
  ]);
};

/** Of the usual distance between a photo and its nearest: embeddings this near agree that two prints, nearly alike, are one picture. */
const agreedShare = 0.5;

/** Photos whose prints differ a little more than near duplicates do, but whose embeddings lie very near. */
const agreedPairs = (
  photos: readonly Photo[],
  prints: readonly Print[],
  pairs: readonly LookAlike[],
  { ids, oddness }: RunOddness,
): LookAlike[] => {
  const firsts = Float64Array.from(
    oddness.distances.filter(({ length }) => length > 0),
    ([first]) => first!,
  ).sort();
  const near = agreedShare * (firsts[firsts.length >> 1] ?? 0);
  const placeOf = new Map(photos.map(({ id }, at) => [id, at]));
  const seen = new Set(pairs.map(({ a, b }) => a * photos.length + b));
  const agreed: LookAlike[] = [];
  ids.forEach((id, row) => {
    const one = placeOf.get(id);
    if (one === undefined) return;
    oddness.nearest[row]!.forEach((neighbour, at) => {
      if (oddness.distances[row]![at]! > near) return;
      const other = placeOf.get(ids[neighbour]!);
      if (other === undefined) return;
      const [a, b] = [Math.min(one, other), Math.max(one, other)];
      const alike = comparePrints(prints[a]!, prints[b]!);
      if (!alike || seen.has(a * photos.length + b)) return;
      seen.add(a * photos.length + b);
      agreed.push({ a, b, ...alike });
    });
  });
  return agreed;
};

/** Photos of the run that nobody has decided on, with what the run tells of them. */
export const oddPhotosOf = (photos: readonly Photo[], { ids, oddness }: RunOddness): OddPhoto[] => {
  const rowOf = new Map(ids.map((id, row) => [id, row]));
  return photos.flatMap(({ id, path, label, isDecided }) => {
    const row = rowOf.get(id);
    if (row === undefined || isDecided) return [];
    return [
      {
        id,
        path,
        label,
        strangeness: oddness.strangeness[row] ?? null,
        isOutlier: oddness.isOutlier[row] ?? false,
        inDomain: oddness.inDomain?.[row] ?? null,
      },
    ];
  });
};
