/** Cached embeddings → the blocks that the heads are fitted on (JUDGE § 1, "Feature blocks"). */

import path from 'node:path';
import type { ItemId } from '../../core/dataset/item.js';
import type { BlockId, FeatureBlock, PictureBlock, RowStore } from '../../core/training/featureBlock.js';
import type { BackboneRef, ViewId } from '../../protocol/engine.js';
import { readEmbeddings } from '../embed/embeddingCache.js';
import { createRowStore } from '../embed/rowStore.js';

export interface LoadedBlocks {
  /** a and mid of the crop, b of the squish; a backbone without earlier tensors has no mid. Rows in the order of the ids. */
  readonly blocks: readonly FeatureBlock[];
  /** Positions of ids that some view has no embedding for; their rows are zero. */
  readonly missing: readonly number[];
}

export const loadBlocks = async (
  cacheDir: string,
  backbone: BackboneRef,
  views: readonly ViewId[],
  ids: readonly ItemId[],
): Promise<LoadedBlocks> => {
  const blocks: FeatureBlock[] = [];
  const missing = new Set<number>();
  for (const view of views) {
    let stored: StoredBlock[] | null = null;
    const storeFor = (layout: readonly number[]): StoredBlock[] =>
      placesOf(view, layout).map((place) => {
        const rows = createRowStore(path.join(cacheDir, 'rows'), { count: ids.length, width: place.width });
        return { ...place, rows };
      });
    const read = await readEmbeddings(cacheDir, backbone, view, ids, (at, { layout, row }) => {
      stored ??= storeFor(layout);
      for (const { from, width, rows } of stored) rows.write(at, row.subarray(from, from + width));
    });
    for (const at of read.missing) missing.add(at);
    stored ??= storeFor([]);
    blocks.push(...stored.map(({ id, parts, rows }) => ({ id, parts, rows })));
  }
  return { blocks, missing: [...missing].sort((a, b) => a - b) };
};

interface BlockPlace {
  readonly id: BlockId;
  readonly parts: readonly number[];
  /** Columns of the view's row. */
  readonly from: number;
  readonly width: number;
}
interface StoredBlock extends BlockPlace {
  readonly rows: RowStore;
}

/** The blocks that a view's row holds: its first part is an embedding, what follows is the mid block. */
const placesOf = (view: ViewId, layout: readonly number[]): BlockPlace[] => {
  const [first = 0, ...mid] = layout;
  const width = mid.reduce((sum, part) => sum + part, 0);
  const embedding: BlockPlace = { id: view === 'crop' ? 'a' : 'b', parts: [first], from: 0, width: first };
  return width > 0 ? [embedding, { id: 'mid', parts: mid, from: first, width }] : [embedding];
};

/** The blocks of one picture's row of a view. */
export const blocksOf = (view: ViewId, layout: readonly number[], row: Float32Array): PictureBlock[] =>
  placesOf(view, layout).map(({ id, parts, from, width }) => ({ id, parts, rows: row.subarray(from, from + width) }));
