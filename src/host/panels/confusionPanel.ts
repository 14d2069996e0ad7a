/** The confusion matrix of a dataset; a click on a cell shows exactly those images in the review. */

import * as vscode from 'vscode';
import { WinnowError } from '../../base/errors.js';
import { Scope, type Disposable } from '../../base/scope.js';
import { confusionState } from '../../app/confusion.js';
import type { OpenDataset } from '../../app/openDataset.js';
import { confusionContract, type ConfusionContract, type ConfusionState } from '../../protocol/confusion.js';
import { noFilter, type ReviewFilter } from '../../protocol/review.js';
import { placeOf, type Surroundings } from './surroundings.js';
import { createPanel, panelIcon, PanelWire, type Surface } from './webviewPanel.js';

const surface: Surface<ConfusionContract> = {
  type: 'winnow.confusion',
  contract: confusionContract,
  loadChecks: async () => (await import('./schemas.js')).confusionChecks,
};

export const confusionTitle = (dataset: OpenDataset): string => vscode.l10n.t('Confusion: {0}', dataset.name);

export class ConfusionPanel implements Disposable {
  readonly #scope = new Scope();
  readonly dataset: OpenDataset;
  readonly wire: PanelWire<ConfusionContract>;
  readonly #around: Surroundings;
  #shown: Disposable | undefined;
  #asked = 0;

  /** @param review shows the review of the dataset under a filter. */
  constructor(
    dataset: OpenDataset,
    around: Surroundings,
    review: (dataset: OpenDataset, filter: ReviewFilter) => Promise<void>,
    restored?: vscode.WebviewPanel,
  ) {
    this.dataset = dataset;
    this.#around = around;
    const place = placeOf(around);
    const panel = restored ?? createPanel('winnow.confusion', confusionTitle(dataset), place);
    panel.title = confusionTitle(dataset);
    panel.iconPath = panelIcon(around.extensionUri);
    this.wire = this.#scope.add(
      new PanelWire(
        panel,
        surface,
        {
          open: () => this.state(),
          showCell: async ({ actual, predicted }) => {
            await review(dataset, { ...noFilter, label: actual, predicted });
            return null;
          },
          train: () => {
            around.train(dataset);
            return null;
          },
        },
        place,
      ),
    );
    this.#scope.add(dataset.onDidChange(() => this.#push()));
    this.#scope.add(
      around.training.onDidStep((step) => {
        if (step.dataset === dataset) this.#push();
      }),
    );
    this.#scope.add(panel.onDidChangeViewState(() => this.#watchWhileVisible()));
    this.#scope.add({ dispose: () => this.#shown?.dispose() });
    this.#watchWhileVisible();
  }

  show(): void {
    this.wire.panel.reveal(undefined, false);
  }

  /** As the page shows it: what is known, what runs, or why there is nothing. */
  async state(): Promise<ConfusionState> {
    const sentence = this.#around.training.sentenceOf(this.dataset);
    try {
      const state = await confusionState(this.dataset);
      return sentence === null ? state : { ...state, state: 'busy', message: sentence };
    } catch (error) {
      if (!WinnowError.is(error)) throw error;
      return { ...nothing, datasetName: this.dataset.name, state: 'error', message: error.message };
    }
  }

  dispose(): void {
    this.#scope.dispose();
  }

  #push(): void {
    if (!this.wire.panel.visible) return;
    const asked = ++this.#asked;
    this.state().then(
      (state) => {
        // A slower older answer must not overwrite a newer one.
        if (asked === this.#asked) this.wire.emit('changed', state);
      },
      (error: unknown) => this.#around.log.error('the confusion matrix could not be made', error),
    );
  }

  #watchWhileVisible(): void {
    if (this.wire.panel.visible) this.#shown ??= this.#around.datasets.show(this.dataset);
    else {
      this.#shown?.dispose();
      this.#shown = undefined;
    }
  }
}

const nothing: Omit<ConfusionState, 'datasetName' | 'state' | 'message'> = {
  run: null,
  vocab: [],
  matrix: [],
  mostConfused: [],
  perClass: [],
  accuracy: null,
};
