/** The map of a dataset: a point a photo; a selection goes to the review. */

import * as vscode from 'vscode';
import { WinnowError } from '../../base/errors.js';
import { Scope, type Disposable } from '../../base/scope.js';
import { MapSession } from '../../app/mapSession.js';
import type { OpenDataset } from '../../app/openDataset.js';
import type { ItemId } from '../../core/dataset/item.js';
import { mapContract, type MapContract, type MapPage } from '../../protocol/map.js';
import { placeOf, type Surroundings } from './surroundings.js';
import { thumbnailUris } from './thumbnails.js';
import { createPanel, panelIcon, PanelWire, type Surface } from './webviewPanel.js';

const surface: Surface<MapContract> = {
  type: 'winnow.map',
  contract: mapContract,
  loadChecks: async () => (await import('./schemas.js')).mapChecks,
};

export const mapTitle = (dataset: OpenDataset): string => vscode.l10n.t('Map: {0}', dataset.name);

/** How the map shows photos in the review of its dataset. */
export interface MapReview {
  one(id: ItemId): Promise<void>;
  many(title: string, ids: readonly ItemId[]): Promise<void>;
}

export class MapPanel implements Disposable {
  readonly #scope = new Scope();
  readonly dataset: OpenDataset;
  readonly wire: PanelWire<MapContract>;
  readonly #session: MapSession;
  readonly #around: Surroundings;
  #shown: Disposable | undefined;

  constructor(dataset: OpenDataset, around: Surroundings, review: MapReview, restored?: vscode.WebviewPanel) {
    this.dataset = dataset;
    this.#around = around;
    const place = placeOf(around);
    const panel = restored ?? createPanel('winnow.map', mapTitle(dataset), place);
    panel.title = mapTitle(dataset);
    panel.iconPath = panelIcon(around.extensionUri);
    const session = this.#scope.add(new MapSession(dataset));
    this.#session = session;
    const makeThumbs = thumbnailUris(dataset, panel.webview);
    this.wire = this.#scope.add(
      new PanelWire(
        panel,
        surface,
        {
          open: () => this.page(() => session.open()),
          points: ({ from, to }) => session.points(from, to),
          thumb: async ({ id }) => ({ uri: (await makeThumbs([id], 256)).get(id) ?? null }),
          showOne: async ({ id }) => {
            await review.one(id);
            return null;
          },
          showMany: async ({ ids }) => {
            const title =
              ids.length === 1
                ? vscode.l10n.t('1 photo chosen on the map')
                : vscode.l10n.t('{0} photos chosen on the map', ids.length.toLocaleString());
            await review.many(title, ids);
            return null;
          },
          compute: () => this.page(() => session.compute()),
          cancel: () => {
            session.cancel();
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
    this.#scope.add(
      session.onDidChange((page) => {
        if (panel.visible) this.wire.emit('changed', this.#withTraining(page));
      }),
    );
    this.#scope.add(
      around.training.onDidStep((step) => {
        if (step.dataset === dataset && panel.visible) this.wire.emit('changed', this.#withTraining(session.page()));
      }),
    );
    this.#scope.add(panel.onDidChangeViewState(() => this.#watchWhileVisible()));
    this.#scope.add({ dispose: () => this.#shown?.dispose() });
    this.#watchWhileVisible();
  }

  show(): void {
    this.wire.panel.reveal(undefined, false);
  }

  /** As the page shows it: points, what runs, or why there is nothing. */
  async page(ask: () => Promise<MapPage> = () => this.#session.open()): Promise<MapPage> {
    if (!vscode.workspace.isTrusted) {
      const message = vscode.l10n.t('Restricted Mode computes no map. Trust this workspace to see it.');
      return { ...this.#session.page(), state: 'error', message };
    }
    try {
      return this.#withTraining(await ask());
    } catch (error) {
      if (!WinnowError.is(error)) throw error;
      return { ...this.#session.page(), state: 'error', message: error.message };
    }
  }

  dispose(): void {
    this.#scope.dispose();
  }

  /** A first training is why there is no map yet. */
  #withTraining(page: MapPage): MapPage {
    return page.state === 'no-run' ? { ...page, message: this.#around.training.sentenceOf(this.dataset) } : page;
  }

  #watchWhileVisible(): void {
    if (this.wire.panel.visible) this.#shown ??= this.#around.datasets.show(this.dataset);
    else {
      this.#shown?.dispose();
      this.#shown = undefined;
    }
  }
}
