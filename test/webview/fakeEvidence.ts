/** Evidence made up from the tiles of a fake review. */

import type { ItemId } from '../../src/core/dataset/item.js';
import type { ReviewTile } from '../../src/protocol/review.js';
import type { Evidence, EvidencePhoto } from '../../src/protocol/shownEvidence.js';

export const fakeEvidence = (tiles: readonly ReviewTile[], id: ItemId): Evidence => {
  const at = tiles.findIndex((tile) => tile.id === id);
  const tile = tiles[at]!;
  const photosOf = (label: string | null, from: number): EvidencePhoto[] =>
    tiles
      .filter((other) => other.id !== id && (label === null || other.label === label))
      .slice(0, 6)
      .map((other, place) => ({
        id: other.id,
        path: other.path,
        label: other.label,
        distance: from + place / 17,
        thumb: other.thumb,
      }));
  const other = tile.suggestion ?? tile.prediction;
  const twin = tiles[(at + 1) % tiles.length]!;
  return {
    id,
    picture: `${location.origin}/thumb/${at}.png`,
    lists: [
      ...(tile.label === null
        ? []
        : [{ role: 'given' as const, label: tile.label, photos: photosOf(tile.label, 0.71) }]),
      other === null || other === tile.label
        ? { role: 'any' as const, label: null, photos: photosOf(null, 0.2) }
        : { role: 'other' as const, label: other, photos: photosOf(other, 0.42) },
    ],
    trouble: tile.prediction === null ? 'animals has not been trained yet. Train it first, then ask again.' : null,
    twins:
      tile.copies > 1 || tile.kinds.includes('label-conflict')
        ? [tile, twin].map((one, place) => ({
            id: one.id,
            path: one.path,
            isThis: place === 0,
            label: one.label,
            split: one.split,
            size: place === 0 ? { width: 640, height: 480 } : { width: 1280, height: 960 },
            bytes: place === 0 ? 83_214 : 1_204_332,
            source: place === 0 ? `openverse, ${one.label ?? 'flickr.com'}, by-sa, by Jane Doe` : null,
            thumb: one.thumb,
          }))
        : [],
  };
};
