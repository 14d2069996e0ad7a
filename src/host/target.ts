/** Which dataset a command is about: what was clicked, else the only one, else the one a person picks. */

import * as vscode from 'vscode';
import { WinnowError } from '../base/errors.js';
import type { OpenDataset } from '../app/openDataset.js';
import type { EntryRef } from '../core/journal/entry.js';
import type { ReviewFilter } from '../protocol/review.js';
import type { Datasets } from './datasets.js';
import type { ExportChoice } from './exporting.js';
import type { ImportChoice } from './gather/importChoice.js';

/** What tree nodes and links hand to a command. */
export interface CommandTarget {
  readonly dataset: OpenDataset;
  readonly filter?: ReviewFilter;
  readonly ref?: EntryRef;
  readonly export?: ExportChoice;
  /** A picture, and what people call it. */
  readonly similarTo?: { readonly file: string; readonly path: string };
  readonly import?: ImportChoice;
}

export const isTarget = (value: unknown): value is CommandTarget =>
  typeof value === 'object' && value !== null && 'dataset' in value;

/** Null when the person dismissed the question. Throws `not-found` when no dataset is open. */
export const chooseDataset = async (
  datasets: Datasets,
  given: unknown,
  shown: OpenDataset | null,
): Promise<OpenDataset | null> => {
  if (isTarget(given)) {
    datasets.use(given.dataset);
    return given.dataset;
  }
  await datasets.restore();
  if (given instanceof vscode.Uri) {
    const nearest = datasets.find(given.fsPath) ?? (await datasets.nearest(given.fsPath));
    if (nearest) return nearest;
  }
  const open = datasets.list();
  const only = shown ?? (open.length === 1 ? open[0] : undefined);
  if (only) {
    datasets.use(only);
    return only;
  }
  if (open.length === 0) {
    throw new WinnowError('not-found', vscode.l10n.t('No dataset is open. Run “Winnow: Open Dataset” first.'));
  }
  return pickDataset(datasets, vscode.l10n.t('Which dataset?'));
};

/** Asks among the open datasets, the last used one first. */
export const pickDataset = async (datasets: Datasets, title: string): Promise<OpenDataset | null> => {
  const { lastUsed } = datasets;
  const picked = await vscode.window.showQuickPick(
    [...datasets.list()]
      .sort((a, b) => Number(b === lastUsed) - Number(a === lastUsed))
      .map((dataset) => ({ label: dataset.name, description: dataset.store.dir, dataset })),
    { title, placeHolder: title },
  );
  if (!picked) return null;
  datasets.use(picked.dataset);
  return picked.dataset;
};
