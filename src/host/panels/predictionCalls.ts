/** What the prediction page may ask. */

import * as vscode from 'vscode';
import { WinnowError } from '../../base/errors.js';
import { lookAt } from '../../app/lookAt.js';
import type { Handlers } from '../../protocol/contract.js';
import type { PredictionContract, PredictionState } from '../../protocol/prediction.js';
import type { CommandId } from '../commandIds.js';
import { isOfThisMachine } from '../predictTargets.js';
import { requireTrust } from '../trustedEngine.js';
import type { Answering } from './answering.js';
import { addToDataset, saveAnswers } from './predictionActions.js';
import type { AskedPicture } from './predictionCards.js';
import type { PredictionQuestions } from './predictionQuestions.js';
import type { PastedPictures } from './pastedPictures.js';
import { openBeside } from './reviewPanel.js';
import type { Surroundings } from './surroundings.js';

/** What of the pane they need. */
export interface PredictionPane {
  readonly around: Surroundings;
  readonly answering: Answering;
  readonly questions: PredictionQuestions;
  readonly pasted: PastedPictures;
  open(): Promise<PredictionState>;
  predict(uris: readonly vscode.Uri[]): Promise<void>;
  ask(model: NonNullable<Answering['current']>, pictures: readonly AskedPicture[]): Promise<boolean>;
  augment(isOn: boolean): Promise<void>;
  clear(): void;
  changed(): void;
}

export const predictionHandlers = (pane: PredictionPane): Handlers<PredictionContract['calls']> => ({
  open: () => pane.open(),
  pickFiles: async () => {
    const chosen = await vscode.window.showOpenDialog({
      canSelectMany: true,
      canSelectFiles: true,
      filters: { [vscode.l10n.t('Images')]: ['jpg', 'jpeg', 'png', 'webp', 'gif', 'avif'] },
      title: vscode.l10n.t('Predict images'),
      openLabel: vscode.l10n.t('Predict'),
    });
    if (chosen && chosen.length > 0) await pane.predict(chosen);
    return null;
  },
  predictImage: async ({ name, bytes }) => {
    requireTrust();
    const model = await pane.answering.forStrangers();
    const file = await pane.pasted.keep(bytes);
    await pane.ask(model, [{ file, name: name || vscode.l10n.t('Pasted picture'), path: null }]);
    return null;
  },
  predictUris: async ({ uris }) => {
    const files = uris
      .map((uri) => vscode.Uri.parse(uri))
      .filter(isOfThisMachine)
      .map(({ path: at }) => vscode.Uri.file(at));
    if (files.length === 0) {
      throw new WinnowError('not-found', vscode.l10n.t('Only files of this machine can be dropped here.'));
    }
    await pane.predict(files);
    return null;
  },
  chooseModel: async () => {
    await pane.answering.choose();
    pane.changed();
    return null;
  },
  augment: async ({ isOn }) => {
    await pane.augment(isOn);
    return null;
  },
  train: async () => {
    const model = pane.answering.current;
    if (model) pane.around.train(model);
    else await vscode.commands.executeCommand('winnow.openDataset');
    return null;
  },
  clear: () => {
    pane.clear();
    return null;
  },
  stop: () => {
    pane.questions.stop();
    return null;
  },
  save: async ({ format }) => {
    const folder = pane.answering.current?.store.dir ?? pane.around.storageUri.fsPath;
    await saveAnswers(pane.questions.cards.answers.toReversed(), format, folder, pane.around.notices);
    return null;
  },
  addToDataset: async ({ key }) => {
    const { model, ...picture } = pane.questions.answered(key);
    await addToDataset(model, picture, pane.around.notices);
    return null;
  },
  findSimilar: async ({ key }) => {
    const { model, file, name } = pane.questions.answered(key);
    const similarTo = { file, path: name };
    await vscode.commands.executeCommand('winnow.findSimilar' satisfies CommandId, { dataset: model, similarTo });
    return null;
  },
  look: ({ key, ...question }, signal) => {
    requireTrust();
    const { model, file } = pane.questions.answered(key);
    return lookAt(model, { file, path: '' }, question, signal);
  },
  illustrate: async ({ keys }) => {
    await pane.questions.illustrate(keys);
    return null;
  },
  openFile: async ({ key, neighbour }) => {
    const file = pane.questions.cards.fileOf(key, neighbour);
    if (file === null) throw new WinnowError('not-found', vscode.l10n.t('This picture has no file to open.'));
    await openBeside(file);
    return null;
  },
});
