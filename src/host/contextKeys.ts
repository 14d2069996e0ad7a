/** Keeps `winnow.hasDataset`, `winnow.hasRun` and `winnow.isTraining` true to what is open, and the badge to what is wrong. */

import * as vscode from 'vscode';
import { Scope, type Disposable } from '../base/scope.js';
import type { Datasets } from './datasets.js';
import type { OutputLog } from './outputLog.js';
import type { Training } from './training.js';
import { factsOf } from './views/datasetFacts.js';

export const keepContextKeys = (
  datasets: Datasets,
  training: Training,
  view: vscode.TreeView<unknown>,
  log: OutputLog,
): Disposable => {
  const scope = new Scope();
  const told = new Map<string, boolean>();
  const tell = (key: string, value: boolean): void => {
    if (told.get(key) === value) return;
    told.set(key, value);
    void vscode.commands.executeCommand('setContext', `winnow.${key}`, value);
  };
  let asked = 0;
  const update = async (): Promise<void> => {
    const mine = ++asked;
    const open = datasets.list();
    // Remembered ones count before they are read, so that a reloaded window does not flash its empty state.
    tell('hasDataset', open.length > 0 || (!datasets.isRestored && datasets.hasRemembered));
    tell('isTraining', training.isRunning);
    const all = await Promise.all(open.map((dataset) => factsOf(dataset).catch(() => null)));
    if (mine !== asked || scope.isDisposed) return;
    tell(
      'hasRun',
      all.some((facts) => facts !== null && facts.snapshot.runs.length > 0),
    );
    const issues = all.reduce((sum, facts) => sum + (facts?.kinds['label-issue'] ?? 0), 0);
    view.badge =
      issues === 0
        ? undefined
        : { value: issues, tooltip: vscode.l10n.t('{0} labels look wrong', issues.toLocaleString()) };
  };
  const changed = (): void => {
    update().catch((error: unknown) => log.error('the state of the views could not be worked out', error));
  };
  scope.add(datasets.onDidChangeList(changed));
  scope.add(datasets.onDidChangeContent(changed));
  scope.add(training.onDidStep(changed));
  changed();
  return scope;
};
