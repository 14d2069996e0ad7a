/** Every decision, newest first; each can be undone up to. */

import * as vscode from 'vscode';
import { historyOf } from '../../app/apply.js';
import type { OpenDataset } from '../../app/openDataset.js';
import { refOf, type EntryKind } from '../../core/journal/entry.js';
import type { Datasets } from '../datasets.js';
import type { OutputLog } from '../outputLog.js';
import { whenOf } from './runWords.js';
import { branches, icon, Tree, type TreeNode } from './tree.js';

/** As many rows as anybody scrolls; the journal keeps the rest (winnow history). */
const maxRows = 1000;

export const historyTree = (datasets: Datasets, log: OutputLog): Tree =>
  new Tree('winnow.history', datasets, log, () => branches(datasets, rowsOf));

type Row = ReturnType<typeof historyOf>[number];

const rowsOf = async (dataset: OpenDataset): Promise<readonly TreeNode[]> => {
  const rows = historyOf(await dataset.snapshot(), { all: false });
  return rows
    .slice(-maxRows)
    .reverse()
    .map((row) => rowNode(dataset, row));
};

const rowNode = (dataset: OpenDataset, row: Row): TreeNode => {
  const ref = refOf(row);
  const item = new vscode.TreeItem(`${verbOf(row.kind)} ${row.said}`);
  const note = row.undone
    ? vscode.l10n.t('undone')
    : row.superseded
      ? vscode.l10n.t('superseded: the file lies elsewhere now')
      : null;
  const facts = [...(note === null ? [] : [note]), whenOf(row.at), ...(row.by === 'user' ? [] : [row.by])];
  item.id = `${dataset.store.dir}\n${ref}`;
  item.description = facts.join(' · ');
  item.tooltip = [row.said, ...facts, ref].join('\n');
  item.iconPath = row.undone ? icon('discard', 'disabledForeground') : icon(iconOf(row.kind));
  item.contextValue = row.undone ? 'undone' : 'decision';
  item.accessibilityInformation = { label: [row.said, ...facts].join(', ') };
  return { item, dataset, ref };
};

const verbOf = (kind: EntryKind): string => {
  switch (kind) {
    case 'relabel':
      return vscode.l10n.t('Relabel');
    case 'keep':
      return vscode.l10n.t('Keep');
    case 'set-aside':
      return vscode.l10n.t('Set aside');
    case 'trash':
      return vscode.l10n.t('Trash');
    case 'restore':
      return vscode.l10n.t('Restore');
    case 'dedupe':
      return vscode.l10n.t('Dedupe:');
    case 'undo':
    case 'redo':
    case 'split':
    case 'audit-sample':
    case 'audit':
    case 'apply-begin':
    case 'moved':
    case 'apply-end':
    case 'gathered':
    case 'purge':
      return kind;
  }
};

const iconOf = (kind: EntryKind): string => {
  switch (kind) {
    case 'relabel':
      return 'tag';
    case 'keep':
      return 'check';
    case 'set-aside':
      return 'archive';
    case 'trash':
      return 'trash';
    case 'restore':
      return 'reply';
    case 'dedupe':
      return 'copy';
    case 'undo':
      return 'discard';
    case 'redo':
      return 'redo';
    case 'split':
    case 'audit-sample':
    case 'audit':
    case 'apply-begin':
    case 'moved':
    case 'apply-end':
    case 'gathered':
    case 'purge':
      return 'circle-small';
  }
};
