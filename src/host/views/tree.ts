/** A tree view over plain nodes: each brings its item and, when it has some, its children. */

import * as vscode from 'vscode';
import { Scope, type Disposable } from '../../base/scope.js';
import type { OpenDataset } from '../../app/openDataset.js';
import type { Datasets } from '../datasets.js';
import type { OutputLog } from '../outputLog.js';
import type { CommandTarget } from '../target.js';

export interface TreeNode extends Partial<CommandTarget> {
  readonly item: vscode.TreeItem;
  /** Of a row of the gather report. */
  readonly url?: string;
  readonly children?: () => Promise<readonly TreeNode[]>;
}

/** Events come in bursts (a journal entry, a run, a progress step): redraw once. */
const settleMs = 50;

export class Tree implements vscode.TreeDataProvider<TreeNode>, Disposable {
  readonly #scope = new Scope();
  readonly #changed = this.#scope.add(new vscode.EventEmitter<undefined>());
  readonly onDidChangeTreeData = this.#changed.event;
  readonly view: vscode.TreeView<TreeNode>;
  readonly #roots: () => Promise<readonly TreeNode[]>;
  readonly #log: OutputLog;
  #timer: NodeJS.Timeout | undefined;

  constructor(id: string, datasets: Datasets, log: OutputLog, roots: () => Promise<readonly TreeNode[]>) {
    this.#roots = roots;
    this.#log = log;
    this.view = this.#scope.add(
      vscode.window.createTreeView(id, { treeDataProvider: this, showCollapseAll: id === 'winnow.datasets' }),
    );
    this.#scope.add(datasets.onDidChangeList(() => this.redraw()));
    this.#scope.add(datasets.onDidChangeContent(() => this.redraw()));
    this.#scope.add({ dispose: () => clearTimeout(this.#timer) });
  }

  redraw(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#changed.fire(undefined);
    }, settleMs);
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    return node.item;
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    try {
      return [...(await (node ? (node.children?.() ?? []) : this.#roots()))];
    } catch (error) {
      this.#log.error(`the view ${this.view.title ?? ''} could not be filled`, error);
      return [troubleNode(error)];
    }
  }

  dispose(): void {
    this.#scope.dispose();
  }
}

export const icon = (name: string, colour?: string): vscode.ThemeIcon =>
  new vscode.ThemeIcon(name, colour === undefined ? undefined : new vscode.ThemeColor(colour));

export const troubleNode = (error: unknown): TreeNode => {
  const message = error instanceof Error ? error.message : String(error);
  const item = new vscode.TreeItem(message);
  item.iconPath = icon('error', 'errorForeground');
  item.tooltip = message;
  item.command = { command: 'winnow.showLog', title: vscode.l10n.t('Show Log') };
  return { item };
};

/** The rows of the only dataset, or one branch a dataset. */
export const branches = async (
  datasets: Datasets,
  rowsOf: (dataset: OpenDataset) => Promise<readonly TreeNode[]>,
): Promise<readonly TreeNode[]> => {
  await datasets.restore();
  const open = datasets.list();
  const [first] = open;
  if (first && open.length === 1) return rowsOf(first);
  return open.map((dataset) => {
    const item = new vscode.TreeItem(dataset.name, vscode.TreeItemCollapsibleState.Expanded);
    item.id = dataset.store.dir;
    item.tooltip = dataset.store.dir;
    item.iconPath = icon('folder-library');
    return { item, dataset, children: () => rowsOf(dataset) };
  });
};
