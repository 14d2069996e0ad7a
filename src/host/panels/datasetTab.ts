/** A tab that shows a dataset: what its panels have in common, whatever they show. */

import * as vscode from 'vscode';
import { Scope, type Disposable } from '../../base/scope.js';
import type { OpenDataset } from '../../app/openDataset.js';
import type { Contract, Handlers } from '../../protocol/contract.js';
import type { TrainingStep } from '../training.js';
import { keptPlace, type KeptPlace } from './keptPlace.js';
import type { Origin } from './origin.js';
import { placeOf, type Surroundings } from './surroundings.js';
import { createPanel, panelIcon, PanelWire, type Surface } from './webviewPanel.js';

/** A surface that shows one dataset. */
export interface DatasetSurface<C extends Contract> extends Surface<C> {
  /** Of the tab; after a reload it is all that says which dataset the tab showed. */
  readonly titleOf: (dataset: OpenDataset) => string;
}

export class DatasetTab<C extends Contract> implements Disposable {
  readonly #scope = new Scope();
  readonly panel: vscode.WebviewPanel;
  readonly dataset: OpenDataset;
  readonly #surface: DatasetSurface<C>;
  readonly #around: Surroundings;
  readonly #place: KeptPlace;
  #shown: Disposable | undefined;
  #asked = 0;

  constructor(surface: DatasetSurface<C>, dataset: OpenDataset, around: Surroundings, origin: Origin) {
    this.#surface = surface;
    this.dataset = dataset;
    this.#around = around;
    const title = surface.titleOf(dataset);
    this.#place = keptPlace(around.memory, `${surface.type} ${dataset.store.dir}`, origin);
    this.panel = origin.restored ?? createPanel(surface.type, title, placeOf(around));
    this.panel.title = title;
    this.panel.iconPath = panelIcon(around.extensionUri);
    this.#scope.add(this.panel.onDidChangeViewState(() => this.#watchWhileVisible()));
    this.#scope.add({ dispose: () => this.#shown?.dispose() });
    this.#watchWhileVisible();
  }

  /** Puts the page into the tab, which `handlers` answer. */
  serve(handlers: Handlers<C['calls']>): PanelWire<C> {
    return this.add(new PanelWire(this.panel, this.#surface, handlers, placeOf(this.#around), this.#place));
  }

  /** Ends `thing` with the tab. */
  add<T extends Disposable>(thing: T): T {
    return this.#scope.add(thing);
  }

  /** Tells how the training of this dataset goes on. */
  onTraining(listener: (step: TrainingStep) => void): void {
    this.add(
      this.#around.training.onDidStep((step) => {
        if (step.dataset === this.dataset) listener(step);
      }),
    );
  }

  /** Sends what `make` gives while the tab is seen; a slower older answer never overwrites a newer one. */
  push<T>(make: () => Promise<T>, send: (made: T) => void): void {
    if (!this.panel.visible) return;
    const asked = ++this.#asked;
    make().then(
      (made) => {
        if (asked === this.#asked) send(made);
      },
      (error: unknown) => this.#around.log.error(`${this.#surface.type} could not be shown`, error),
    );
  }

  /** What was asked before now is out of date, and is not sent any more. */
  outdate(): void {
    this.#asked++;
  }

  dispose(): void {
    this.#scope.dispose();
  }

  /** Changes on disk are looked for as long as somebody sees them. */
  #watchWhileVisible(): void {
    if (this.panel.visible) this.#shown ??= this.#around.datasets.show(this.dataset);
    else {
      this.#shown?.dispose();
      this.#shown = undefined;
    }
  }
}
