/** Every address that a gathering tried: class → what became of it → the address, with a way to try it again. */

import * as vscode from 'vscode';
import { readGatherReport } from '../../app/gather/gather.js';
import type { OpenDataset } from '../../app/openDataset.js';
import type { ClassTally, GatherReport, GatherRow, ProviderTally } from '../../core/gather/report.js';
import { providers } from '../../core/gather/providers/registry.js';
import type { Datasets } from '../datasets.js';
import type { Gathering } from '../gather/gathering.js';
import type { OutputLog } from '../outputLog.js';
import { branches, icon, Tree, type TreeNode } from './tree.js';

/** As many rows as anybody scrolls; `winnow gather-report` has them all. */
const maxRows = 200;

export const gatherTree = (datasets: Datasets, gathering: Gathering, log: OutputLog): Tree => {
  const tree = new Tree('winnow.gatherReport', datasets, log, () => branches(datasets, reportNodes));
  gathering.onDidGather(() => tree.redraw());
  return tree;
};

const reportNodes = async (dataset: OpenDataset): Promise<readonly TreeNode[]> => {
  const report = await readGatherReport(dataset);
  if (report.rows.length === 0 && report.providers.length === 0) return [];
  return [
    ...report.providers.filter(({ failure, notes }) => failure !== null || notes.length > 0).map(providerNode),
    ...report.overlaps.map(({ message }) => noteNode(message, 'warning')),
    ...report.classes.map((tally) => classNode(dataset, report, tally)),
  ];
};

const noteNode = (text: string, name: string): TreeNode => {
  const item = new vscode.TreeItem(text);
  item.tooltip = text;
  item.iconPath = icon(name, name === 'warning' ? 'list.warningForeground' : undefined);
  return { item };
};

const providerNode = ({ id, failure, notes, quotaLeft }: ProviderTally): TreeNode => {
  const title = providers.find((provider) => provider.id === id)?.title ?? id;
  const node = noteNode(title, failure ? 'warning' : 'info');
  const left = quotaLeft === null ? [] : [vscode.l10n.t('{0} calls left', quotaLeft)];
  node.item.description = [...(failure ? [failure.message] : []), ...notes, ...left].join(' · ');
  node.item.tooltip = `${title}\n${node.item.description}`;
  return node;
};

const classNode = (dataset: OpenDataset, { rows }: GatherReport, tally: ClassTally): TreeNode => {
  const { label, gathered, wanted, terms } = tally;
  const own = rows.filter((row) => row.label === label);
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Expanded);
  item.id = `${dataset.store.dir}\n${label}`;
  item.description = vscode.l10n.t('{0} of {1}, {2} tried', gathered, wanted, own.length);
  item.tooltip = [label, ...terms].join('\n');
  item.iconPath = icon(gathered >= wanted ? 'pass' : 'circle-large-outline');
  item.accessibilityInformation = { label: `${label}, ${item.description}` };
  return { item, dataset, children: () => Promise.resolve(outcomeNodes(dataset, label, own)) };
};

/** Gathered first, then each reason, the most frequent first. */
const outcomeNodes = (dataset: OpenDataset, label: string, rows: readonly GatherRow[]): TreeNode[] => {
  const groups = new Map<string, GatherRow[]>();
  for (const row of rows) {
    const key = row.reason ?? '';
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups]
    .sort(([a, x], [b, y]) => Number(b === '') - Number(a === '') || y.length - x.length)
    .map(([reason, group]) => {
      const item = new vscode.TreeItem(wordsOf(reason), vscode.TreeItemCollapsibleState.Collapsed);
      item.id = `${dataset.store.dir}\n${label}\n${reason}`;
      item.description = String(group.length);
      item.iconPath = icon(reason === '' ? 'check' : group[0]!.outcome === 'failed' ? 'cloud-offline' : 'circle-slash');
      const shown = group.slice(0, maxRows).map((row) => rowNode(dataset, row));
      const rest = group.length - shown.length;
      if (rest > 0) shown.push(noteNode(vscode.l10n.t('{0} more', rest), 'ellipsis'));
      return { item, dataset, children: () => Promise.resolve(shown) };
    });
};

const rowNode = (dataset: OpenDataset, row: GatherRow): TreeNode => {
  const item = new vscode.TreeItem(row.path ?? nameOf(row.url));
  item.id = `${dataset.store.dir}\n${row.label}\n${row.url}`;
  item.description = row.outcome === 'gathered' ? row.provider : row.message;
  item.tooltip = [
    row.url,
    ...(row.redirectedTo === null ? [] : [vscode.l10n.t('redirected to {0}', row.redirectedTo)]),
    row.message,
    vscode.l10n.t('{0}, result {1} for “{2}”', row.provider, row.rank + 1, row.query),
    [
      ...(row.status === null ? [] : [vscode.l10n.t('status {0}', row.status)]),
      vscode.l10n.t('{0} kB', Math.ceil(row.bytes / 1000)),
      ...(row.type === null ? [] : [row.type]),
      vscode.l10n.t('{0} tries', row.attempts),
    ].join(', '),
  ].join('\n');
  item.iconPath = icon(row.lookAlike === null ? 'file-media' : 'copy');
  // Else the whole tooltip would be read out.
  item.accessibilityInformation = { label: `${row.path ?? nameOf(row.url)}, ${item.description}` };
  item.contextValue = row.outcome === 'failed' ? 'failedRow' : 'gatherRow';
  if (row.path !== null) {
    const uri = vscode.Uri.file(dataset.store.absolute(row.path));
    item.command = { command: 'vscode.open', title: vscode.l10n.t('Open'), arguments: [uri] };
  }
  return { item, dataset, url: row.url };
};

const nameOf = (url: string): string => {
  try {
    const { host, pathname } = new URL(url);
    return `${host}/…/${pathname.split('/').at(-1) ?? ''}`;
  } catch {
    return url;
  }
};

const wordsOf = (reason: string): string => {
  switch (reason) {
    case '':
      return vscode.l10n.t('gathered');
    case 'too-small':
      return vscode.l10n.t('too small');
    case 'exact-duplicate':
      return vscode.l10n.t('the same file again');
    case 'near-duplicate':
      return vscode.l10n.t('nearly the same picture');
    case 'not-found':
      return vscode.l10n.t('gone');
    case 'opted-out':
      return vscode.l10n.t('the owner opted out');
    case 'not-an-image':
      return vscode.l10n.t('not an image');
    default:
      return reason.replaceAll('-', ' ');
  }
};
