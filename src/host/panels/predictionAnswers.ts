/** Asks a dataset's newest run about pictures and puts thumbnails to the answers. */

import type * as vscode from 'vscode';
import { itemsById } from '../../app/snapshotItems.js';
import type { OpenDataset } from '../../app/openDataset.js';
import { predictFiles } from '../../app/predict.js';
import type { ItemId } from '../../core/dataset/item.js';
import type { FailedPrediction, Prediction } from '../../core/predict/prediction.js';
import type { AskedPicture } from './predictionCards.js';
import { thumbnailFiles, uriOf } from './thumbnails.js';

export interface IllustratedAnswer {
  readonly answer: Prediction | FailedPrediction;
  readonly thumb: string | null;
  readonly nearest: readonly { readonly file: string; readonly thumb: string | null }[];
}

/** One a picture, in their order. Throws `no-run`, `read-only`, `peer-gone`. */
export const illustratedAnswers = async (
  dataset: OpenDataset,
  pictures: readonly AskedPicture[],
  webview: vscode.Webview,
): Promise<readonly IllustratedAnswer[]> => {
  const { predictions } = await predictFiles(
    dataset,
    pictures.map(({ file }) => ({ file, path: file })),
  );
  const items = itemsById(await dataset.snapshot());
  const fileOf = (id: ItemId, path: string): string => dataset.store.absolute(items.get(id)?.at ?? path);
  const own = await Promise.all(
    pictures.map(async ({ file }, index) => {
      const answer = predictions[index];
      return answer && !('error' in answer) ? { id: await dataset.store.hashOf(file), file } : null;
    }),
  );
  const sources = new Map<ItemId, string>();
  for (const source of own) if (source) sources.set(source.id, source.file);
  for (const answer of predictions) {
    if ('error' in answer) continue;
    for (const { id, path } of answer.nearest) if (!sources.has(id)) sources.set(id, fileOf(id, path));
  }
  const thumbs = await thumbnailFiles(
    dataset,
    [...sources].map(([id, file]) => ({ id, file })),
    256,
  );
  const shown = (id: ItemId): string | null => {
    const file = thumbs.get(id);
    return file === undefined ? null : uriOf(webview, file);
  };
  return predictions.map((answer, index) => {
    const source = own[index];
    return {
      answer,
      thumb: source ? shown(source.id) : null,
      nearest:
        'error' in answer ? [] : answer.nearest.map(({ id, path }) => ({ file: fileOf(id, path), thumb: shown(id) })),
    };
  });
};
