/** The confusion matrix of a dataset; a click on a cell shows exactly those images in the review. */

import * as vscode from 'vscode';
import { WinnowError } from '../../base/errors.js';
import type { Disposable } from '../../base/scope.js';
import { confusionState } from '../../app/confusion.js';
import type { OpenDataset } from '../../app/openDataset.js';
import { confusionContract, type ConfusionContract, type ConfusionState } from '../../protocol/confusion.js';
import { noFilter, type ReviewFilter } from '../../protocol/review.js';
import { DatasetTab, type DatasetSurface } from './datasetTab.js';
import type { Origin } from './origin.js';
import type { Surroundings } from './surroundings.js';
import type { PanelWire } from './webviewPanel.js';

export const confusionSurface: DatasetSurface<ConfusionContract> = {
  type: 'winnow.confusion',
  contract: confusionContract,
  loadChecks: async () => (await import('./schemas.js')).confusionChecks,
  titleOf: (dataset) => vscode.l10n.t('Confusion: {0}', dataset.name),
};

export class ConfusionPanel implements Disposable {
  readonly #tab: DatasetTab<ConfusionContract>;
  readonly dataset: OpenDataset;
  readonly wire: PanelWire<ConfusionContract>;
  readonly #around: Surroundings;

  /** @param review shows the review of the dataset under a filter. */
  constructor(
    dataset: OpenDataset,
    around: Surroundings,
    review: (dataset: OpenDataset, filter: ReviewFilter) => Promise<void>,
    origin: Origin,
  ) {
    this.dataset = dataset;
    this.#around = around;
    const tab = new DatasetTab(confusionSurface, dataset, around, origin);
    this.#tab = tab;
    this.wire = tab.serve({
      open: () => this.state(),
      showCell: async ({ actual, predicted }) => {
        await review(dataset, { ...noFilter, label: actual, predicted });
        return null;
      },
      train: () => {
        around.train(dataset);
        return null;
      },
    });
    tab.add(dataset.onDidChange(() => this.#push()));
    tab.onTraining(() => this.#push());
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
    this.#tab.dispose();
  }

  #push(): void {
    this.#tab.push(
      () => this.state(),
      (state) => this.wire.emit('changed', state),
    );
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
