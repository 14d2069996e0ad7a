/** The pictures that were asked about: which dataset answers each, the answers as they come, and an end to it. */

import * as vscode from 'vscode';
import { WinnowError } from '../../base/errors.js';
import type { OpenDataset } from '../../app/openDataset.js';
import type { Prediction } from '../../core/predict/prediction.js';
import type { OutputLog } from '../outputLog.js';
import { answerInSteps, illustrations } from './predictionAnswers.js';
import { PredictionCards, type AskedPicture } from './predictionCards.js';

export interface AskedBy {
  readonly model: OpenDataset;
  readonly file: string;
  readonly name: string;
  /** Most probable first. */
  readonly labels: readonly string[];
}

export class PredictionQuestions {
  readonly cards = new PredictionCards();
  readonly #models = new Map<string, OpenDataset>();
  readonly #asking = new Set<AbortController>();
  readonly #webview: () => vscode.Webview;
  readonly #log: OutputLog;
  readonly #changed: (isUrgent?: boolean) => void;

  /** @param changed hears that the cards are others now. */
  constructor(webview: () => vscode.Webview, log: OutputLog, changed: (isUrgent?: boolean) => void) {
    this.#webview = webview;
    this.#log = log;
    this.#changed = changed;
  }

  modelOf(key: string): OpenDataset | undefined {
    return this.#models.get(key);
  }

  /** An answered picture and who answered it. Throws `not-found` when it has left. */
  answered(key: string): AskedBy {
    const [picture, model] = [this.cards.pictureOf(key), this.#models.get(key)];
    if (!picture || !model) throw new WinnowError('not-found', vscode.l10n.t('This picture is not there any more.'));
    return { ...picture, model };
  }

  /** Until all are answered; false = somebody stopped it. Never throws: what went wrong stands on the cards. */
  async ask(model: OpenDataset, pictures: readonly AskedPicture[], isAugmented: boolean): Promise<boolean> {
    const keys = this.cards.ask(pictures);
    for (const key of keys) this.#models.set(key, model);
    const asking = new AbortController();
    const { signal } = asking;
    this.#asking.add(asking);
    // What the engine has in hand is given up after this: nobody waits for it.
    signal.addEventListener('abort', () => {
      this.#end(keys, vscode.l10n.t('Stopped before it was looked at.'));
    });
    this.#changed();
    try {
      await answerInSteps(model, pictures, isAugmented, signal, (from, answers) => {
        if (signal.aborted) return;
        answers.forEach(({ answer, nearestFiles }, at) => {
          this.cards.answer(keys[from + at] ?? '', answer, nearestFiles);
        });
        this.#changed();
      });
      this.#changed(true);
    } catch (error) {
      if (!WinnowError.is(error)) this.#log.error('predict', error);
      this.#end(keys, error instanceof Error ? error.message : String(error));
    } finally {
      this.#asking.delete(asking);
    }
    return !signal.aborted;
  }

  /** Has thumbnails made of these cards' pictures and of what is nearest to them. */
  async illustrate(keys: readonly string[]): Promise<void> {
    const byModel = new Map<OpenDataset, { key: string; file: string; answer: Prediction }[]>();
    for (const key of keys) {
      const [model, bare] = [this.#models.get(key), this.cards.unillustrated(key)];
      if (model && bare) byModel.set(model, [...(byModel.get(model) ?? []), { key, ...bare }]);
    }
    for (const [model, some] of byModel) {
      const found = await illustrations(model, some, this.#webview());
      some.forEach(({ key }, at) => this.cards.illustrate(key, found[at]!));
      this.#changed();
    }
  }

  /** Ends what is being looked at; what is answered stays. */
  stop(): void {
    for (const asking of this.#asking) asking.abort();
  }

  clear(): void {
    this.stop();
    this.cards.clear();
    this.#models.clear();
  }

  #end(keys: readonly string[], why: string): void {
    this.cards.fail(keys, why);
    this.#changed(true);
  }
}
