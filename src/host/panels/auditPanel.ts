/** The audit of a dataset: photos to name blind, then what the answers say. */

import * as vscode from 'vscode';
import { WinnowError } from '../../base/errors.js';
import { Scope, type Disposable } from '../../base/scope.js';
import { answerAudit, auditState, undoAnswer } from '../../app/audit.js';
import type { OpenDataset } from '../../app/openDataset.js';
import type { MakeThumbs } from '../../app/makeThumbs.js';
import { auditContract, type AuditContract, type AuditPage } from '../../protocol/audit.js';
import { requireTrust } from '../trustedEngine.js';
import { placeOf, type Surroundings } from './surroundings.js';
import { thumbnailUris } from './thumbnails.js';
import { createPanel, panelIcon, PanelWire, type Surface } from './webviewPanel.js';

const surface: Surface<AuditContract> = {
  type: 'winnow.audit',
  contract: auditContract,
  loadChecks: async () => (await import('./schemas.js')).auditChecks,
};

/** The photo asked and the two after it. */
const ahead = 3;

export const auditTitle = (dataset: OpenDataset): string => vscode.l10n.t('Audit: {0}', dataset.name);

export class AuditPanel implements Disposable {
  readonly #scope = new Scope();
  readonly dataset: OpenDataset;
  readonly wire: PanelWire<AuditContract>;
  readonly #around: Surroundings;
  readonly #makeThumbs: MakeThumbs;
  #shown: Disposable | undefined;
  #asked = 0;
  /** Answers are written one after the other: a fast hand must not make two of one. */
  #queue: Promise<unknown> = Promise.resolve();
  #isActing = false;

  /** @param review shows the review of the dataset. */
  constructor(
    dataset: OpenDataset,
    around: Surroundings,
    review: (dataset: OpenDataset) => Promise<void>,
    restored?: vscode.WebviewPanel,
  ) {
    this.dataset = dataset;
    this.#around = around;
    const place = placeOf(around);
    const panel = restored ?? createPanel('winnow.audit', auditTitle(dataset), place);
    panel.title = auditTitle(dataset);
    panel.iconPath = panelIcon(around.extensionUri);
    this.#makeThumbs = thumbnailUris(dataset, panel.webview);
    this.wire = this.#scope.add(
      new PanelWire(
        panel,
        surface,
        {
          open: () => this.page(),
          answer: ({ id, label }) =>
            this.#act(() => answerAudit(dataset, id, label === null ? 'cannot-tell' : { label }, 'user')),
          undo: () => this.#act(() => undoAnswer(dataset, 'user')),
          train: () => {
            around.train(dataset);
            return null;
          },
          review: async () => {
            await review(dataset);
            return null;
          },
        },
        place,
      ),
    );
    this.#scope.add(
      dataset.onDidChange(() => {
        if (!this.#isActing) this.#push();
      }),
    );
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

  /** As the page shows it: a photo, the results, what runs, or why there is nothing. */
  async page(): Promise<AuditPage> {
    const { dataset } = this;
    const sentence = this.#around.training.sentenceOf(dataset);
    const empty: AuditPage = {
      datasetName: dataset.name,
      state: sentence === null ? 'ready' : 'busy',
      message: sentence,
      readOnlyReason: dataset.readOnlyReason,
      vocab: [],
      asked: 0,
      answered: 0,
      photos: [],
      results: null,
    };
    if (!vscode.workspace.isTrusted) {
      const message = vscode.l10n.t(
        'Restricted Mode makes no pictures and writes no answers. Trust this workspace to audit its labels.',
      );
      return { ...empty, state: 'error', message };
    }
    try {
      const { progress, results, trouble } = await auditState(dataset);
      if (progress === null) return sentence === null ? { ...empty, state: 'no-run' } : empty;
      const { state } = await dataset.snapshot();
      const ids = progress.next.slice(0, ahead);
      const uris = await this.#makeThumbs(ids, 1024);
      return {
        ...empty,
        message: sentence ?? trouble ?? goneSentence(progress.gone),
        vocab: state.vocab,
        asked: progress.asked,
        answered: progress.answered,
        photos: ids.map((id) => ({ id, uri: uris.get(id) ?? null })),
        results,
      };
    } catch (error) {
      if (!WinnowError.is(error)) throw error;
      return { ...empty, state: 'error', message: error.message };
    }
  }

  dispose(): void {
    this.#scope.dispose();
  }

  #act(work: () => Promise<unknown>): Promise<AuditPage> {
    const next = this.#queue.then(async () => {
      requireTrust();
      this.#isActing = true;
      try {
        await work();
      } finally {
        this.#isActing = false;
      }
      // What was asked before this answer must not come after it.
      this.#asked++;
      return this.page();
    });
    this.#queue = next.catch(() => undefined);
    return next;
  }

  #push(): void {
    if (!this.wire.panel.visible) return;
    const asked = ++this.#asked;
    this.page().then(
      (page) => {
        if (asked === this.#asked) this.wire.emit('changed', page);
      },
      (error: unknown) => this.#around.log.error('the audit could not be shown', error),
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

const goneSentence = (gone: number): string | null =>
  gone === 0
    ? null
    : gone === 1
      ? vscode.l10n.t('1 photo of the sample is not in the dataset any more; it is not asked.')
      : vscode.l10n.t('{0} photos of the sample are not in the dataset any more; they are not asked.', gone);
