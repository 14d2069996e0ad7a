/** One item in the status bar: what runs, else how much there is to review. */

import * as vscode from 'vscode';
import { Scope, type Disposable } from '../../base/scope.js';
import type { Datasets } from '../datasets.js';
import type { Training } from '../training.js';
import { factsOf } from './datasetFacts.js';

export interface StatusText {
  readonly text: string;
  readonly tooltip: string;
}

export class StatusBar implements Disposable {
  readonly #scope = new Scope();
  readonly item = this.#scope.add(
    vscode.window.createStatusBarItem('winnow.status', vscode.StatusBarAlignment.Left, 0),
  );
  readonly #datasets: Datasets;
  readonly #training: Training;
  #asked = 0;

  constructor(datasets: Datasets, training: Training) {
    this.#datasets = datasets;
    this.#training = training;
    this.item.name = 'Winnow';
    this.item.command = 'winnow.review';
    const redraw = (): void => void this.redraw();
    this.#scope.add(datasets.onDidChangeList(redraw));
    this.#scope.add(datasets.onDidChangeContent(redraw));
    this.#scope.add(training.onDidStep(redraw));
  }

  async redraw(): Promise<void> {
    const asked = ++this.#asked;
    const status = await this.#status();
    if (asked !== this.#asked || this.#scope.isDisposed) return;
    if (!status) {
      this.item.hide();
      return;
    }
    this.item.text = status.text;
    this.item.tooltip = status.tooltip;
    this.item.show();
  }

  dispose(): void {
    this.#scope.dispose();
  }

  async #status(): Promise<StatusText | null> {
    const open = this.#datasets.list();
    const busy = open.find((dataset) => this.#training.sentenceOf(dataset) !== null);
    if (busy) {
      return {
        text: `$(sync~spin) ${vscode.l10n.t('Training {0}', busy.name)}`,
        tooltip: this.#training.sentenceOf(busy) ?? '',
      };
    }
    const dataset = this.#datasets.lastUsed;
    if (!dataset) return null;
    try {
      const { snapshot, kinds } = await factsOf(dataset);
      if (snapshot.runs.length === 0) {
        return { text: `$(checklist) ${dataset.name}`, tooltip: vscode.l10n.t('Not trained yet') };
      }
      const issues = kinds['label-issue'];
      return {
        text: `$(checklist) ${issues === 0 ? vscode.l10n.t('nothing to review') : vscode.l10n.t('{0} to review', issues.toLocaleString())}`,
        tooltip: vscode.l10n.t('{0}: labels that look wrong. Click to review.', dataset.name),
      };
    } catch {
      return {
        text: `$(warning) ${dataset.name}`,
        tooltip: vscode.l10n.t('This dataset cannot be read; the log says why.'),
      };
    }
  }
}
