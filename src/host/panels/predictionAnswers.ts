/** Asks a dataset's newest run about pictures, and has thumbnails made for answers that somebody looks at. */

import type * as vscode from 'vscode';
import { itemsById } from '../../app/snapshotItems.js';
import type { OpenDataset } from '../../app/openDataset.js';
import { predictFiles } from '../../app/predict.js';
import type { ItemId } from '../../core/dataset/item.js';
import type { FailedPrediction, Prediction } from '../../core/predict/prediction.js';
import type { AskedPicture, Illustration } from './predictionCards.js';
import { thumbnailFiles, uriOf } from './thumbnails.js';

type Answer = Prediction | FailedPrediction;

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

/** In the order of what was answered. */
export const illustrations = async (
  dataset: OpenDataset,
  answered: readonly { readonly file: string; readonly answer: Prediction }[],
  webview: vscode.Webview,
): Promise<readonly Illustration[]> => {
  const fileOf = await fileOfItem(dataset);
  const own = await Promise.all(answered.map(({ file }) => dataset.store.hashOf(file).catch(() => null)));
  const sources = new Map<ItemId, string>();
  for (const [at, id] of own.entries()) if (id !== null) sources.set(id, answered[at]!.file);
  for (const { answer } of answered) {
    for (const { id, path } of answer.nearest) if (!sources.has(id)) sources.set(id, fileOf(id, path));
  }
  const thumbs = await thumbnailFiles(
    dataset,
    [...sources].map(([id, file]) => ({ id, file })),
    256,
  );
  const shown = (id: ItemId | null): string | null => {
    const file = id === null ? undefined : thumbs.get(id);
    return file === undefined ? null : uriOf(webview, file);
  };
  return answered.map(({ answer }, at) => ({
    thumb: shown(own[at] ?? null),
    nearest: answer.nearest.map(({ id }) => shown(id)),
  }));
};

/** Answers are told this often, in portions as large as the pace allows: each telling costs the page a drawing. */
const tellingMs = 1500;
/** The first ones are there to be read while the others are computed. */
const fewestAtOnce = 16;
const mostAtOnce = 128;

/** An answer, and the absolute files of what is nearest to its picture. */
export interface LocatedAnswer {
  readonly answer: Answer;
  readonly nearestFiles: readonly string[];
}

/**
 * Tells answers as they come, those of the pictures from `from` on.
 * @param isAugmented whether a fine-tuned network looks at changed views too.
 * Throws `no-run`, `read-only`, `peer-gone`, `cancelled`.
 */
export const answerInSteps = async (
  dataset: OpenDataset,
  pictures: readonly AskedPicture[],
  isAugmented: boolean,
  signal: AbortSignal,
  tell: (from: number, answers: readonly LocatedAnswer[]) => void,
): Promise<void> => {
  let [atOnce, told] = [fewestAtOnce, performance.now()];
  const ask = (from: number): { count: number; coming: Promise<readonly Answer[]> } => {
    const some = pictures.slice(from, from + atOnce);
    const coming = some.length === 0 ? Promise.resolve([]) : answersAbout(dataset, some, isAugmented, signal);
    // Read when its turn has come; the step before may throw first.
    coming.catch(() => undefined);
    return { count: some.length, coming };
  };
  let next = ask(0);
  for (let from = 0; from < pictures.length;) {
    const { count, coming } = next;
    // The engine looks at the next pictures while these are told.
    next = ask(from + count);
    const answers = await coming;
    const now = performance.now();
    const pace = Math.round((count * tellingMs) / (now - told));
    [atOnce, told] = [Math.min(mostAtOnce, Math.max(fewestAtOnce, pace)), now];
    const fileOf = await fileOfItem(dataset);
    tell(
      from,
      answers.map((answer) => ({
        answer,
        nearestFiles: 'error' in answer ? [] : answer.nearest.map(({ id, path }) => fileOf(id, path)),
      })),
    );
    from += count;
  }
};
