/** The open panels: one review, one confusion matrix, one audit, one health, one training page, one of augmentations and one map a dataset, one prediction pane a window; restored after a reload. */

import * as vscode from 'vscode';
import { Scope, type Disposable } from '../../base/scope.js';
import type { OpenDataset } from '../../app/openDataset.js';
import type { ItemId } from '../../core/dataset/item.js';
import type { ReviewFilter } from '../../protocol/review.js';
import type { PanelType } from '../commandIds.js';
import { AugmentPanel, augmentTitle } from './augmentPanel.js';
import { AuditPanel, auditTitle } from './auditPanel.js';
import { ConfusionPanel, confusionTitle } from './confusionPanel.js';
import { HealthPanel, healthTitle } from './healthPanel.js';
import { MapPanel, mapTitle } from './mapPanel.js';
import { PredictionPanel } from './predictionPanel.js';
import { ReviewPanel, reviewTitle } from './reviewPanel.js';
import { TrainingPanel, trainingTitle } from './trainingPanel.js';
import { datasetByTitle, type Surroundings } from './surroundings.js';

type DatasetPanel = ReviewPanel | ConfusionPanel | AuditPanel | HealthPanel | TrainingPanel | AugmentPanel | MapPanel;

export class Panels implements Disposable {
  readonly #scope = new Scope();
  readonly #reviews = new Map<OpenDataset, ReviewPanel>();
  readonly #confusions = new Map<OpenDataset, ConfusionPanel>();
  readonly #audits = new Map<OpenDataset, AuditPanel>();
  readonly #healths = new Map<OpenDataset, HealthPanel>();
  readonly #trainings = new Map<OpenDataset, TrainingPanel>();
  readonly #augments = new Map<OpenDataset, AugmentPanel>();
  readonly #maps = new Map<OpenDataset, MapPanel>();
  #prediction: PredictionPanel | undefined;
  readonly #around: Surroundings;

