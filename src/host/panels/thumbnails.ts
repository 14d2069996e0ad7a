/** Thumbnails for the panels: made by the engine, kept as files in the cache, shown by URI. */

import path from 'node:path';
import * as vscode from 'vscode';
import { itemsById } from '../../app/snapshotItems.js';
import type { OpenDataset } from '../../app/openDataset.js';
import type { MakeThumbs } from '../../app/makeThumbs.js';
import type { ItemId } from '../../core/dataset/item.js';

type Size = 256 | 1024;

/** Kept for the window: an id is content, so its thumbnail never changes. */
const made = new Map<string, string>();
const keyOf = (id: ItemId, size: Size): string => `${size} ${id}`;

/** Files by id; ids whose file does not decode are absent. Starts no process in Restricted Mode. */
export const thumbnailFiles = async (
  dataset: OpenDataset,
  sources: readonly { readonly id: ItemId; readonly file: string }[],
  size: Size,
): Promise<ReadonlyMap<ItemId, string>> => {
  const missing = sources.filter(({ id }) => !made.has(keyOf(id, size)));
  if (missing.length > 0 && vscode.workspace.isTrusted) {
    const files = await dataset.engine.thumbnails({ files: missing, size, cacheDir: dataset.store.cacheDir });
    missing.forEach(({ id }, index) => {
      const file = files[index];
      if (file) made.set(keyOf(id, size), file);
    });
  }
  const answer = new Map<ItemId, string>();
  for (const { id } of sources) {
    const file = made.get(keyOf(id, size));
    if (file !== undefined) answer.set(id, file);
  }
  return answer;
};

/** What a review session asks: ids of the dataset → URIs that this webview may load. */
export const thumbnailUris =
  (dataset: OpenDataset, webview: vscode.Webview): MakeThumbs =>
  async (ids, size) => {
    const items = itemsById(await dataset.snapshot());
    const sources = ids.flatMap((id) => {
      const item = items.get(id);
      return item ? [{ id, file: dataset.store.absolute(item.at) }] : [];
    });
    const files = await thumbnailFiles(dataset, sources, size);
    return new Map([...files].map(([id, file]) => [id, uriOf(webview, file)]));
  };

export const uriOf = (webview: vscode.Webview, file: string): string =>
  webview.asWebviewUri(vscode.Uri.file(file)).toString();

/** The folder of the cache that pages may load from. */
export const thumbnailRoot = (cacheDir: string): vscode.Uri => vscode.Uri.file(path.join(cacheDir, 'thumbnails'));
