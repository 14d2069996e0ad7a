/** The whole network trained on a dataset's labels: a job of its own, cut short and gone on with, judged on photos it has not seen. */

import { WinnowError } from '../base/errors.js';
import type { ItemId } from '../core/dataset/item.js';
import type { Engine } from '../ports/engine.js';
import type { AnswerScores, FineTuneConfig, OutOfFoldScores } from '../ports/dataset.js';
import type { BackboneRef } from '../protocol/backbone.js';
import type { EpochRow, FineTuneJob, FineTuneResult, FineTuneSettings, TrainingEvent } from '../protocol/training.js';
import { earlierSettings } from './fineTunes.js';
import { answersFrom, compareOnValidation, scoreOutOfFold } from './fineTuneScores.js';
import type { DatasetSnapshot, OpenDataset } from './openDataset.js';
import type { StartEngine } from './trainingDevice.js';
import { arrangeTraining, withFiles, type ArrangedItem, type FineTuneOptions } from './trainingJob.js';
import { inspectUnknown } from './verify.js';

/** The JSON of `fine-tune`. */
export interface FineTuneReport {
  readonly run: string;
  readonly engine: string;
  readonly backbone: string;
  readonly batch: number;
  readonly epochs: readonly EpochRow[];
  readonly kept: number;
  readonly endedEarly: FineTuneResult['endedEarly'];
  /** Of the network alone, on photos it has not learned from. */
  readonly validation: Required<FineTuneResult['validation']>;
  /** The predictor's held-out answers on the same photos, and both together; null before the first train. */
  readonly predictor: AnswerScores | null;
  readonly together: AnswerScores | null;
  /** Of every photo by networks that had not seen it nor its group, beside the predictor's held-out answers; null without folds. */
  readonly outOfFold: OutOfFoldScores | null;
  /** Whether it answers about new photos from now on, together with the predictor. */
  readonly answers: boolean;
  /** Absolute. */
  readonly model: string;
  readonly timingMs: number;
  readonly notes: readonly string[];
}

export interface FineTuneTools {
  /** A process of its own, so that review and prediction go on meanwhile. */
  readonly engine: Engine;
  /** Another one, thrown away after the device has been tried in it. */
  readonly startEngine: StartEngine;
  readonly onEvent: (event: TrainingEvent) => void;
  /** Told the run's name before the first step, so that it can be stopped or gone on with. */
  readonly onRun?: (run: string) => void;
  readonly signal: AbortSignal | undefined;
}

const jobFile = 'job.json';
/** Unfinished ones that a new one does not sweep away. */
const keptUnfinished = 3;

interface StoredJob {
  readonly version: 1;
  readonly backbone: BackboneRef;
  readonly vocab: readonly string[];
  readonly settings: FineTuneSettings;
  readonly items: readonly ArrangedItem[];
  readonly labelsAt: FineTuneConfig['labelsAt'];
}

/** Throws `too-few`, `bad-model`, `no-images`, `usage` (nothing to go on with), `cancelled` (what is done is kept). */
export const fineTune = async (
  dataset: OpenDataset,
  options: FineTuneOptions,
  tools: FineTuneTools,
): Promise<FineTuneReport> => {
  const { fineTunes } = dataset.store;
  let snapshot = await dataset.refresh(tools.signal);
  if (await inspectUnknown(dataset, snapshot, undefined, tools.signal)) snapshot = await dataset.refresh(tools.signal);
  const { run, stored, notes } =
    options.resume === null ? await begin(dataset, snapshot, options, tools) : await goOn(dataset, options.resume);
  tools.onRun?.(run);
  const items = withFiles(dataset, snapshot, stored.items);
  const job: FineTuneJob = { ...stored, run, runDir: fineTunes.dirOf(run), items };
  const result = await untilDone(dataset, job, tools);
  const { backbone, vocab, settings, labelsAt } = stored;
  const after = await dataset.snapshot();
  const compared = await compareOnValidation(dataset, after, run, vocab);
  const outOfFold = await scoreOutOfFold(dataset, after, run, stored);
  const { predictor, together } = compared ?? { predictor: null, together: null };
  const answers = answersFrom(result.validation.loss, outOfFold?.together ? outOfFold : { predictor, together });
  const count = (split: string): number => stored.items.filter((item) => item.split === split).length;
  await fineTunes.finish({
    run,
    at: new Date().toISOString(),
    labelsAt,
    backbone: { id: backbone.id, sha256: backbone.sha256, file: backbone.file },
    vocab,
    settings,
    photos: { train: count('train'), valid: count('valid') },
    result,
    answers,
    outOfFold,
  });
  return {
    run,
    engine: result.engine,
    backbone: backbone.id,
    batch: result.batch,
    epochs: result.epochs,
    kept: result.kept,
    endedEarly: result.endedEarly,
    validation: { tta: null, ...result.validation },
    predictor,
    together,
    outOfFold,
    answers,
    model: `${fineTunes.dirOf(run)}/${result.model}`,
    timingMs: result.timingMs,
    notes,
  };
};

