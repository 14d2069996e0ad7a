/** The folder that “Open Dataset” opens: the one clicked, a workspace folder, or one from the dialog. */

import * as vscode from 'vscode';
import type { Datasets } from './datasets.js';

/** Null when the person dismissed the question. */
export const chooseFolder = async (datasets: Datasets, given: unknown): Promise<string | null> => {
  if (typeof given === 'string') return given;
  if (given instanceof vscode.Uri) return given.fsPath;
  await datasets.restore();
  const candidates = (vscode.workspace.workspaceFolders ?? []).filter(
    ({ uri }) => uri.scheme === 'file' && !datasets.find(uri.fsPath),
  );
  if (candidates.length === 0) return browse();
  const other = { label: `$(folder-opened) ${vscode.l10n.t('Choose another folder…')}`, folder: null };
  const picked = await vscode.window.showQuickPick<vscode.QuickPickItem & { readonly folder: string | null }>(
    [
      ...candidates.map(({ name, uri }) => ({
        label: `$(root-folder) ${name}`,
        description: uri.fsPath,
        folder: uri.fsPath,
      })),
      other,
    ],
    {
      title: vscode.l10n.t('Open Dataset'),
      placeHolder: vscode.l10n.t('A folder with one sub-folder of images for each class'),
    },
  );
  if (!picked) return null;
  return picked.folder ?? browse();
};

const browse = async (): Promise<string | null> => {
  const chosen = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    canSelectMany: false,
    title: vscode.l10n.t('Open Dataset'),
    openLabel: vscode.l10n.t('Open Dataset'),
  });
  return chosen?.[0]?.fsPath ?? null;
};
