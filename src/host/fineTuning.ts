/** Fine-tunings of this window: one a dataset, each in an engine process of its own, so that review and prediction go on. */

import * as vscode from 'vscode';
import { Emitter } from '../base/emitter.js';
import { WinnowError } from '../base/errors.js';
import { Scope, type Disposable } from '../base/scope.js';
import { fineTune, type FineTuneReport } from '../app/fineTune.js';
import { defaultFineTuneOptions, type FineTuneOptions } from '../app/trainingJob.js';
import type { OpenDataset } from '../app/openDataset.js';
import type { Engine } from '../ports/engine.js';
import type { CurvePoint, FineTuneChoice } from '../protocol/fineTuning.js';
import type { EpochRow, FoldPlace, StepEvent, TrainingEvent } from '../protocol/training.js';
import { CutShort, isLeft } from './cutShort.js';
import type { OutputLog } from './outputLog.js';
import { trainingDevice, trainOptions } from './settings.js';
import { requireTrust } from './trustedEngine.js';

/** What a fine-tuning has told so far. */
export interface FineTuningStory {
  readonly run: string | null;
  readonly isRunning: boolean;
  readonly isStopping: boolean;
  readonly engine: string | null;
  /** Which of several trainings this is; curve and epochs are its own. */
  readonly fold: FoldPlace | null;
  readonly progress: StepEvent | null;
  readonly curve: readonly CurvePoint[];
  readonly epochs: readonly EpochRow[];
  readonly notices: readonly string[];
  readonly report: FineTuneReport | null;
  /** Why it ended without a result. */
  readonly error: string | null;
}

const untold: FineTuningStory = {
  run: null,
  isRunning: false,
  isStopping: false,
  engine: null,
  fold: null,
  progress: null,
  curve: [],
  epochs: [],
  notices: [],
  report: null,
  error: null,
};

/** The file of a run that holds its curve, so that it is there after a reload. */
const curveFile = 'curve.json';
/** More points than a screen has columns are thinned out. */
const mostPoints = 600;

interface Running {
  story: FineTuningStory;
  engine: Engine | null;
  readonly abort: AbortController;
}

export class FineTuning implements Disposable {
  readonly #scope = new Scope();
  readonly #told = this.#scope.add(new Emitter<OpenDataset>());
  readonly onDidTell = this.#told.event;
  readonly #runs = new Map<OpenDataset, Running>();
  readonly #startEngine: () => Promise<Engine>;
  readonly #cutShort: CutShort;
  readonly #log: OutputLog;
  readonly #closing = new AbortController();

  /** @param memory of the workspace, so that a reloaded window goes on with what ran. */
  constructor(startEngine: () => Promise<Engine>, memory: vscode.Memento, log: OutputLog) {
    this.#startEngine = startEngine;
    this.#cutShort = new CutShort(memory);
    this.#log = log;
  }

  storyOf(dataset: OpenDataset): FineTuningStory {
    return this.#runs.get(dataset)?.story ?? untold;
  }

