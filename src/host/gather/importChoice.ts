/** What to import: a folder, a list of addresses or an archive, and the class of what has none. */

import * as vscode from 'vscode';
import { askText, back, pickOne } from './steps.js';

export interface ImportChoice {
  /** Absolute. */
  readonly source: string;
  readonly label?: string;
}

/** Null = dismissed. */
export const askImport = async (title: string): Promise<ImportChoice | null> => {
  const kind = await pickOne({
    title,
    step: null,
    of: 0,
    canGoBack: false,
    placeholder: vscode.l10n.t('What to import? It stays as it is; images are copied.'),
    items: [
      {
        label: `$(folder) ${vscode.l10n.t('A folder of images')}`,
        detail: vscode.l10n.t('One sub-folder a class, or with metadata.csv or metadata.jsonl'),
        value: 'folder' as const,
      },
      {
        label: `$(list-flat) ${vscode.l10n.t('A list of web addresses')}`,
        detail: vscode.l10n.t('A text file, CSV or TSV with url and label, or JSON lines'),
        value: 'list' as const,
      },
      {
        label: `$(file-zip) ${vscode.l10n.t('A WebDataset archive')}`,
        detail: vscode.l10n.t('A tar of images with their classes in .cls, .txt or .json files'),
        value: 'tar' as const,
      },
    ],
  });
  if (kind === null || kind === back) return null;
  const [chosen] =
    (await vscode.window.showOpenDialog({
      canSelectFiles: kind !== 'folder',
      ...(kind === 'tar' ? { filters: { WebDataset: ['tar'] } } : {}),
      canSelectFolders: kind === 'folder',
      title,
      openLabel: vscode.l10n.t('Import'),
    })) ?? [];
  if (!chosen) return null;
  const label = await askText({
    title,
    step: null,
    of: 0,
    canGoBack: false,
    prompt: vscode.l10n.t('The class of images that have none of their own; leave it empty when all have.'),
    value: '',
    problem: () => null,
  });
  if (label === null || label === back) return null;
  return { source: chosen.fsPath, ...(label === '' ? {} : { label }) };
};
