/** One item in the status bar: what runs, else how much there is to review. */

import * as vscode from 'vscode';
import { Scope, type Disposable } from '../../base/scope.js';
import type { Datasets } from '../datasets.js';
import type { FineTuning } from '../fineTuning.js';
import type { Training } from '../training.js';
import { factsOf } from './datasetFacts.js';

export interface StatusText {
  readonly text: string;
  readonly tooltip: string;
  readonly command: 'winnow.review' | 'winnow.fineTune';
}

export class StatusBar implements Disposable {
  readonly #scope = new Scope();
  readonly item = this.#scope.add(
    vscode.window.createStatusBarItem('winnow.status', vscode.StatusBarAlignment.Left, 0),
  );
  readonly #datasets: Datasets;
  readonly #training: Training;
  readonly #fineTuning: FineTuning;
  #asked = 0;

  constructor(datasets: Datasets, training: Training, fineTuning: FineTuning) {
    this.#datasets = datasets;
    this.#training = training;
    this.#fineTuning = fineTuning;
    this.item.name = 'Winnow';
    const redraw = (): void => void this.redraw();
    this.#scope.add(datasets.onDidChangeList(redraw));
    this.#scope.add(datasets.onDidChangeContent(redraw));
    this.#scope.add(training.onDidStep(redraw));
    this.#scope.add(fineTuning.onDidTell(redraw));
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
    this.item.command = status.command;
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
        command: 'winnow.review',
      };
    }
    // A reloaded window goes on with one by itself: whoever hears the fan must find it.
    const tuned = open.find((dataset) => this.#fineTuning.storyOf(dataset).isRunning);
    if (tuned) {
      const { progress, fold } = this.#fineTuning.storyOf(tuned);
      const epoch = progress && vscode.l10n.t('epoch {0} of {1}', progress.epoch, progress.epochs);
      const place = fold && fold.at > 0 ? vscode.l10n.t('fold {0} of {1}', fold.at, fold.of) : null;
      const words = [place, epoch].filter(Boolean).join(', ');
      return {
        text: `$(sync~spin) ${vscode.l10n.t('Fine-tuning {0}', tuned.name)}${words && `: ${words}`}`,
        tooltip: vscode.l10n.t('Click to watch, stop or cancel it.'),
        command: 'winnow.fineTune',
      };
    }
    const dataset = this.#datasets.lastUsed;
    if (!dataset) return null;
    try {
      const { snapshot, kinds } = await factsOf(dataset);
      if (snapshot.runs.length === 0) {
        return {
          text: `$(checklist) ${dataset.name}`,
          tooltip: vscode.l10n.t('Not trained yet'),
          command: 'winnow.review',
        };
      }
      const issues = kinds['label-issue'];
      return {
        text: `$(checklist) ${issues === 0 ? vscode.l10n.t('nothing to review') : vscode.l10n.t('{0} to review', issues.toLocaleString())}`,
        tooltip: vscode.l10n.t('{0}: labels that look wrong. Click to review.', dataset.name),
        command: 'winnow.review',
      };
    } catch {
      return {
        text: `$(warning) ${dataset.name}`,
        tooltip: vscode.l10n.t('This dataset cannot be read; the log says why.'),
        command: 'winnow.review',
      };
    }
  }
}
