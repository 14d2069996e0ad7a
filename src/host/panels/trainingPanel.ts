/** The training page of a dataset: starts a fine-tuning, shows it live, and what finished ones reached. */

import * as vscode from 'vscode';
import { WinnowError } from '../../base/errors.js';
import type { Disposable } from '../../base/scope.js';
import { compareRuns } from '../../app/compareRuns.js';
import { unfinishedFineTunes } from '../../app/fineTune.js';
import { requireFineTune } from '../../app/fineTunes.js';
import type { OpenDataset } from '../../app/openDataset.js';
import type { FineTuneConfig, OutOfFoldScores } from '../../ports/dataset.js';
import {
  fineTuningContract,
  type FineTuneChoice,
  type FineTuningContract,
  type FineTuningPage,
  type OutOfFoldShown,
  type PastFineTune,
  type ShownComparison,
  type ShownResult,
} from '../../protocol/fineTuning.js';
import { curveOf, type FineTuningStory } from '../fineTuning.js';
import { DatasetTab, type DatasetSurface } from './datasetTab.js';
import type { Origin } from './origin.js';
import type { Surroundings } from './surroundings.js';
import type { PanelWire } from './webviewPanel.js';

export const trainingSurface: DatasetSurface<FineTuningContract> = {
  type: 'winnow.training',
  contract: fineTuningContract,
  loadChecks: async () => (await import('./schemas.js')).fineTuningChecks,
  titleOf: (dataset) => vscode.l10n.t('Fine-Tune: {0}', dataset.name),
};

export class TrainingPanel implements Disposable {
  readonly #tab: DatasetTab<FineTuningContract>;
  readonly dataset: OpenDataset;
  readonly wire: PanelWire<FineTuningContract>;
  readonly #around: Surroundings;
  /** A finished run that is looked at; null = the one of this window. */
  #shown: string | null = null;
  #comparison: ShownComparison | null = null;

  constructor(dataset: OpenDataset, around: Surroundings, origin: Origin) {
    this.dataset = dataset;
    this.#around = around;
    const tab = new DatasetTab(trainingSurface, dataset, around, origin);
    this.#tab = tab;
    const { fineTuning, rateFinding } = around;
    this.wire = tab.serve({
      open: () => this.page(),
      start: (choice) => this.#run(choice, null),
      findRate: (choice) => {
        this.findRate(choice);
        return null;
      },
      stopFinding: () => {
        rateFinding.cancel(dataset);
        return null;
      },
      resume: async () => this.#run(null, (await unfinishedFineTunes(dataset))[0] ?? null),
      stop: async () => {
        await fineTuning.stop(dataset);
        return null;
      },
      cancel: () => {
        fineTuning.cancel(dataset);
        return null;
      },
      show: ({ run }) => {
        this.#shown = run;
        this.#comparison = null;
        return this.page();
      },
      compare: async ({ before, after }) => {
        this.#comparison = shownComparison(await compareRuns(dataset, before, after));
        return this.page();
      },
    });
    for (const { onDidTell } of [fineTuning, rateFinding]) {
      tab.add(
        onDidTell((told) => {
          if (told === dataset) this.#push();
        }),
      );
    }
    tab.add(dataset.onDidChange(() => this.#push()));
  }

  async page(): Promise<FineTuningPage> {
    const { dataset } = this;
    const story = this.#around.fineTuning.storyOf(dataset);
    const empty: FineTuningPage = {
      datasetName: dataset.name,
      state: 'idle',
      message: null,
      run: null,
      engine: null,
      isStopping: false,
      fold: null,
      progress: null,
      curve: [],
      epochs: [],
      notices: [],
      result: null,
      past: [],
      unfinished: null,
      comparison: this.#comparison,
      search: this.#around.rateFinding.searchOf(dataset),
    };
    if (!vscode.workspace.isTrusted) {
      const message = vscode.l10n.t('Restricted Mode starts no training. Trust this workspace to fine-tune.');
      return { ...empty, state: 'error', message };
    }
    try {
      const finished = await dataset.store.fineTunes.list();
      const past = finished.map(pastOf);
      const unfinished = story.isRunning ? null : ((await unfinishedFineTunes(dataset))[0] ?? null);
      const common = { ...empty, past, unfinished };
      if (story.isRunning || (this.#shown === null && story.run !== null)) {
        return { ...common, ...told(story), result: story.report && resultOfReport(story) };
      }
      const looked = this.#shown ?? finished[0]?.run ?? null;
      if (looked === null) return common;
      const config = await requireFineTune(dataset, looked);
      const curve = await curveOf(dataset, looked);
      const { engine, epochs } = config.result;
      return { ...common, run: looked, engine, epochs, curve, result: resultOfConfig(config) };
    } catch (error) {
      if (!WinnowError.is(error)) throw error;
      return { ...empty, state: 'error', message: error.message };
    }
  }

  /** Looks for a learning rate; how it goes, and why it ended, is on the page. */
  findRate(choice: Partial<FineTuneChoice> = {}): void {
    const { rateFinding, notices, log } = this.#around;
    rateFinding.run(this.dataset, choice).catch((error: unknown) => {
      if (WinnowError.is(error, 'busy') || WinnowError.is(error, 'read-only')) notices.failed(error, 'find-rate');
      else if (!WinnowError.is(error, 'cancelled')) log.error('the search for a learning rate ended', error);
    });
  }

  dispose(): void {
    this.#tab.dispose();
  }

  #run(choice: FineTuneChoice | null, resume: string | null): null {
    this.#shown = null;
    this.#comparison = null;
    this.#around.fineTuning.run(this.dataset, choice, resume).catch((error: unknown) => {
      if (!WinnowError.is(error, 'cancelled')) this.#around.log.error('the fine-tuning ended', error);
    });
    return null;
  }

