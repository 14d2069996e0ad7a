/** The runs of each dataset, newest first, with what they reached. */

import * as vscode from 'vscode';
import type { OpenDataset } from '../../app/openDataset.js';
import type { RunConfig } from '../../ports/dataset.js';
import type { Datasets } from '../datasets.js';
import type { OutputLog } from '../outputLog.js';
import type { Training } from '../training.js';
import { accuracyOfRun, percent, whenOf } from './runWords.js';
import { branches, icon, Tree, type TreeNode } from './tree.js';

export const runsTree = (datasets: Datasets, training: Training, log: OutputLog): Tree =>
  new Tree('winnow.runs', datasets, log, () => branches(datasets, (dataset) => rowsOf(dataset, training)));

const rowsOf = async (dataset: OpenDataset, training: Training): Promise<readonly TreeNode[]> => {
  const { runs, state } = await dataset.snapshot();
  const busy = training.sentenceOf(dataset);
  return [
    ...(busy === null ? [] : [busyNode(busy)]),
    ...runs.map((run, index) => runNode(dataset, run, index === 0, index === 0 && run.labelsAt !== state.labelsAt)),
  ];
};

const busyNode = (sentence: string): TreeNode => {
  const item = new vscode.TreeItem(vscode.l10n.t('Training'));
  item.description = sentence;
  item.iconPath = icon('sync~spin');
  return { item };
};

const runNode = (dataset: OpenDataset, run: RunConfig, isNewest: boolean, isStale: boolean): TreeNode => {
  const accuracy = accuracyOfRun(run);
  const right = accuracy === null ? run.run : vscode.l10n.t('{0} as labelled', percent(accuracy));
  const item = new vscode.TreeItem(right);
  item.id = `${dataset.store.dir}\n${run.run}`;
  item.contextValue = isNewest ? 'newestRun' : 'run';
  const facts = [
    vscode.l10n.t('{0} images', run.items.toLocaleString()),
    whenOf(run.at),
    run.backbone.id,
    ...(isStale ? [vscode.l10n.t('labels changed since')] : []),
  ];
  item.description = facts.join(' · ');
  item.tooltip = new vscode.MarkdownString(
    [
      `**${right}** — ${vscode.l10n.t('agreement with the labels of that training, each image judged by a model that has not seen it')}`,
      vscode.l10n.t('Run {0}', `\`${run.run}\``),
      vscode.l10n.t('Backbone {0}, {1} features, seed {2}', `\`${run.backbone.id}\``, run.backbone.dim, run.seed),
      vscode.l10n.t('{0} classes', run.vocab.length),
    ].join('\n\n'),
  );
  item.iconPath = isStale ? icon('history') : icon(isNewest ? 'pass' : 'circle-outline');
  item.accessibilityInformation = { label: `${right}, ${facts.join(', ')}` };
  if (isNewest) {
    item.command = {
      command: 'winnow.showConfusion',
      title: vscode.l10n.t('Show Confusion Matrix'),
      arguments: [{ dataset }],
    };
  }
  return { item, dataset };
};