/** A process that dies is started once more and goes on from its last checkpoint; after that the person is asked. */
const untilDone = async (dataset: OpenDataset, job: FineTuneJob, tools: FineTuneTools): Promise<FineTuneResult> => {
  const attempt = (): Promise<FineTuneResult> => tools.engine.fineTune(job, tools.onEvent, tools.signal);
  try {
    return await attempt().catch((error: unknown) => {
      if (!WinnowError.is(error) || !deaths.has(error.code) || tools.signal?.aborted) throw error;
      tools.onEvent({
        kind: 'notice',
        message: `The training process ended (${error.message}). It goes on from its last checkpoint.`,
        fold: null,
      });
      return attempt();
    });
  } catch (error) {
    const { fineTunes } = dataset.store;
    await fineTunes.release(job.run);
    // What was refused has learned nothing and would be refused again.
    if (WinnowError.is(error) && refusals.has(error.code)) await fineTunes.sweep((run) => run !== job.run);
    throw error;
  }
};

const refusals: ReadonlySet<WinnowError['code']> = new Set(['bad-model', 'too-few', 'bad-image', 'not-found']);

/** What a process that has died is told as. */
const deaths: ReadonlySet<WinnowError['code']> = new Set(['peer-gone', 'out-of-memory']);

/** Unfinished fine-tunings that can be gone on with, newest first. */
export const unfinishedFineTunes = async (dataset: OpenDataset): Promise<readonly string[]> => {
  const found: string[] = [];
  for (const run of await dataset.store.fineTunes.abandoned()) {
    if ((await storedJob(dataset, run)) !== null) found.push(run);
  }
  return found;
};

const storedJob = async (dataset: OpenDataset, run: string): Promise<StoredJob | null> => {
  const stored = (await dataset.store.fineTunes.readJson(run, jobFile)) as StoredJob | null;
  if (stored?.version !== 1) return null;
  const items = stored.items.map((item) => ({ ...unfolded(item.id), ...item }));
  return { ...stored, items, settings: { ...earlierSettings, ...stored.settings } };
};

/** What items of before there were folds lack. */
const unfolded = (id: ItemId): Pick<ArrangedItem, 'fold' | 'group'> => ({ fold: null, group: id });

const begin = async (
  dataset: OpenDataset,
  snapshot: DatasetSnapshot,
  options: FineTuneOptions,
  tools: FineTuneTools,
): Promise<{ run: string; stored: StoredJob; notes: readonly string[] }> => {
  const { notes, ...arranged } = await arrangeTraining(dataset, snapshot, options, tools);
  const worthKeeping = (await unfinishedFineTunes(dataset)).slice(0, keptUnfinished);
  await dataset.store.fineTunes.sweep((run) => worthKeeping.includes(run));
  const { run } = await dataset.store.fineTunes.create();
  const stored: StoredJob = { version: 1, ...arranged };
  await dataset.store.fineTunes.writeJson(run, jobFile, stored);
  return { run, stored, notes };
};

const goOn = async (
  dataset: OpenDataset,
  run: string,
): Promise<{ run: string; stored: StoredJob; notes: readonly string[] }> => {
  const known = await unfinishedFineTunes(dataset);
  const stored = known.includes(run) ? await storedJob(dataset, run) : null;
  if (!stored) {
    throw new WinnowError(
      'usage',
      known.length === 0
        ? `No fine-tuning of ${dataset.name} was cut short; there is nothing to go on with.`
        : `There is no unfinished fine-tuning ${run}. Known: ${known.join(', ')}.`,
    );
  }
  await dataset.store.fineTunes.claim(run);
  return { run, stored, notes: [] };
};
