/** The map of a dataset: a point a photo; a selection goes to the review. */

import * as vscode from 'vscode';
import { WinnowError } from '../../base/errors.js';
import type { Disposable } from '../../base/scope.js';
import { MapSession } from '../../app/mapSession.js';
import type { OpenDataset } from '../../app/openDataset.js';
import type { ItemId } from '../../core/dataset/item.js';
import { mapContract, type MapContract, type MapPage } from '../../protocol/map.js';
import { DatasetTab, type DatasetSurface } from './datasetTab.js';
import type { Origin } from './origin.js';
import type { Surroundings } from './surroundings.js';
import { thumbnailUris } from './thumbnails.js';
import type { PanelWire } from './webviewPanel.js';

export const mapSurface: DatasetSurface<MapContract> = {
  type: 'winnow.map',
  contract: mapContract,
  loadChecks: async () => (await import('./schemas.js')).mapChecks,
  titleOf: (dataset) => vscode.l10n.t('Map: {0}', dataset.name),
};

/** How the map shows photos in the review. */
export interface MapReview {
  one(dataset: OpenDataset, id: ItemId): Promise<void>;
  many(dataset: OpenDataset, title: string, ids: readonly ItemId[]): Promise<void>;
}

export class MapPanel implements Disposable {
  readonly #tab: DatasetTab<MapContract>;
  readonly dataset: OpenDataset;
  readonly wire: PanelWire<MapContract>;
  readonly #session: MapSession;
  readonly #around: Surroundings;

  constructor(dataset: OpenDataset, around: Surroundings, review: MapReview, origin: Origin) {
    this.dataset = dataset;
    this.#around = around;
    const tab = new DatasetTab(mapSurface, dataset, around, origin);
    this.#tab = tab;
    const session = tab.add(new MapSession(dataset));
    this.#session = session;
    const makeThumbs = thumbnailUris(dataset, tab.panel.webview);
    this.wire = tab.serve({
      open: () => this.page(() => session.open()),
      points: ({ from, to }) => session.points(from, to),
      thumb: async ({ id }) => ({ uri: (await makeThumbs([id], 256)).get(id) ?? null }),
      showOne: async ({ id }) => {
        await review.one(dataset, id);
        return null;
      },
      showMany: async ({ ids }) => {
        const title =
          ids.length === 1
            ? vscode.l10n.t('1 photo chosen on the map')
            : vscode.l10n.t('{0} photos chosen on the map', ids.length.toLocaleString());
        await review.many(dataset, title, ids);
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
    });
    tab.add(
      session.onDidChange((page) => {
        if (tab.panel.visible) this.wire.emit('changed', this.#withTraining(page));
      }),
    );
    tab.onTraining(() => {
      if (tab.panel.visible) this.wire.emit('changed', this.#withTraining(session.page()));
    });
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
    this.#tab.dispose();
  }

  /** A first training is why there is no map yet. */
  #withTraining(page: MapPage): MapPage {
    return page.state === 'no-run' ? { ...page, message: this.#around.training.sentenceOf(this.dataset) } : page;
  }
}
