/** Winnow: Find Similar Images: of the clicked file, of a card's picture, or of one that a person picks. */

import path from 'node:path';
import * as vscode from 'vscode';
import type { OpenDataset } from '../app/openDataset.js';
import { listedSimilar, onlySimilar, similarPhotos } from '../app/similar.js';
import type { Panels } from './panels/panels.js';
import { isTarget } from './target.js';
import { requireTrust } from './trustedEngine.js';

export const findSimilar = async (dataset: OpenDataset, given: unknown, panels: Panels): Promise<void> => {
  requireTrust();
  const to = isTarget(given) && given.similarTo ? given.similarTo : await fileOf(given);
  if (!to) return;
  const report = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Looking for photos like {0}', to.path) },
    () => similarPhotos(dataset, to, listedSimilar),
  );
  const { title, ids } = onlySimilar(report);
  await panels.reviewOnly(dataset, title, ids);
};

const fileOf = async (given: unknown): Promise<{ readonly file: string; readonly path: string } | null> => {
  const uri =
    given instanceof vscode.Uri
      ? given
      : (
          await vscode.window.showOpenDialog({
            title: vscode.l10n.t('Find images like this one'),
            openLabel: vscode.l10n.t('Find Similar'),
            filters: { [vscode.l10n.t('Images')]: ['jpg', 'jpeg', 'png', 'webp', 'gif', 'avif'] },
          })
        )?.[0];
  return uri ? { file: uri.fsPath, path: path.basename(uri.fsPath) } : null;
};
