/** Cached embeddings → the blocks that the heads are fitted on (JUDGE § 1, "Feature blocks"). */

import type { ItemId } from '../../core/dataset/item.js';
import type { BlockId, FeatureBlock } from '../../core/training/featureBlock.js';
import type { BackboneRef, ViewId } from '../../protocol/engine.js';
import { readEmbeddings } from '../embed/embeddingCache.js';

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
    const read = await readEmbeddings(cacheDir, backbone, view, ids);
    for (const at of read.missing) missing.add(at);
    blocks.push(...blocksOf(view, read.layout, read.rows));
  }
  return { blocks, missing: [...missing].sort((a, b) => a - b) };
};

/** The blocks that one view's rows hold: its first part is an embedding, what follows is the mid block. */
export const blocksOf = (view: ViewId, layout: readonly number[], rows: Float32Array): FeatureBlock[] => {
  const [first = 0, ...mid] = layout;
  const id: BlockId = view === 'crop' ? 'a' : 'b';
  const blocks: FeatureBlock[] = [{ id, parts: [first], rows: columns(rows, layout, 0, first) }];
  const width = mid.reduce((sum, part) => sum + part, 0);
  if (width > 0) blocks.push({ id: 'mid', parts: mid, rows: columns(rows, layout, first, width) });
  return blocks;
};

const columns = (rows: Float32Array, layout: readonly number[], from: number, width: number): Float32Array => {
  const whole = layout.reduce((sum, part) => sum + part, 0);
  if (width === whole) return rows;
  const n = whole === 0 ? 0 : rows.length / whole;
  const out = new Float32Array(n * width);
  for (let i = 0; i < n; i++) out.set(rows.subarray(i * whole + from, i * whole + from + width), i * width);
  return out;
};
