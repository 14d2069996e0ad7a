/** Asks a dataset's newest run about pictures, and finds thumbnails for the answers. */

import type * as vscode from 'vscode';
import { itemsById } from '../../app/snapshotItems.js';
import type { OpenDataset } from '../../app/openDataset.js';
import { predictFiles } from '../../app/predict.js';
import type { ItemId } from '../../core/dataset/item.js';
import type { FailedPrediction, Prediction } from '../../core/predict/prediction.js';
import type { AskedPicture } from './predictionCards.js';
import { thumbnailFiles, uriOf } from './thumbnails.js';

type Answer = Prediction | FailedPrediction;

export interface Illustration {
  readonly thumb: string | null;
  readonly nearest: readonly { readonly file: string; readonly thumb: string | null }[];
}

/** One a picture, in their order. Throws `no-run`, `read-only`, `peer-gone`, `cancelled`. */
export const answersAbout = async (
  dataset: OpenDataset,
  pictures: readonly AskedPicture[],
  signal: AbortSignal,
): Promise<readonly Answer[]> => {
  const files = pictures.map(({ file }) => ({ file, path: file }));
  return (await predictFiles(dataset, files, { signal })).predictions;
};

const fileOfItem = async (dataset: OpenDataset): Promise<(id: ItemId, path: string) => string> => {
  const items = itemsById(await dataset.snapshot());
  return (id, path) => dataset.store.absolute(items.get(id)?.at ?? path);
};

/** Where the nearest photos lie, without thumbnails: what there is before they are made. */
export const bareIllustrations = async (
  dataset: OpenDataset,
  answers: readonly Answer[],
): Promise<readonly Illustration[]> => {
  const fileOf = await fileOfItem(dataset);
  return answers.map((answer) => ({
    thumb: null,
    nearest: 'error' in answer ? [] : answer.nearest.map(({ id, path }) => ({ file: fileOf(id, path), thumb: null })),
  }));
};

/** Thumbnails of the pictures and of what is nearest to them, in their order. */
export const illustrations = async (
  dataset: OpenDataset,
  pictures: readonly AskedPicture[],
  answers: readonly Answer[],
  webview: vscode.Webview,
): Promise<readonly Illustration[]> => {
  const fileOf = await fileOfItem(dataset);
  const own = await Promise.all(
    pictures.map(async ({ file }, index) => {
      const answer = answers[index];
      return answer && !('error' in answer) ? { id: await dataset.store.hashOf(file), file } : null;
    }),
  );
  const sources = new Map<ItemId, string>();
  for (const source of own) if (source) sources.set(source.id, source.file);
  for (const answer of answers) {
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
  return answers.map((answer, index) => {
    const source = own[index];
    return {
      thumb: source ? shown(source.id) : null,
      nearest:
        'error' in answer ? [] : answer.nearest.map(({ id, path }) => ({ file: fileOf(id, path), thumb: shown(id) })),
    };
  });
};