  constructor(around: Surroundings) {
    this.#around = around;
    this.#scope.add(around.datasets.onDidChangeList(() => this.#closeStrays()));
    this.#serialize('winnow.review', reviewTitle, (dataset, panel) => void this.#addReview(dataset, panel));
    this.#serialize('winnow.confusion', confusionTitle, (dataset, panel) => void this.#addConfusion(dataset, panel));
    this.#serialize('winnow.audit', auditTitle, (dataset, panel) => void this.#addAudit(dataset, panel));
    this.#serialize('winnow.health', healthTitle, (dataset, panel) => void this.#addHealth(dataset, panel));
    this.#serialize('winnow.augment', augmentTitle, (dataset, panel) => void this.#addAugment(dataset, panel));
    this.#serialize('winnow.map', mapTitle, (dataset, panel) => void this.#addMap(dataset, panel));
    this.#serialize('winnow.training', trainingTitle, (dataset, panel) => void this.#addTraining(dataset, panel));
    this.#scope.add(
      vscode.window.registerWebviewPanelSerializer('winnow.prediction' satisfies PanelType, {
        deserializeWebviewPanel: async (panel: vscode.WebviewPanel) => {
          const added = this.#addPrediction(panel);
          await around.datasets.restore();
          void added.askAgain();
        },
      }),
    );
  }

  /** The dataset of the panel in front; null = another editor is in front. */
  get active(): OpenDataset | null {
    for (const panel of this.#ofDatasets()) {
      if (panel.wire.panel.active) return panel.dataset;
    }
    return null;
  }

  /** The folders whose review is open. */
  get reviewed(): readonly string[] {
    return [...this.#reviews.keys()].map(({ store }) => store.dir);
  }

  async review(dataset: OpenDataset, filter?: ReviewFilter): Promise<ReviewPanel> {
    const panel = this.#reviews.get(dataset) ?? this.#addReview(dataset);
    await panel.show(filter);
    return panel;
  }

  /** The review of these photos alone, in this order. */
  async reviewOnly(dataset: OpenDataset, title: string, ids: readonly ItemId[]): Promise<void> {
    const panel = this.#reviews.get(dataset) ?? this.#addReview(dataset);
    await panel.showOnly(title, ids);
  }

  /** The review at one photo, with its reasons. Throws `unknown-item`. */
  async why(dataset: OpenDataset, id: ItemId): Promise<ReviewPanel> {
    const panel = this.#reviews.get(dataset) ?? this.#addReview(dataset);
    await panel.reveal(id, true);
    return panel;
  }

  confusion(dataset: OpenDataset): ConfusionPanel {
    const panel = this.#confusions.get(dataset) ?? this.#addConfusion(dataset);
    panel.show();
    return panel;
  }

  prediction(): PredictionPanel {
    const panel = this.#prediction ?? this.#addPrediction();
    panel.show();
    return panel;
  }

  audit(dataset: OpenDataset): AuditPanel {
    const panel = this.#audits.get(dataset) ?? this.#addAudit(dataset);
    panel.show();
    return panel;
  }

  health(dataset: OpenDataset): HealthPanel {
    const panel = this.#healths.get(dataset) ?? this.#addHealth(dataset);
    panel.show();
    return panel;
  }

  augment(dataset: OpenDataset): AugmentPanel {
    const panel = this.#augments.get(dataset) ?? this.#addAugment(dataset);
    panel.show();
    return panel;
  }

  map(dataset: OpenDataset): MapPanel {
    const panel = this.#maps.get(dataset) ?? this.#addMap(dataset);
    panel.show();
    return panel;
  }

  training(dataset: OpenDataset): TrainingPanel {
    const panel = this.#trainings.get(dataset) ?? this.#addTraining(dataset);
    panel.show();
    return panel;
  }

  dispose(): void {
    this.#scope.dispose();
    for (const panel of this.#ofDatasets()) panel.dispose();
    this.#prediction?.dispose();
  }

  #addReview(dataset: OpenDataset, restored?: vscode.WebviewPanel): ReviewPanel {
    const added = new ReviewPanel(dataset, this.#around, restored);
    this.#keep(this.#reviews, dataset, added);
    return added;
  }

  #addConfusion(dataset: OpenDataset, restored?: vscode.WebviewPanel): ConfusionPanel {
    const review = async (of: OpenDataset, filter: ReviewFilter): Promise<void> => {
      await this.review(of, filter);
    };
    const added = new ConfusionPanel(dataset, this.#around, review, restored);
    this.#keep(this.#confusions, dataset, added);
    return added;
  }

  #addAudit(dataset: OpenDataset, restored?: vscode.WebviewPanel): AuditPanel {
    const review = async (of: OpenDataset): Promise<void> => {
      await this.review(of);
    };
    const added = new AuditPanel(dataset, this.#around, review, restored);
    this.#keep(this.#audits, dataset, added);
    return added;
  }

  #addHealth(dataset: OpenDataset, restored?: vscode.WebviewPanel): HealthPanel {
    const review = async (of: OpenDataset, filter: ReviewFilter): Promise<void> => {
      await this.review(of, filter);
    };
    const audit = (of: OpenDataset): void => void this.audit(of);
    const added = new HealthPanel(dataset, this.#around, review, audit, restored);
    this.#keep(this.#healths, dataset, added);
    return added;
  }

  #addAugment(dataset: OpenDataset, restored?: vscode.WebviewPanel): AugmentPanel {
    const added = new AugmentPanel(dataset, this.#around, restored);
    this.#keep(this.#augments, dataset, added);
    return added;
  }

  #addMap(dataset: OpenDataset, restored?: vscode.WebviewPanel): MapPanel {
    const review = {
      one: async (id: ItemId): Promise<void> => {
        await this.why(dataset, id);
      },
      many: (title: string, ids: readonly ItemId[]): Promise<void> => this.reviewOnly(dataset, title, ids),
    };
    const added = new MapPanel(dataset, this.#around, review, restored);
    this.#keep(this.#maps, dataset, added);
    return added;
  }

  #addTraining(dataset: OpenDataset, restored?: vscode.WebviewPanel): TrainingPanel {
    const added = new TrainingPanel(dataset, this.#around, restored);
    this.#keep(this.#trainings, dataset, added);
    return added;
  }

  #addPrediction(restored?: vscode.WebviewPanel): PredictionPanel {
    const added = new PredictionPanel(this.#around, restored);
    this.#prediction = added;
    added.wire.panel.onDidDispose(() => {
      added.dispose();
      if (this.#prediction === added) this.#prediction = undefined;
    });
    return added;
  }

  #keep<P extends DatasetPanel>(panels: Map<OpenDataset, P>, dataset: OpenDataset, added: P): void {
    const before = panels.get(dataset);
    panels.set(dataset, added);
    added.wire.panel.onDidDispose(() => {
      added.dispose();
      if (panels.get(dataset) === added) panels.delete(dataset);
    });
    before?.wire.panel.dispose();
  }

  #ofDatasets(): readonly DatasetPanel[] {
    return [
      ...this.#reviews.values(),
      ...this.#confusions.values(),
      ...this.#audits.values(),
      ...this.#healths.values(),
      ...this.#trainings.values(),
      ...this.#augments.values(),
      ...this.#maps.values(),
    ];
  }

  /** A panel of a dataset that was closed has nothing to show. */
  #closeStrays(): void {
    for (const panel of this.#ofDatasets()) {
      if (this.#around.datasets.find(panel.dataset.store.dir) !== panel.dataset) panel.wire.panel.dispose();
    }
  }

  #serialize(
    type: PanelType,
    titleOf: (dataset: OpenDataset) => string,
    add: (dataset: OpenDataset, panel: vscode.WebviewPanel) => void,
  ): void {
    this.#scope.add(
      vscode.window.registerWebviewPanelSerializer(type, {
        deserializeWebviewPanel: async (panel: vscode.WebviewPanel) => {
          const { datasets } = this.#around;
          await datasets.restore();
          const dataset = datasetByTitle(datasets.list(), panel.title, titleOf);
          if (dataset) add(dataset, panel);
          else panel.dispose();
        },
      }),
    );
  }
}
