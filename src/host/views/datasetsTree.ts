/** The datasets: what needs a look, then the classes with their counts. */

import * as vscode from 'vscode';
import type { OpenDataset } from '../../app/openDataset.js';
import { findingKinds, type FindingKind } from '../../core/findings/finding.js';
import { noFilter, type ReviewFilter } from '../../protocol/review.js';
import type { Datasets } from '../datasets.js';
import type { OutputLog } from '../outputLog.js';
import type { Training } from '../training.js';
import { factsOf, type DatasetFacts } from './datasetFacts.js';
import { icon, Tree, troubleNode, type TreeNode } from './tree.js';

export const datasetsTree = (datasets: Datasets, training: Training, log: OutputLog): Tree =>
  new Tree('winnow.datasets', datasets, log, async () => {
    await datasets.restore();
    return Promise.all(datasets.list().map((dataset) => datasetNode(dataset, training.sentenceOf(dataset))));
  });

const datasetNode = async (dataset: OpenDataset, busy: string | null): Promise<TreeNode> => {
  const item = new vscode.TreeItem(dataset.name, vscode.TreeItemCollapsibleState.Expanded);
  item.id = dataset.store.dir;
  item.contextValue = 'dataset';
  item.tooltip = dataset.store.dir;
  try {
    const facts = await factsOf(dataset);
    item.iconPath = busy === null ? icon('folder-library') : icon('sync~spin');
    item.description = busy ?? described(facts);
    item.tooltip = [dataset.store.dir, described(facts), ...facts.snapshot.scan.notes].join('\n');
    item.accessibilityInformation = { label: `${dataset.name}, ${item.description}` };
    return { item, dataset, children: () => Promise.resolve(rowsOf(dataset, facts)) };
  } catch (error) {
    item.iconPath = icon('warning', 'list.warningForeground');
    item.description = vscode.l10n.t('cannot be read');
    return { item, dataset, children: () => Promise.resolve([troubleNode(error)]) };
  }
};

const described = ({ snapshot, kinds }: DatasetFacts): string => {
  const photos = vscode.l10n.t('{0} images', snapshot.scan.items.length.toLocaleString());
  if (snapshot.scan.items.length === 0) return vscode.l10n.t('no images');
  if (snapshot.runs.length === 0) return vscode.l10n.t('{0}, not trained yet', photos);
  const issues = kinds['label-issue'];
  return issues === 0 ? photos : vscode.l10n.t('{0}, {1} to review', photos, issues.toLocaleString());
};

const rowsOf = (dataset: OpenDataset, facts: DatasetFacts): readonly TreeNode[] => [
  ...facts.snapshot.scan.notes.map(noteNode),
  ...facts.remarks.map(noteNode),
  ...findingKinds
    .filter((kind) => kind !== 'class-imbalance' && kind !== 'shortcut' && facts.kinds[kind] > 0)
    .map((kind) => kindNode(dataset, kind, facts)),
  ...facts.classes.map((row) => classNode(dataset, row)),
  ...(facts.unlabelled > 0 ? [plainNode(vscode.l10n.t('without a label'), facts.unlabelled, 'question')] : []),
  ...(facts.out > 0 ? [outNode(dataset, facts.out)] : []),
];

