/** How a dataset is; a click on a kind of finding or a class shows its photos in the review. */

import * as vscode from 'vscode';
import { WinnowError } from '../../base/errors.js';
import type { Disposable } from '../../base/scope.js';
import { healthReport } from '../../app/health/health.js';
import { collectReport } from '../../app/health/collect.js';
import type { DatasetSnapshot, OpenDataset } from '../../app/openDataset.js';
import { firstPath } from '../../app/snapshotItems.js';
import type { CollectReport } from '../../core/health/collectReport.js';
import type { HealthReport } from '../../core/health/healthReport.js';
import { healthContract, type HealthContract, type HealthState } from '../../protocol/health.js';
import { noFilter, type ReviewFilter } from '../../protocol/review.js';
import { DatasetTab, type DatasetSurface } from './datasetTab.js';
import type { Origin } from './origin.js';
import { openBeside } from './reviewPanel.js';
import type { Surroundings } from './surroundings.js';
import type { PanelWire } from './webviewPanel.js';

export const healthSurface: DatasetSurface<HealthContract> = {
  type: 'winnow.health',
  contract: healthContract,
  loadChecks: async () => (await import('./schemas.js')).healthChecks,
  titleOf: (dataset) => vscode.l10n.t('Health: {0}', dataset.name),
};

/** A report and what it was made of. */
interface Made {
  readonly snapshot: DatasetSnapshot;
  readonly report: HealthReport;
}

export class HealthPanel implements Disposable {
  readonly #tab: DatasetTab<HealthContract>;
  readonly dataset: OpenDataset;
  readonly wire: PanelWire<HealthContract>;
  readonly #around: Surroundings;
  #made: Made | null = null;
  #making: AbortController | undefined;
  #collecting: AbortController | undefined;

  /** @param review shows the review of the dataset under a filter.  @param audit shows its audit. */
  constructor(
    dataset: OpenDataset,
    around: Surroundings,
    review: (dataset: OpenDataset, filter: ReviewFilter) => Promise<void>,
    audit: (dataset: OpenDataset) => void,
    origin: Origin,
  ) {
    this.dataset = dataset;
    this.#around = around;
    const tab = new DatasetTab(healthSurface, dataset, around, origin);
    this.#tab = tab;
    this.wire = tab.serve({
      open: () => this.state(),
      refresh: () => {
        this.#made = null;
        return this.state();
      },
      review: async ({ kind, label }) => {
        await review(dataset, { ...noFilter, kind, label });
        return null;
      },
      openFile: async ({ id }) => {
        const path = firstPath(await dataset.snapshot(), id);
        if (path === '')
          throw new WinnowError('unknown-item', vscode.l10n.t('This photo is no longer in the dataset.'));
        await openBeside(dataset.store.absolute(path));
        return null;
      },
      audit: () => {
        audit(dataset);
        return null;
      },
      collect: () => this.#collect(),
      stopCollecting: () => {
        this.#collecting?.abort();
        return null;
      },
      train: () => {
        around.train(dataset);
        return null;
      },
    });
    tab.add(dataset.onDidChange(() => this.#push()));
    tab.onTraining(() => this.#push());
    tab.add({ dispose: () => this.#making?.abort() });
    tab.add({ dispose: () => this.#collecting?.abort() });
  }

  /** Makes the report where there is none of the dataset as it is now. */
  async state(): Promise<HealthState> {
    const { dataset } = this;
    const sentence = this.#around.training.sentenceOf(dataset);
    try {
      const snapshot = await dataset.snapshot();
      // What is being trained now will change every figure.
      if (this.#made?.snapshot !== snapshot && (sentence === null || this.#made === null)) await this.#make();
      return this.#stateNow(snapshot);
    } catch (error) {
      if (!WinnowError.is(error) || error.code === 'cancelled') throw error;
      return { datasetName: dataset.name, state: 'error', message: error.message, report: this.#made?.report ?? null };
    }
  }

  dispose(): void {
    this.#tab.dispose();
  }

  async #make(): Promise<void> {
    this.#making?.abort();
    const making = new AbortController();
    this.#making = making;
    const report = await healthReport(this.dataset, undefined, making.signal);
    WinnowError.throwIfAborted(making.signal, 'health');
    this.#made = { snapshot: await this.dataset.snapshot(), report };
  }

  async #collect(): Promise<CollectReport> {
    this.#collecting?.abort();
    const collecting = new AbortController();
    this.#collecting = collecting;
    const tell = ({ done, total }: { readonly done: number; readonly total: number }): void =>
      this.wire.emit('collecting', { done, total });
    return collectReport(this.dataset, tell, collecting.signal);
  }

  #stateNow(snapshot: DatasetSnapshot): HealthState {
    const { dataset } = this;
    const report = this.#made?.report ?? null;
    const message = this.#around.training.sentenceOf(dataset);
    const common = { datasetName: dataset.name, report };
    if (message !== null) return { ...common, state: 'busy', message };
    if (this.#made !== null && this.#made.snapshot !== snapshot) {
      const stale = vscode.l10n.t('Labels, files or the model have changed since this page was made.');
      return { ...common, state: 'stale', message: stale };
    }
    return { ...common, state: report?.run === null ? 'no-run' : 'ready', message: null };
  }

  /** Says that something has changed; a new report is made when the person asks. */
  #push(): void {
    if (this.#made === null) return;
    this.#tab.push(
      async () => this.#stateNow(await this.dataset.snapshot()),
      (state) => this.wire.emit('changed', state),
    );
  }
}