  #push(): void {
    this.#tab.push(
      () => this.page(),
      (page) => this.wire.emit('changed', page),
    );
  }
}

const told = (story: FineTuningStory): Partial<FineTuningPage> => ({
  state: story.isRunning ? 'running' : story.error === null ? 'idle' : 'error',
  message: story.error,
  run: story.run,
  engine: story.engine,
  isStopping: story.isStopping,
  fold: story.isRunning ? story.fold : null,
  progress: story.isRunning ? story.progress : null,
  curve: story.curve,
  epochs: story.epochs,
  notices: story.notices,
});

const pastOf = ({ run, at, backbone, settings, result, outOfFold, answers }: FineTuneConfig): PastFineTune => ({
  run,
  at,
  backbone: backbone.id,
  recipe: settings.recipe,
  epochs: result.epochs.filter(({ epoch }) => epoch > 0).length,
  accuracy: result.validation.accuracy,
  outOfFold: outOfFold ? foldsShown(outOfFold) : null,
  answers,
});

const foldsShown = (scores: OutOfFoldScores): OutOfFoldShown => ({
  folds: scores.folds,
  photos: scores.items,
  accuracy: scores.accuracy,
  low: scores.low,
  high: scores.high,
  predictor: scores.predictor?.accuracy ?? null,
  together: scores.together?.accuracy ?? null,
});

const resultOfConfig = ({ result, outOfFold, answers }: FineTuneConfig): ShownResult => ({
  kept: result.kept,
  endedEarly: result.endedEarly,
  photos: result.validation.items,
  accuracy: result.validation.accuracy,
  predictor: null,
  together: null,
  outOfFold: outOfFold ? foldsShown(outOfFold) : null,
  answers,
  seconds: result.timingMs / 1000,
});

const resultOfReport = ({ report }: FineTuningStory): ShownResult | null =>
  report && {
    kept: report.kept,
    endedEarly: report.endedEarly,
    photos: report.validation.items,
    accuracy: report.validation.accuracy,
    predictor: report.predictor?.accuracy ?? null,
    together: report.together?.accuracy ?? null,
    outOfFold: report.outOfFold && foldsShown(report.outOfFold),
    answers: report.answers,
    seconds: report.timingMs / 1000,
  };

/** More than this many flips are a count. */
const shownFlips = 50;

const shownComparison = ({
  difference,
  mended,
  broken,
  ...found
}: Awaited<ReturnType<typeof compareRuns>>): ShownComparison => ({
  ...found,
  low: difference.low,
  high: difference.high,
  mended: mended.slice(0, shownFlips),
  broken: broken.slice(0, shownFlips),
});