  /** Throws `busy` when one runs, `cancelled` when it was cancelled, and what `fineTune` throws. */
  async run(
    dataset: OpenDataset,
    choice: FineTuneChoice | null,
    resume: string | null = null,
  ): Promise<FineTuneReport> {
    requireTrust();
    if (this.#runs.get(dataset)?.story.isRunning) {
      throw new WinnowError('busy', vscode.l10n.t('{0} is being fine-tuned already.', dataset.name));
    }
    const running: Running = { story: { ...untold, isRunning: true }, engine: null, abort: new AbortController() };
    this.#runs.set(dataset, running);
    this.#change(dataset, running, {});
    try {
      if (resume !== null) this.#change(dataset, running, { curve: await curveOf(dataset, resume) });
      const engine = await this.#startEngine();
      running.engine = engine;
      const report = await fineTune(dataset, optionsOf(choice, resume), {
        engine,
        startEngine: this.#startEngine,
        onEvent: (event) => this.#hear(dataset, running, event),
        onRun: (run) => {
          this.#change(dataset, running, { run });
          this.#remember(this.#cutShort.keep(dataset, run));
        },
        signal: running.abort.signal,
      });
      await this.#keepCurve(dataset, running);
      this.#log.info(`fine-tuned ${dataset.name}: run ${report.run}, ${JSON.stringify(report.validation)}`);
      // Of several trainings the first is the network's.
      const own = running.story.fold && {
        curve: await curveOf(dataset, report.run),
        epochs: report.epochs,
        fold: null,
      };
      this.#change(dataset, running, { ...own, report, notices: [...running.story.notices, ...report.notes] });
      return report;
    } catch (error) {
      const isCancelled = WinnowError.is(error, 'cancelled');
      this.#change(dataset, running, {
        error: isCancelled ? null : error instanceof Error ? error.message : String(error),
      });
      throw error;
    } finally {
      running.engine?.dispose();
      running.engine = null;
      this.#change(dataset, running, { isRunning: false, isStopping: false });
      // What only the end of the window ends is gone on with by the next one.
      if (!this.#closing.signal.aborted) this.#remember(this.#cutShort.forget(dataset));
      await dataset.reread().catch(() => undefined);
    }
  }

  async stop(dataset: OpenDataset): Promise<void> {
    const running = this.#runs.get(dataset);
    if (!running?.story.isRunning || running.story.run === null || !running.engine) return;
    this.#change(dataset, running, { isStopping: true });
    await running.engine.stopFineTune(running.story.run);
  }

  /** Goes on with what a reload of the window cut short, whether its page is looked at or not. Never throws. */
  async goOn(dataset: OpenDataset): Promise<void> {
    const run = this.#cutShort.of(dataset);
    if (run === null || !vscode.workspace.isTrusted || this.storyOf(dataset).isRunning) return;
    try {
      if (!(await isLeft(dataset, run, this.#closing.signal)) || this.storyOf(dataset).isRunning) return;
      this.#log.info(`going on with the fine-tuning ${run} of ${dataset.name}`);
      await this.run(dataset, null, run);
    } catch (error) {
      if (!WinnowError.is(error, 'cancelled')) this.#log.error(`the fine-tuning ${run} could not go on`, error);
    }
  }

  cancel(dataset: OpenDataset): void {
    this.#runs.get(dataset)?.abort.abort();
  }

  dispose(): void {
    this.#closing.abort();
    // The processes end with their owner; their checkpoints stay, and the next window goes on.
    for (const { engine } of this.#runs.values()) engine?.dispose();
    this.#scope.dispose();
  }

  #hear(dataset: OpenDataset, running: Running, event: TrainingEvent): void {
    if (event.fold && event.fold.at !== (running.story.fold?.at ?? 0)) {
      this.#change(dataset, running, { fold: event.fold, progress: null, curve: [], epochs: [] });
    }
    const { story } = running;
    if (event.kind === 'start') this.#change(dataset, running, { engine: event.engine, fold: event.fold });
    else if (event.kind === 'notice') this.#change(dataset, running, { notices: [...story.notices, event.message] });
    else if (event.kind === 'epoch') {
      const { kind: _kind, fold: _fold, ...row } = event;
      const epochs = [...story.epochs.filter(({ epoch }) => epoch !== row.epoch), row];
      this.#change(dataset, running, { epochs });
      this.#keepCurve(dataset, running).catch((error: unknown) => this.#log.error('the curve was not kept', error));
    } else {
      const { kind: _kind, fold: _fold, ...progress } = event;
      // Since its last checkpoint, steps are taken once more.
      const before = story.curve.filter(({ step }) => step < event.step);
      const point: CurvePoint = { step: event.step, loss: event.loss, rate: event.rate };
      this.#change(dataset, running, { progress, curve: thinned([...before, point]) });
    }
  }

  #remember(writing: Promise<void>): void {
    writing.catch((error: unknown) => this.#log.error('what runs was not remembered', error));
  }

  async #keepCurve(dataset: OpenDataset, { story }: Running): Promise<void> {
    // A fold's curve goes with its network.
    if (story.run === null || (story.fold?.at ?? 0) > 0) return;
    await dataset.store.fineTunes.writeJson(story.run, curveFile, story.curve);
  }

  #change(dataset: OpenDataset, running: Running, change: Partial<FineTuningStory>): void {
    running.story = { ...running.story, ...change };
    if (!this.#scope.isDisposed) this.#told.fire(dataset);
  }
}

/** As it was kept; empty where it was not. */
export const curveOf = async (dataset: OpenDataset, run: string): Promise<readonly CurvePoint[]> =>
  ((await dataset.store.fineTunes.readJson(run, curveFile)) ?? []) as readonly CurvePoint[];

/** Every other point goes when there are too many. */
const thinned = (points: readonly CurvePoint[]): readonly CurvePoint[] =>
  points.length <= mostPoints ? points : points.filter((_, at) => at % 2 === 1 || at === points.length - 1);

/** What was chosen on the page, over the settings of the editor. */
export const optionsOf = (choice: Partial<FineTuneChoice> | null, resume: string | null): FineTuneOptions => {
  const { backbone, normalise, size, seed } = trainOptions();
  const device = trainingDevice();
  return { ...defaultFineTuneOptions, backbone, normalise, size, seed, device, ...choice, resume };
};
