/** Puts the parts together with plain constructors; everything ends with the one scope. */

import path from 'node:path';
import * as vscode from 'vscode';
import { Scope } from '../base/scope.js';
import { OpenDataset } from '../app/openDataset.js';
import { userFolders } from '../node/userFolders.js';
import { registerAssistantTools } from './assistant.js';
import { BackboneChoice } from './backboneChoice.js';
import { commandTable, registerCommands, type Parts } from './commands.js';
import { keepContextKeys } from './contextKeys.js';
import { Datasets } from './datasets.js';
import { DatasetWatch } from './datasetWatch.js';
import { Gathering } from './gather/gathering.js';
import { DoctorDocument } from './doctorDocument.js';
import { Notices } from './notices.js';
import { createOutputLog } from './outputLog.js';
import { Panels } from './panels/panels.js';
import { nodePath } from './settings.js';
import { FineTuning } from './fineTuning.js';
import { RateFinding } from './rateFinding.js';
import { Training } from './training.js';
import { TrustedEngine } from './trustedEngine.js';
import { gatherTree } from './views/gatherTree.js';
import { datasetsTree } from './views/datasetsTree.js';
import { historyTree } from './views/historyTree.js';
import { runsTree } from './views/runsTree.js';
import { StatusBar } from './views/statusBar.js';
import { SuspicionBadges } from './views/suspicionBadges.js';
import type { Tree } from './views/tree.js';

/** What tests reach; nobody else gets it. */
export interface WinnowHost extends Parts {
  readonly trees: { readonly datasets: Tree; readonly runs: Tree; readonly history: Tree; readonly gathered: Tree };
  readonly status: StatusBar;
  readonly badges: SuspicionBadges;
  /** What is kept for this workspace. */
  readonly memory: vscode.Memento;
  /** How long activation took on the extension host. */
  readonly activationMs: number;
}

export const compose = (context: vscode.ExtensionContext): WinnowHost => {
  const started = performance.now();
  const scope = new Scope();
  context.subscriptions.push(scope);
  const log = scope.add(createOutputLog());
  const notices = new Notices(log);
  const engine = scope.add(new TrustedEngine(() => startEngine(context, log)));
  const open = async (dir: string): Promise<{ dataset: OpenDataset; watch: DatasetWatch }> => {
    // Opening a dataset finishes an apply that a crash cut short: not in a folder that nobody has vouched for.
    const { openStore } = await import('../node/datasetStore.js');
    const store = await openStore(dir, vscode.workspace.isTrusted ? {} : { isWritable: false });
    const dataset = new OpenDataset(store, engine, log);
    for (const note of dataset.store.journal.takeNotes()) log.warn(note);
    return { dataset, watch: new DatasetWatch(dataset) };
  };
  const datasets = scope.add(new Datasets(open, context.workspaceState, log));
  const training = scope.add(new Training(notices, log, (dataset) => run('winnow.review', dataset)));
  const fineTuning = scope.add(new FineTuning(() => startEngine(context, log), context.workspaceState, log));
  const goOn = (): void => {
    for (const dataset of datasets.list()) void fineTuning.goOn(dataset);
  };
  const rateFinding = scope.add(new RateFinding(() => startEngine(context, log), fineTuning, log));
  const run = (id: 'winnow.review' | 'winnow.train', dataset: OpenDataset): void =>
    void vscode.commands.executeCommand(id, { dataset });
  const panels = scope.add(
    new Panels({
      extensionUri: context.extensionUri,
      storageUri: context.globalStorageUri,
      cacheDir: userFolders().cache,
      memory: context.workspaceState,
      datasets,
      training,
      fineTuning,
      rateFinding,
      notices,
      log,
      train: (dataset) => run('winnow.train', dataset),
    }),
  );
  const doctor = scope.add(new DoctorDocument());
  const gathering = scope.add(
    new Gathering({
      context,
      datasets,
      notices,
      log,
      engine,
      cacheDir: userFolders().cache,
      lookAt: async (dataset) => {
        await vscode.commands.executeCommand('winnow.review', { dataset });
        await vscode.commands.executeCommand('winnow.train', { dataset });
      },
    }),
  );
  const backbones = new BackboneChoice({
    engine,
    notices,
    memory: context.globalState,
    openDatasets: () => datasets.list(),
    train: (dataset) => run('winnow.train', dataset),
  });
  const parts: Parts = {
    backbones,
    fineTuning,
    rateFinding,
    startEngine: () => startEngine(context, log),
    datasets,
    panels,
    training,
    notices,
    engine,
    doctor,
    gathering,
    log,
  };
  scope.add(registerCommands(commandTable(parts), notices));
  scope.add(registerAssistantTools({ datasets, training, log, inFront: () => panels.active }));
  const trees = {
    datasets: scope.add(datasetsTree(datasets, training, log)),
    runs: scope.add(runsTree(datasets, training, log)),
    history: scope.add(historyTree(datasets, log)),
    gathered: scope.add(gatherTree(datasets, gathering, log)),
  };
  scope.add(training.onDidStep(() => [trees.datasets, trees.runs].forEach((tree) => tree.redraw())));
  const badges = scope.add(new SuspicionBadges(datasets, log));
  const status = scope.add(new StatusBar(datasets, training, fineTuning));
  scope.add(keepContextKeys(datasets, training, trees.datasets.view, log));
  scope.add(watchWhileShown(datasets, Object.values(trees)));
  scope.add(
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('winnow.nodePath')) engine.restart();
    }),
  );
  scope.add(
    vscode.workspace.onDidGrantWorkspaceTrust(async () => {
      const openAgain = panels.keepTabs();
      await datasets.reopen().catch((error: unknown) => notices.failed(error, 'reopen'));
      goOn();
      openAgain();
    }),
  );
  // What was open is read after activation: the window must not wait for a disk.
  setImmediate(() => {
    void datasets.restore().then(goOn);
  });
  const activationMs = performance.now() - started;
  log.info(`activated in ${activationMs.toFixed(0)} ms`);
  return { ...parts, trees, status, badges, memory: context.workspaceState, activationMs };
};

const startEngine = async (context: vscode.ExtensionContext, log: WinnowHost['log']) => {
  const { EngineProcess } = await import('../node/engineProcess.js');
  const bundle = path.join(context.extensionPath, 'dist', 'engine.mjs');
  return new EngineProcess({ bundle, nodePath: nodePath(), rung: 'auto', log });
};

/** While a tree is in sight its datasets are read again each second. */
const watchWhileShown = (datasets: Datasets, trees: readonly Tree[]): Scope => {
  const scope = new Scope();
  let shown = new Scope();
  const update = (): void => {
    shown.dispose();
    shown = new Scope();
    if (!trees.some(({ view }) => view.visible)) return;
    for (const dataset of datasets.list()) shown.add(datasets.show(dataset));
  };
  for (const { view } of trees) scope.add(view.onDidChangeVisibility(update));
  scope.add(datasets.onDidChangeList(update));
  scope.add({ dispose: () => shown.dispose() });
  return scope;
};
