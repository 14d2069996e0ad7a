/** Evidence made up from the tiles of a fake review. */

import type { ItemId } from '../../src/core/dataset/item.js';
import type { Look, LookMethod } from '../../src/protocol/evidence.js';
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
    // Every other photo has been judged by a network of a fold.
    network:
      at % 2 === 0 && tile.prediction !== null
        ? { prediction: tile.prediction, probability: 0.813, labelProbability: 0.092 }
        : null,
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

/** Hot in the upper right; an activation has 7 × 7 places of its own. */
export const fakeLook = (label: string, method: LookMethod, cells: number): Look => {
  const side = method === 'activation' ? 7 : cells;
  const values = Array.from({ length: side * side }, (_, at) => {
    const [x, y] = [(at % side) / (side - 1), Math.floor(at / side) / (side - 1)];
    return Math.max(-0.3, 1 - 2 * Math.hypot(x - 0.8, y - 0.2));
  });
  return {
    method,
    label,
    rows: side,
    columns: side,
    values,
    region: { x: 0.1, y: 0.06, width: 0.8, height: 0.88 },
    probability: 0.935,
    strongest: { x: 0.7, y: 0.1, width: 0.15, height: 0.15 },
    without: method === 'activation' ? null : 0.31,
    isHeldOut: true,
    whyNoActivation: null,
  };
};
