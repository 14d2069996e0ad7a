/** Winnow: Export Model…: which of the four forms, where to, and the way to what was written. */

import path from 'node:path';
import * as vscode from 'vscode';
import { exportedNames, exportModel, type ExportReport, type ExportTarget } from '../app/exportModel.js';
import type { OpenDataset } from '../app/openDataset.js';
import { refuseForeign } from '../node/exportFolder.js';
import { writeOwnFile } from '../node/ownFiles.js';
import type { Notices } from './notices.js';
import { withProgress } from './progress.js';
import { requireTrust } from './trustedEngine.js';

export interface ExportChoice {
  readonly to: ExportTarget;
  /** Absolute folder. */
  readonly out: string;
  readonly examples?: boolean;
}

/** Exports the newest run. @param given what to do without asking.  Throws as `exportModel` does, and `usage`. */
export const exportFromEditor = async (
  dataset: OpenDataset,
  notices: Notices,
  given?: ExportChoice,
): Promise<ExportReport | null> => {
  requireTrust();
  const choice = given ?? (await choose(dataset));
  if (!choice) return null;
  await refuseForeign(choice.out, exportedNames[choice.to]);
  const report = await withProgress(vscode.l10n.t('Exporting {0}', dataset.name), (onProgress, signal) =>
    exportModel(
      dataset,
      { ...choice, run: null },
      (name, text) => writeOwnFile(path.join(choice.out, name), text),
      onProgress,
      signal,
    ),
  );
  offerResult(report, choice, notices);
  return report;
};

const choose = async (dataset: OpenDataset): Promise<ExportChoice | null> => {
  const forms: readonly (vscode.QuickPickItem & { readonly to: ExportTarget })[] = [
    {
      to: 'html',
      label: vscode.l10n.t('$(browser) One HTML file'),
      detail: vscode.l10n.t('Opens by a double click in any browser, offline: for people who want answers'),
    },
    {
      to: 'site',
      label: vscode.l10n.t('$(globe) Static site'),
      detail: vscode.l10n.t('The same page as a folder for a web host'),
    },
    {
      to: 'onnx',
      label: vscode.l10n.t('$(package) ONNX file'),
      detail: vscode.l10n.t(
        'Decoded pixels to probabilities, with snippets for Python, Node, browser and C#: for programs',
      ),
    },
    {
      to: 'card',
      label: vscode.l10n.t('$(note) Model card'),
      detail: vscode.l10n.t('What it was made from, how well it does, when a person must decide'),
    },
  ];
  const title = vscode.l10n.t('Export the model of {0}', dataset.name);
  const form = await vscode.window.showQuickPick(forms, { title, placeHolder: vscode.l10n.t('As what?') });
  if (!form) return null;
  const examples = form.to === 'html' || form.to === 'site' ? await askForExamples(title) : false;
  if (examples === null) return null;
  const [folder] =
    (await vscode.window.showOpenDialog({
      title,
      canSelectFolders: true,
      canSelectFiles: false,
      openLabel: vscode.l10n.t('Export Here'),
      defaultUri: vscode.Uri.file(path.dirname(dataset.store.dir)),
    })) ?? [];
  return folder ? { to: form.to, out: folder.fsPath, examples } : null;
};

/** Null = dismissed. Photos leave the folder only where somebody said so. */
const askForExamples = async (title: string): Promise<boolean | null> => {
  const answer = await vscode.window.showQuickPick(
    [
      {
        label: vscode.l10n.t('$(lock) No photo leaves the folder'),
        detail: vscode.l10n.t('The page tells how different a picture is, without showing what it resembles'),
        value: false,
      },
      {
        label: vscode.l10n.t('$(file-media) Show training photos beside the answers'),
        detail: vscode.l10n.t(
          'A few hundred small pictures of them go into the page, for everybody who gets it: have you the right to pass them on?',
        ),
        value: true,
      },
    ],
    { title, placeHolder: vscode.l10n.t('May training photos be part of the page?') },
  );
  return answer?.value ?? null;
};

const offerResult = (report: ExportReport, { to, out }: ExportChoice, notices: Notices): void => {
  const file = vscode.Uri.file(path.join(out, to === 'site' ? 'index.html' : (report.files[0] ?? '')));
  const said = report.check
    ? vscode.l10n.t(
        'Wrote {0}. Compared on {1} photos: the same answers.',
        path.basename(file.fsPath),
        report.check.images,
      )
    : vscode.l10n.t('Wrote {0}.', path.basename(file.fsPath));
  if (to === 'html') notices.offer(said, vscode.l10n.t('Open'), () => void vscode.env.openExternal(file));
  else if (to === 'card') {
    notices.offer(said, vscode.l10n.t('Open'), () => void vscode.commands.executeCommand('markdown.showPreview', file));
  } else {
    notices.offer(said, vscode.l10n.t('Reveal'), () => void vscode.commands.executeCommand('revealFileInOS', file));
  }
};
