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

interface Illustration {
  readonly thumb: string | null;
  readonly nearest: readonly { readonly file: string; readonly thumb: string | null }[];
}

/** One a picture, in their order. */
const answersAbout = async (
  dataset: OpenDataset,
  pictures: readonly AskedPicture[],
  isAugmented: boolean,
  signal: AbortSignal,
): Promise<readonly Answer[]> => {
  const files = pictures.map(({ file }) => ({ file, path: file }));
  return (await predictFiles(dataset, files, { tta: isAugmented ? 'if-possible' : 'no', signal })).predictions;
};

const fileOfItem = async (dataset: OpenDataset): Promise<(id: ItemId, path: string) => string> => {
  const items = itemsById(await dataset.snapshot());
  return (id, path) => dataset.store.absolute(items.get(id)?.at ?? path);
};

/** Where the nearest photos lie, without thumbnails: what there is before they are made. */
const bareIllustrations = async (
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
const illustrations = async (
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

export interface IllustratedAnswer extends Illustration {
  readonly answer: Answer;
}

/** The first answers are there to be read while the others are computed. */
const firstStep = 16;
const laterStep = 64;
/** Of more pictures the answers come first and all thumbnails afterwards. */
const mostIllustratedAtOnce = 64;

/**
 * Tells answers as they come, those of the pictures from `from` on; with many pictures each is told twice, the second
 * time with thumbnails. @param isAugmented whether a fine-tuned network looks at changed views too. Throws `no-run`, `read-only`, `peer-gone`, `cancelled`.
 */
export const answerInSteps = async (
  dataset: OpenDataset,
  pictures: readonly AskedPicture[],
  isAugmented: boolean,
  webview: vscode.Webview,
  signal: AbortSignal,
  tell: (from: number, answers: readonly IllustratedAnswer[]) => void,
): Promise<void> => {
  const isMany = pictures.length > mostIllustratedAtOnce;
  const answers: Answer[] = [];
  const show = (from: number, shown: readonly Illustration[]): void => {
    tell(
      from,
      shown.map((illustration, index) => ({ answer: answers[from + index]!, ...illustration })),
    );
  };
  const ask = (from: number): { some: readonly AskedPicture[]; coming: Promise<readonly Answer[]> } => {
    const some = pictures.slice(from, from + (from === 0 ? firstStep : laterStep));
    const coming = some.length === 0 ? Promise.resolve([]) : answersAbout(dataset, some, isAugmented, signal);
    // Read when its turn has come; the step before may throw first.
    coming.catch(() => undefined);
    return { some, coming };
  };
  let next = ask(0);
  for (let from = 0; from < pictures.length; from = answers.length) {
    const { some, coming } = next;
    // The engine looks at the next pictures while these are told.
    next = ask(from + some.length);
    const given = await coming;
    answers.push(...given);
    show(from, isMany ? await bareIllustrations(dataset, given) : await illustrations(dataset, some, given, webview));
  }
  for (let from = 0; isMany && from < pictures.length && !signal.aborted; from += laterStep) {
    const some = pictures.slice(from, from + laterStep);
    show(from, await illustrations(dataset, some, answers.slice(from, from + laterStep), webview));
  }
};
