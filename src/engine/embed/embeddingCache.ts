/** Embeddings on disk, one small file an item: a cancelled or crashed run keeps what it has, a broken file is a miss. */

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import type { ItemId } from '../../core/dataset/item.js';
import type { BackboneRef, ViewId } from '../../protocol/engine.js';
import { recipeId } from '../onnx/pixelRecipe.js';

/** Layout: lengths of [a, mid0, mid1] for 'crop' (fewer where the network lacks them), of [b] for 'squish'. */
export interface Embedding {
  readonly layout: readonly number[];
  /** float32[sum(layout)]. */
  readonly row: Float32Array;
}

const magic = 0x31454e57; // "WNE1"
/** How many files are read before other work gets a turn: about 10 ms. */
const turn = 200;

export const embeddingPath = (cacheDir: string, backbone: BackboneRef, view: ViewId, id: ItemId): string => {
  const key = `${backbone.sha256.slice(0, 16)}-${recipeId(backbone.recipe)}-${view}`;
  return path.join(cacheDir, 'embeddings', key, id.slice(0, 2), `${id}.bin`);
};

const checksum = (layout: readonly number[], payload: Uint8Array): number => crc32(payload, crc32(String(layout)));

let serial = 0;
const knownFolders = new Set<string>();

/** Written beside and renamed into place: nobody ever reads half of one. */
export const writeEmbedding = (file: string, { layout, row }: Embedding): void => {
  const words = 3 + layout.length;
  const bytes = new Uint8Array(words * 4 + row.byteLength);
  const view = new DataView(bytes.buffer);
  const payload = new Uint8Array(row.buffer, row.byteOffset, row.byteLength);
  [magic, layout.length, ...layout, checksum(layout, payload)].forEach((word, at) => {
    view.setUint32(at * 4, word, true);
  });
  bytes.set(payload, words * 4);
  const folder = path.dirname(file);
  if (!knownFolders.has(folder)) mkdirSync(folder, { recursive: true });
  const temporary = `${file}.${process.pid}-${serial++}-${Math.random().toString(36).slice(2, 8)}.tmp`;
  try {
    writeFileSync(temporary, bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    // The cache may be emptied at any time.
    mkdirSync(folder, { recursive: true });
    writeFileSync(temporary, bytes);
  }
  knownFolders.add(folder);
  renameSync(temporary, file);
};

/** Null when there is none, or none that is whole. */
export const readEmbedding = (file: string): Embedding | null => {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch {
    return null;
  }
  if (bytes.length < 12 || bytes.readUInt32LE(0) !== magic) return null;
  const parts = bytes.readUInt32LE(4);
  const start = (3 + parts) * 4;
  if (parts > 8 || bytes.length < start) return null;
  const layout = Array.from({ length: parts }, (_, at) => bytes.readUInt32LE(8 + at * 4));
  const length = layout.reduce((sum, part) => sum + part, 0);
  const payload = bytes.subarray(start);
  if (payload.length !== length * 4 || checksum(layout, payload) !== bytes.readUInt32LE(start - 4)) return null;
  const row = new Float32Array(length);
  new Uint8Array(row.buffer).set(payload);
  return { layout, row };
};

/**
 * Reads one after the other; all at once they would fill the memory.
 * @param take gets each with its place among the ids.
 * @returns `missing`: indices of ids that are not cached (or whose layout differs from the first one's).
 */
export const readEmbeddings = async (
  cacheDir: string,
  backbone: BackboneRef,
  view: ViewId,
  ids: readonly ItemId[],
  take: (at: number, embedding: Embedding) => void,
): Promise<{ readonly missing: readonly number[] }> => {
  let layout: string | null = null;
  const missing: number[] = [];
  for (const [at, id] of ids.entries()) {
    if (at % turn === turn - 1) await new Promise((resolve) => setImmediate(resolve));
    const embedding = readEmbedding(embeddingPath(cacheDir, backbone, view, id));
    if (embedding) layout ??= String(embedding.layout);
    if (embedding && String(embedding.layout) === layout) take(at, embedding);
    else missing.push(at);
  }
  return { missing };
};

/** Which of the ids are cached and whole, and the layout they share. */
export const findCached = async (
  cacheDir: string,
  backbone: BackboneRef,
  view: ViewId,
  ids: readonly ItemId[],
): Promise<{ readonly cached: ReadonlySet<ItemId>; readonly layout: readonly number[] | null }> => {
  const cached = new Set<ItemId>();
  let layout: readonly number[] | null = null;
  for (const [at, id] of ids.entries()) {
    if (at % turn === turn - 1) await new Promise((resolve) => setImmediate(resolve));
    const embedding = readEmbedding(embeddingPath(cacheDir, backbone, view, id));
    if (!embedding) continue;
    layout ??= embedding.layout;
    cached.add(id);
  }
  return { cached, layout };
};
