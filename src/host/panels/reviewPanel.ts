/** The review webview of a dataset: one session behind it, whatever happens to the page. */

import * as vscode from 'vscode';
import { WinnowError } from '../../base/errors.js';
import type { Disposable } from '../../base/scope.js';
import { firstPath } from '../../app/snapshotItems.js';
import { lookAt } from '../../app/lookAt.js';
import type { OpenDataset } from '../../app/openDataset.js';
import { ReviewSession } from '../../app/review/session.js';
import type { ItemId } from '../../core/dataset/item.js';
import type { Handlers } from '../../protocol/contract.js';
import { reviewContract, type ReviewContract, type ReviewFilter, type ReviewSnapshot } from '../../protocol/review.js';
import { requireTrust, untrusted } from '../trustedEngine.js';
import { DatasetTab, type DatasetSurface } from './datasetTab.js';
import type { Origin } from './origin.js';
import { savedViews, shownList } from './savedViews.js';
import type { Surroundings } from './surroundings.js';
import { thumbnailUris } from './thumbnails.js';
import type { PanelWire } from './webviewPanel.js';

export const reviewSurface: DatasetSurface<ReviewContract> = {
  type: 'winnow.review',
  contract: reviewContract,
  loadChecks: async () => (await import('./schemas.js')).reviewChecks,
  titleOf: (dataset) => vscode.l10n.t('Review: {0}', dataset.name),
};

interface WantedPhoto {
  readonly id: ItemId;
  readonly why: boolean;
}
const gone = (): WinnowError =>
  new WinnowError('unknown-item', vscode.l10n.t('This photo is no longer in the dataset.'));

export class ReviewPanel implements Disposable {
  readonly #tab: DatasetTab<ReviewContract>;
  readonly dataset: OpenDataset;
  readonly session: ReviewSession;
  readonly wire: PanelWire<ReviewContract>;
  readonly #around: Surroundings;
  /** A photo to go to as soon as the page is up. */
  #wantedPhoto: WantedPhoto | null = null;

  /** @param origin where it goes on, with what the review of the earlier tab listed; else with everything. */
  constructor(dataset: OpenDataset, around: Surroundings, origin: Origin) {
    this.dataset = dataset;
    this.#around = around;
    const tab = new DatasetTab(reviewSurface, dataset, around, origin);
    this.#tab = tab;
    this.session = tab.add(
      new ReviewSession(
        dataset,
        thumbnailUris(dataset, tab.panel.webview),
        savedViews(around.memory, dataset),
        shownList(around.memory, dataset, origin.goesOn),
      ),
    );
    this.wire = tab.serve(this.#handlers());
    tab.add(this.session.onDidChange((snapshot) => this.#push(snapshot)));
    tab.add(this.session.thumbs.onDidMake((uris) => this.wire.emit('thumbs', { uris })));
    tab.onTraining(({ sentence, interim }) => this.session.setBusy(sentence, interim));
    this.session.setBusy(around.training.sentenceOf(dataset));
  }

  /** Brings the panel forward, with all that passes the filter when one is given. */
  async show(filter?: ReviewFilter): Promise<void> {
    if (filter) this.#push(await this.session.listOnly(null, filter));
    this.wire.panel.reveal(undefined, false);
  }

  /** Brings the panel forward with these photos alone. */
  async showOnly(title: string, ids: readonly ItemId[]): Promise<void> {
    this.wire.panel.reveal(undefined, false);
    this.#push(await this.session.listOnly({ title, ids }));
  }

  /** Scrolls to an item, and opens it with its reasons when `why`. Throws `unknown-item`. */
  async reveal(id: ItemId, why = false): Promise<void> {
    const isUp = this.wire.panel.visible && this.wire.hasGreeted;
    if (isUp) await this.#goTo({ id, why });
    // A page that is not up yet (or not any more) would not hear it: it goes there when it opens.
    else if ((await this.session.reveal(id)) === null) throw gone();
    else this.#wantedPhoto = { id, why };
    this.wire.panel.reveal(undefined, false);
  }

  async #goTo({ id, why }: WantedPhoto): Promise<void> {
    const index = await this.session.reveal(id);
    if (index === null) throw gone();
    this.#push(await this.session.snapshot());
    this.wire.emit('reveal', { id, index, why });
  }

  dispose(): void {
    this.#tab.dispose();
  }

  #push(snapshot: ReviewSnapshot): void {
    this.wire.emit('changed', { snapshot: told(snapshot) });
  }

  #handlers(): Handlers<ReviewContract['calls']> {
    const { session } = this;
    const around = this.#around;
    return {
      open: async () => {
        const opened = told(await session.open());
        const photo = this.#wantedPhoto;
        this.#wantedPhoto = null;
        // After the answer, which the page waits for.
        if (photo)
          setImmediate(() => void this.#goTo(photo).catch((error: unknown) => around.notices.failed(error, 'review')));
        return opened;
      },
      rows: ({ from, to }) => session.rows(from, to),
      ids: ({ from, to }) => session.ids(from, to),
      setFilter: async ({ filter }) => told(await session.setFilter(filter)),
      decide: async ({ ids, action, lastVisible }) => {
        requireTrust();
        const outcome = await session.decide(ids, action, lastVisible);
        return { ...outcome, snapshot: told(outcome.snapshot) };
      },
      undo: async ({ lastVisible }) => {
        requireTrust();
        const outcome = await session.undo(lastVisible);
        return { ...outcome, snapshot: told(outcome.snapshot) };
      },
      redo: async ({ lastVisible }) => {
        requireTrust();
        const outcome = await session.redo(lastVisible);
        return { ...outcome, snapshot: told(outcome.snapshot) };
      },
      saveView: async ({ name }) => told(await session.saveView(name)),
      removeView: async ({ name }) => told(await session.removeView(name)),
      resort: async () => told(await session.resort()),
      peek: async ({ id }) => ({ uri: await session.peek(id) }),
      look: ({ id, ...question }, signal) => lookAt(this.dataset, { id }, question, signal),
      listSimilar: async ({ id }, signal) => {
        requireTrust();
        return told(await session.listSimilar(id, signal));
      },
      listAll: async () => told(await session.listOnly(null)),
      evidence: ({ id }, signal) => session.evidence(id, signal),
      train: () => {
        this.#around.train(this.dataset);
        return null;
      },
      openFile: async ({ id }) => {
        const path = firstPath(await this.dataset.snapshot(), id);
        if (path === '') throw gone();
        await openBeside(this.dataset.store.absolute(path));
        return null;
      },
    };
  }
}

/** What only the editor knows: a workspace that is not trusted is read-only. */
const told = (snapshot: ReviewSnapshot): ReviewSnapshot =>
  vscode.workspace.isTrusted ? snapshot : { ...snapshot, readOnlyReason: untrusted().message };

export const openBeside = async (file: string): Promise<void> => {
  await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(file), {
    viewColumn: vscode.ViewColumn.Beside,
    preview: true,
  });
};
