/** The audit of a dataset: photos to name blind, then what the answers say. */

import * as vscode from 'vscode';
import { WinnowError } from '../../base/errors.js';
import type { Disposable } from '../../base/scope.js';
import { answerAudit, auditState, undoAnswer } from '../../app/audit.js';
import type { OpenDataset } from '../../app/openDataset.js';
import type { MakeThumbs } from '../../app/makeThumbs.js';
import { auditContract, type AuditContract, type AuditPage } from '../../protocol/audit.js';
import { requireTrust } from '../trustedEngine.js';
import { DatasetTab, type DatasetSurface } from './datasetTab.js';
import type { Origin } from './origin.js';
import type { Surroundings } from './surroundings.js';
import { thumbnailUris } from './thumbnails.js';
import type { PanelWire } from './webviewPanel.js';

export const auditSurface: DatasetSurface<AuditContract> = {
  type: 'winnow.audit',
  contract: auditContract,
  loadChecks: async () => (await import('./schemas.js')).auditChecks,
  titleOf: (dataset) => vscode.l10n.t('Audit: {0}', dataset.name),
};

/** The photo asked and the two after it. */
const ahead = 3;

export class AuditPanel implements Disposable {
  readonly #tab: DatasetTab<AuditContract>;
  readonly dataset: OpenDataset;
  readonly wire: PanelWire<AuditContract>;
  readonly #around: Surroundings;
  readonly #makeThumbs: MakeThumbs;
  /** Answers are written one after the other: a fast hand must not make two of one. */
  #queue: Promise<unknown> = Promise.resolve();
  #isActing = false;

  /** @param review shows the review of the dataset. */
  constructor(
    dataset: OpenDataset,
    around: Surroundings,
    review: (dataset: OpenDataset) => Promise<void>,
    origin: Origin,
  ) {
    this.dataset = dataset;
    this.#around = around;
    const tab = new DatasetTab(auditSurface, dataset, around, origin);
    this.#tab = tab;
    this.#makeThumbs = thumbnailUris(dataset, tab.panel.webview);
    this.wire = tab.serve({
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
    });
    tab.add(
      dataset.onDidChange(() => {
        if (!this.#isActing) this.#push();
      }),
    );
    tab.onTraining(() => this.#push());
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
    this.#tab.dispose();
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
      this.#tab.outdate();
      return this.page();
    });
    this.#queue = next.catch(() => undefined);
    return next;
  }

  #push(): void {
    this.#tab.push(
      () => this.page(),
      (page) => this.wire.emit('changed', page),
    );
  }
}

const goneSentence = (gone: number): string | null =>
  gone === 0
    ? null
    : gone === 1
      ? vscode.l10n.t('1 photo of the sample is not in the dataset any more; it is not asked.')
      : vscode.l10n.t('{0} photos of the sample are not in the dataset any more; they are not asked.', gone);
