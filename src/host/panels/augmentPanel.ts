/** The augmentation page of a dataset: its photos as training would see them; what is chosen goes into winnow.json. */

import * as vscode from 'vscode';
import { WinnowError } from '../../base/errors.js';
import type { Disposable } from '../../base/scope.js';
import type { OpenDataset } from '../../app/openDataset.js';
import { itemsById } from '../../app/snapshotItems.js';
import { augmentPresets, type AugmentSettings } from '../../core/image/augment/augmentSettings.js';
import type { Item } from '../../core/dataset/item.js';
import {
  augmentContract,
  type AugmentContract,
  type AugmentPage,
  type AugmentPictures,
} from '../../protocol/augmenting.js';
import { requireTrust } from '../trustedEngine.js';
import { DatasetTab, type DatasetSurface } from './datasetTab.js';
import type { Origin } from './origin.js';
import type { Surroundings } from './surroundings.js';
import { uriOf } from './thumbnails.js';
import type { PanelWire } from './webviewPanel.js';

export const augmentSurface: DatasetSurface<AugmentContract> = {
  type: 'winnow.augment',
  contract: augmentContract,
  loadChecks: async () => (await import('./schemas.js')).augmentChecks,
  titleOf: (dataset) => vscode.l10n.t('Augmentations: {0}', dataset.name),
};

const side = 192;
/** As many as fit two rows. */
const varied = 8;

export class AugmentPanel implements Disposable {
  readonly #tab: DatasetTab<AugmentContract>;
  readonly dataset: OpenDataset;
  readonly wire: PanelWire<AugmentContract>;
  #at = 0;

  constructor(dataset: OpenDataset, around: Surroundings, origin: Origin) {
    this.dataset = dataset;
    const tab = new DatasetTab(augmentSurface, dataset, around, origin);
    this.#tab = tab;
    this.wire = tab.serve({
      open: () => this.page(),
      turn: async ({ by }) => {
        const count = (await this.#items()).length;
        if (count > 0) this.#at = (((this.#at + by) % count) + count) % count;
        return this.page();
      },
      draw: ({ settings, seed }) => this.#draw(settings, seed),
      save: async ({ settings }) => {
        requireTrust();
        const spec = await dataset.store.spec.read();
        await dataset.store.spec.write({ ...spec, transforms: settings });
        await dataset.refresh();
        return this.page();
      },
    });
    tab.add(
      dataset.onDidChange(() =>
        tab.push(
          () => this.page(),
          (page) => this.wire.emit('changed', page),
        ),
      ),
    );
  }

  async page(): Promise<AugmentPage> {
    const { dataset } = this;
    const empty: AugmentPage = {
      datasetName: dataset.name,
      state: 'ready',
      message: null,
      photo: null,
      photos: 0,
      saved: null,
    };
    if (!vscode.workspace.isTrusted) {
      const message = vscode.l10n.t(
        'Restricted Mode makes no pictures. Trust this workspace to preview augmentations.',
      );
      return { ...empty, state: 'error', message };
    }
    try {
      const items = await this.#items();
      const { spec, state } = await dataset.snapshot();
      const item = items[this.#at] ?? items[0];
      const photo = item ? { at: items.indexOf(item), label: state.items.get(item.id)?.label ?? null } : null;
      return { ...empty, photo, photos: items.length, saved: spec.transforms };
    } catch (error) {
      if (!WinnowError.is(error)) throw error;
      return { ...empty, state: 'error', message: error.message };
    }
  }

  dispose(): void {
    this.#tab.dispose();
  }

  async #items(): Promise<readonly Item[]> {
    const snapshot = await this.dataset.snapshot();
    return [...itemsById(snapshot).values()].filter(({ id }) => snapshot.state.items.get(id)?.status === 'in');
  }

  async #draw(settings: AugmentSettings, seed: number): Promise<AugmentPictures> {
    requireTrust();
    const items = await this.#items();
    const item = items[this.#at] ?? items[0];
    if (!item) return { varied: null, resized: null };
    const whole = (['crop', 'pad', 'squish'] as const).map((resize) => ({
      settings: { ...augmentPresets.none, resize, padding: settings.padding },
      seed: 0,
    }));
    const changed = Array.from({ length: varied }, (_, at) => ({ settings, seed: seed * varied + at }));
    const { store, engine } = this.dataset;
    const paths = await engine.augmented({
      id: item.id,
      file: store.absolute(item.at),
      side,
      cacheDir: store.cacheDir,
      pictures: [...whole, ...changed],
    });
    if (paths === null) return { varied: null, resized: null };
    const uris = paths.map((file) => uriOf(this.wire.panel.webview, file));
    const [crop = '', pad = '', squish = ''] = uris;
    return { varied: uris.slice(whole.length), resized: { crop, pad, squish } };
  }
}
