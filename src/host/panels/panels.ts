/** The open panels: one of each kind a dataset, one prediction pane a window; restored after a reload. */

import * as vscode from 'vscode';
import { Scope, type Disposable } from '../../base/scope.js';
import type { OpenDataset } from '../../app/openDataset.js';
import type { ItemId } from '../../core/dataset/item.js';
import type { ReviewFilter } from '../../protocol/review.js';
import { AugmentPanel, augmentSurface } from './augmentPanel.js';
import { AuditPanel, auditSurface } from './auditPanel.js';
import { ConfusionPanel, confusionSurface } from './confusionPanel.js';
import { HealthPanel, healthSurface } from './healthPanel.js';
import { MapPanel, mapSurface } from './mapPanel.js';
import { PanelFamily, type DatasetPanel, type MakePanel, type PanelKind } from './panelFamily.js';
import { restoredFrom, sleepingTabs, type Origin } from './origin.js';
import { PredictionPanel, predictionTitle, predictionType } from './predictionPanel.js';
import { ReviewPanel, reviewSurface } from './reviewPanel.js';
import { TrainingPanel, trainingSurface } from './trainingPanel.js';
import type { Surroundings } from './surroundings.js';

export class Panels implements Disposable {
  readonly #scope = new Scope();
  readonly #reviews: PanelFamily<ReviewPanel>;
  readonly #confusions: PanelFamily<ConfusionPanel>;
  readonly #audits: PanelFamily<AuditPanel>;
  readonly #healths: PanelFamily<HealthPanel>;
  readonly #trainings: PanelFamily<TrainingPanel>;
  readonly #augments: PanelFamily<AugmentPanel>;
  readonly #maps: PanelFamily<MapPanel>;
  #prediction: PredictionPanel | undefined;
  #hasHadPrediction = false;
  readonly #around: Surroundings;

  constructor(around: Surroundings) {
    this.#around = around;
    const { datasets } = around;
    const family = <P extends DatasetPanel>(kind: PanelKind, make: MakePanel<P>): PanelFamily<P> =>
      this.#scope.add(new PanelFamily(kind, datasets, make));
    const review = async (dataset: OpenDataset, filter?: ReviewFilter): Promise<void> => {
      await this.review(dataset, filter);
    };
    const audit = (dataset: OpenDataset): void => {
      this.audit(dataset);
    };
    const onMap = {
      one: async (dataset: OpenDataset, id: ItemId): Promise<void> => {
        await this.why(dataset, id);
      },
      many: (dataset: OpenDataset, title: string, ids: readonly ItemId[]) => this.reviewOnly(dataset, title, ids),
    };
    this.#reviews = family(reviewSurface, (of, origin) => new ReviewPanel(of, around, origin));
    this.#confusions = family(confusionSurface, (of, origin) => new ConfusionPanel(of, around, review, origin));
    this.#audits = family(auditSurface, (of, origin) => new AuditPanel(of, around, review, origin));
    this.#healths = family(healthSurface, (of, origin) => new HealthPanel(of, around, review, audit, origin));
    this.#trainings = family(trainingSurface, (of, origin) => new TrainingPanel(of, around, origin));
    this.#augments = family(augmentSurface, (of, origin) => new AugmentPanel(of, around, origin));
    this.#maps = family(mapSurface, (of, origin) => new MapPanel(of, around, onMap, origin));
    this.#scope.add(datasets.onDidChangeList(() => this.#closeStrays()));
    this.#scope.add(
      vscode.window.registerWebviewPanelSerializer(predictionType, {
        deserializeWebviewPanel: async (panel: vscode.WebviewPanel) => {
          // One that was opened meanwhile goes on for it.
          if (this.#prediction) panel.dispose();
          else await this.#addPrediction(restoredFrom(panel)).askAgain();
        },
      }),
    );
  }

  /** The dataset of the panel in front; null = another editor is in front. */
  get active(): OpenDataset | null {
    return this.#ofDatasets().find(({ wire }) => wire.panel.active)?.dataset ?? null;
  }

  /** What opens the tabs of now again for the datasets that are open then, the one in front last. */
  keepTabs(): () => void {
    const kept = this.#families.flatMap((family) =>
      family.panels.map(({ dataset: { store }, wire: { panel } }) => ({
        family,
        dir: store.dir,
        isFront: panel.active,
      })),
    );
    kept.sort((a, b) => Number(a.isFront) - Number(b.isFront));
    return () => {
      for (const { family, dir } of kept) {
        const dataset = this.#around.datasets.find(dir);
        if (dataset) family.again(dataset);
      }
    };
  }

  async review(dataset: OpenDataset, filter?: ReviewFilter): Promise<ReviewPanel> {
    const panel = this.#reviews.of(dataset);
    await panel.show(filter);
    return panel;
  }

  /** The review of these photos alone, in this order. */
  async reviewOnly(dataset: OpenDataset, title: string, ids: readonly ItemId[]): Promise<void> {
    await this.#reviews.of(dataset).showOnly(title, ids);
  }

  /** The review at one photo, with its reasons. Throws `unknown-item`. */
  async why(dataset: OpenDataset, id: ItemId): Promise<ReviewPanel> {
    const panel = this.#reviews.of(dataset);
    await panel.reveal(id, true);
    return panel;
  }

  confusion(dataset: OpenDataset): ConfusionPanel {
    return this.#confusions.show(dataset);
  }

  audit(dataset: OpenDataset): AuditPanel {
    return this.#audits.show(dataset);
  }

  health(dataset: OpenDataset): HealthPanel {
    return this.#healths.show(dataset);
  }

  augment(dataset: OpenDataset): AugmentPanel {
    return this.#augments.show(dataset);
  }

  map(dataset: OpenDataset): MapPanel {
    return this.#maps.show(dataset);
  }

  training(dataset: OpenDataset): TrainingPanel {
    return this.#trainings.show(dataset);
  }

  prediction(): PredictionPanel {
    const panel = this.#prediction ?? this.#newPrediction();
    panel.show();
    return panel;
  }

  dispose(): void {
    this.#scope.dispose();
    this.#prediction?.dispose();
  }

  /** In the place of one that a reload left asleep, when there is one. */
  #newPrediction(): PredictionPanel {
    const asleep = this.#hasHadPrediction ? [] : sleepingTabs(predictionType, predictionTitle());
    const added = this.#addPrediction({ goesOn: asleep.length > 0, restored: null });
    if (asleep.length > 0) {
      void vscode.window.tabGroups.close(asleep, true);
      void added.askAgain();
    }
    return added;
  }

  #addPrediction(origin: Origin): PredictionPanel {
    const added = new PredictionPanel(this.#around, origin);
    this.#prediction = added;
    this.#hasHadPrediction = true;
    added.wire.panel.onDidDispose(() => {
      added.dispose();
      if (this.#prediction === added) this.#prediction = undefined;
    });
    return added;
  }

  get #families(): readonly PanelFamily<DatasetPanel>[] {
    return [this.#reviews, this.#confusions, this.#audits, this.#healths, this.#trainings, this.#augments, this.#maps];
  }

  #ofDatasets(): readonly DatasetPanel[] {
    return this.#families.flatMap((family) => family.panels);
  }

  /** A panel of a dataset that was closed has nothing to show. */
  #closeStrays(): void {
    for (const { dataset, wire } of this.#ofDatasets()) {
      if (this.#around.datasets.find(dataset.store.dir) !== dataset) wire.panel.dispose();
    }
  }
}
