/** Searches for a learning rate in this window: one a dataset, each in an engine process of its own; nothing of them is kept. */

import * as vscode from 'vscode';
import { Emitter } from '../base/emitter.js';
import { WinnowError } from '../base/errors.js';
import { Scope, type Disposable } from '../base/scope.js';
import { findLearningRate } from '../app/findRate.js';
import type { OpenDataset } from '../app/openDataset.js';
import type { Engine } from '../ports/engine.js';
import type { FineTuneChoice, RateSearch } from '../protocol/fineTuning.js';
import { optionsOf, type FineTuning } from './fineTuning.js';
import type { OutputLog } from './outputLog.js';
import { requireTrust } from './trustedEngine.js';

/** As many as fastai takes. */
const usualSteps = 100;

interface Running {
  search: RateSearch;
  engine: Engine | null;
  readonly abort: AbortController;
}

export class RateFinding implements Disposable {
  readonly #scope = new Scope();
  readonly #told = this.#scope.add(new Emitter<OpenDataset>());
  readonly onDidTell = this.#told.event;
  readonly #searches = new Map<OpenDataset, Running>();
  readonly #startEngine: () => Promise<Engine>;
  readonly #fineTuning: FineTuning;
  readonly #log: OutputLog;

  constructor(startEngine: () => Promise<Engine>, fineTuning: FineTuning, log: OutputLog) {
    this.#startEngine = startEngine;
    this.#fineTuning = fineTuning;
    this.#log = log;
  }

  /** The last search of the dataset; null = none, or it was cancelled. */
  searchOf(dataset: OpenDataset): RateSearch | null {
    return this.#searches.get(dataset)?.search ?? null;
  }

  /** Throws `busy` while the dataset is fine-tuned or searched, `cancelled`, and what `findLearningRate` throws. */
  async run(dataset: OpenDataset, choice: Partial<FineTuneChoice> = {}, steps = usualSteps): Promise<RateSearch> {
    requireTrust();
    if (this.#fineTuning.storyOf(dataset).isRunning || this.searchOf(dataset)?.isRunning) {
      const why = vscode.l10n.t(
        '{0} is being trained on already. Find a learning rate when that has ended.',
        dataset.name,
      );
      throw new WinnowError('busy', why);
    }
    const options = optionsOf(choice, null);
    const { recipe } = options;
    const running: Running = {
      search: { recipe, isRunning: true, steps, points: [], suggestion: null, notes: [], error: null },
      engine: null,
      abort: new AbortController(),
    };
    this.#searches.set(dataset, running);
    this.#change(dataset, running, {});
    try {
      running.engine = await this.#startEngine();
      const { suggestion, points, notes } = await findLearningRate(dataset, options, steps, {
        engine: running.engine,
        startEngine: this.#startEngine,
        onEvent: ({ rate, loss }) =>
          this.#change(dataset, running, { points: [...running.search.points, { rate, loss }] }),
        signal: running.abort.signal,
      });
      this.#log.info(`learning rate of ${dataset.name}: ${String(suggestion)} after ${String(points.length)} steps`);
      this.#change(dataset, running, { isRunning: false, points, suggestion, notes });
    } catch (error) {
      if (WinnowError.is(error, 'cancelled')) this.#searches.delete(dataset);
      this.#change(dataset, running, {
        isRunning: false,
        error: error instanceof Error ? error.message : String(error),
      });
      throw error;
    } finally {
      running.engine?.dispose();
      running.engine = null;
    }
    return running.search;
  }

  cancel(dataset: OpenDataset): void {
    this.#searches.get(dataset)?.abort.abort();
  }

  dispose(): void {
    for (const { engine } of this.#searches.values()) engine?.dispose();
    this.#scope.dispose();
  }

  #change(dataset: OpenDataset, running: Running, change: Partial<RateSearch>): void {
    running.search = { ...running.search, ...change };
    if (!this.#scope.isDisposed) this.#told.fire(dataset);
  }
}
