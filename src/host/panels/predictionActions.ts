/** What a person does with answers: saves them, or puts a picture into the dataset. */

import path from 'node:path';
import * as vscode from 'vscode';
import { addPicture, takeBack } from '../../app/gather/addPicture.js';
import type { OpenDataset } from '../../app/openDataset.js';
import { predictionCsv, predictionLines } from '../../core/export/predictionTable.js';
import type { FailedPrediction, Prediction } from '../../core/predict/prediction.js';
import type { TableFormat } from '../../protocol/prediction.js';
import type { Notices } from '../notices.js';
import { requireTrust } from '../trustedEngine.js';

/** Asks where to. @param answers in the order of the rows. */
export const saveAnswers = async (
  answers: readonly (Prediction | FailedPrediction)[],
  format: TableFormat,
  folder: string,
  notices: Notices,
): Promise<void> => {
  const target = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Save {0} answers', answers.length),
    defaultUri: vscode.Uri.file(path.join(path.dirname(folder), `predictions.${format}`)),
    filters:
      format === 'csv' ? { [vscode.l10n.t('CSV table')]: ['csv'] } : { [vscode.l10n.t('JSON lines')]: ['jsonl'] },
  });
  if (!target) return;
  const text = format === 'csv' ? predictionCsv(answers) : predictionLines(answers);
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
  notices.offer(
    vscode.l10n.t('Wrote {0}.', path.basename(target.fsPath)),
    vscode.l10n.t('Open'),
    () => void vscode.commands.executeCommand('vscode.open', target),
  );
};

/** Asks as what, copies the picture in, offers to take it back. @param labels most probable first. */
export const addToDataset = async (
  dataset: OpenDataset,
  { file, labels }: { readonly file: string; readonly labels: readonly string[] },
  notices: Notices,
): Promise<void> => {
  requireTrust();
  const label = await askLabel(dataset, labels);
  if (label === null) return;
  const { importReader } = await import('../../node/import/importReader.js');
  const added = await addPicture(
    dataset,
    {
      file,
      label,
      by: 'user',
      copy: (folder) => importReader.copy(path.dirname(file), path.basename(file), folder),
    },
    new AbortController().signal,
  );
  const said =
    added.decision === null
      ? vscode.l10n.t('Copied into {0} as {1}. Train again to learn from it.', dataset.name, label)
      : vscode.l10n.t('This photo is in {0} already; its label is {1} now.', dataset.name, label);
  notices.offer(said, vscode.l10n.t('Undo'), () => {
    const done = takeBack(dataset, added, 'user').then(() => {
      if (added.decision === null) {
        notices.tell(
          vscode.l10n.t('Taken out of {0} again: the copy lies in its trash, your picture where it was.', dataset.name),
        );
      }
    });
    done.catch((error: unknown) => notices.failed(error, 'undo'));
  });
};

const askLabel = async (dataset: OpenDataset, labels: readonly string[]): Promise<string | null> => {
  const { vocab } = (await dataset.snapshot()).state;
  const known = [
    ...labels.filter((label) => vocab.includes(label)),
    ...vocab.filter((label) => !labels.includes(label)),
  ];
  const other = vscode.l10n.t('$(add) Another class…');
  const picked = await vscode.window.showQuickPick([...known, other], {
    title: vscode.l10n.t('Add to {0}', dataset.name),
    placeHolder: vscode.l10n.t('As what?'),
  });
  if (picked === undefined) return null;
  if (picked !== other) return picked;
  const typed = await vscode.window.showInputBox({
    title: vscode.l10n.t('Add to {0}', dataset.name),
    prompt: vscode.l10n.t('Name of the new class'),
    validateInput: (text) => (text.trim() === '' ? vscode.l10n.t('A class needs a name.') : null),
  });
  return typed?.trim() ?? null;
};
