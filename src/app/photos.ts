import type { ImageFacts, ItemId, Scan } from '../core/dataset/item.js';
import type { LookAlike, Photo } from '../core/findings/photo.js';
import { nearPairs } from '../core/image/nearPairs.js';
import { nearDuplicateBits } from './arrangeSides.js';
import type { DatasetSnapshot } from './openDataset.js';
import { judgedItems } from './snapshotItems.js';

export type FactsOf = (id: ItemId) => ImageFacts | null;

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

/** The pairs last found for a scan: decisions come every second, other hashes only with other files or a photo taken out. */
const found = new WeakMap<Scan, { readonly known: string; readonly pairs: readonly LookAlike[] }>();

/** Near duplicates among `photos`, as indices into it. */
export const lookAlikes = ({ scan }: DatasetSnapshot, photos: readonly Photo[]): readonly LookAlike[] => {
  const hashes = photos.map(({ facts }) => (facts && !facts.isLowInformation ? facts.phash : null));
  const known = hashes.join();
  const before = found.get(scan);
  if (before?.known === known) return before.pairs;
  const pairs = nearPairs(hashes, nearDuplicateBits);
  found.set(scan, { known, pairs });
  return pairs;
};