const kindWords = (kind: FindingKind): { readonly label: string; readonly icon: string } => {
  switch (kind) {
    case 'label-issue':
      return { label: vscode.l10n.t('Labels that look wrong'), icon: 'warning' };
    case 'label-conflict':
      return { label: vscode.l10n.t('Copies with different labels'), icon: 'git-compare' };
    case 'exact-duplicate':
      return { label: vscode.l10n.t('Exact duplicates'), icon: 'copy' };
    case 'bad-image':
      return { label: vscode.l10n.t('Files that cannot be read'), icon: 'circle-slash' };
    case 'leak':
      return { label: vscode.l10n.t('The same picture on both sides of the split'), icon: 'split-horizontal' };
    case 'near-duplicate':
      return { label: vscode.l10n.t('Nearly the same picture'), icon: 'files' };
    case 'outlier':
      return { label: vscode.l10n.t('Unlike the others of their class'), icon: 'telescope' };
    case 'out-of-domain':
      return { label: vscode.l10n.t('Never seen anything like it'), icon: 'question' };
    case 'ambiguous':
      return { label: vscode.l10n.t('Between two classes'), icon: 'split-horizontal' };
    case 'dark':
      return { label: vscode.l10n.t('Nearly black'), icon: 'circle-filled' };
    case 'light':
      return { label: vscode.l10n.t('Nearly white'), icon: 'circle-outline' };
    case 'blurry':
      return { label: vscode.l10n.t('Blurred'), icon: 'eye-closed' };
    case 'grayscale':
      return { label: vscode.l10n.t('Without colour'), icon: 'color-mode' };
    case 'low-information':
      return { label: vscode.l10n.t('Nearly one flat colour'), icon: 'primitive-square' };
    case 'tiny':
      return { label: vscode.l10n.t('Tiny pictures'), icon: 'screen-normal' };
    case 'odd-aspect':
      return { label: vscode.l10n.t('Very long or very wide'), icon: 'arrow-both' };
    case 'odd-size':
      return { label: vscode.l10n.t('Of a size unlike the others'), icon: 'screen-full' };
    case 'shortcut':
      return { label: vscode.l10n.t('What the model may learn instead'), icon: 'lightbulb' };
    case 'underperforming-group':
      return { label: vscode.l10n.t('Similar photos that are known badly'), icon: 'group-by-ref-type' };
    case 'class-imbalance':
      return { label: vscode.l10n.t('Classes with few photos'), icon: 'graph' };
  }
};

const kindNode = (dataset: OpenDataset, kind: FindingKind, { kinds, snapshot }: DatasetFacts): TreeNode => {
  const words = kindWords(kind);
  const count = kinds[kind];
  // Files that do not decode are no items: they are named here and opened from here, the review cannot show them.
  if (kind === 'bad-image') {
    const node = plainNode(words.label, count, words.icon);
    node.item.collapsibleState = vscode.TreeItemCollapsibleState.Collapsed;
    node.item.id = `${dataset.store.dir}\n${kind}`;
    return {
      ...node,
      children: () => Promise.resolve(snapshot.scan.bad.map((bad) => badNode(dataset, bad.path, bad.message))),
    };
  }
  return reviewNode(dataset, words.label, count, words.icon, { ...noFilter, kind }, `${dataset.store.dir}\n${kind}`);
};

const classNode = (dataset: OpenDataset, row: DatasetFacts['classes'][number]): TreeNode => {
  const node = reviewNode(
    dataset,
    row.label,
    row.count,
    'tag',
    { ...noFilter, label: row.label },
    `${dataset.store.dir}\nclass ${row.label}`,
  );
  if (row.issues > 0) {
    const issues = vscode.l10n.t('{0} look wrong', row.issues.toLocaleString());
    node.item.description = `${row.count.toLocaleString()} · ${issues}`;
    node.item.accessibilityInformation = { label: `${row.label}, ${row.count}, ${issues}` };
  }
  return node;
};

const outNode = (dataset: OpenDataset, count: number): TreeNode =>
  reviewNode(
    dataset,
    vscode.l10n.t('Set aside or in the trash'),
    count,
    'archive',
    { ...noFilter, show: 'out' },
    `${dataset.store.dir}\nout`,
  );

const reviewNode = (
  dataset: OpenDataset,
  label: string,
  count: number,
  iconName: string,
  filter: ReviewFilter,
  id: string,
): TreeNode => {
  const node = plainNode(label, count, iconName);
  node.item.id = id;
  node.item.command = {
    command: 'winnow.review',
    title: vscode.l10n.t('Review'),
    arguments: [{ dataset, filter }],
  };
  return { ...node, dataset, filter };
};

const plainNode = (label: string, count: number, iconName: string): TreeNode => {
  const item = new vscode.TreeItem(label);
  item.description = count.toLocaleString();
  item.iconPath = icon(iconName);
  item.accessibilityInformation = { label: `${label}, ${count}` };
  return { item };
};

const badNode = (dataset: OpenDataset, path: string, message: string): TreeNode => {
  const uri = vscode.Uri.file(dataset.store.absolute(path));
  const item = new vscode.TreeItem(path);
  item.description = message;
  item.tooltip = `${path}\n${message}`;
  item.iconPath = icon('file-media');
  item.command = { command: 'revealInExplorer', title: vscode.l10n.t('Show in the Explorer'), arguments: [uri] };
  return { item };
};

const noteNode = (note: string): TreeNode => {
  const item = new vscode.TreeItem(note);
  item.iconPath = icon('info');
  item.tooltip = note;
  return { item };
};
