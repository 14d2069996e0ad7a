/** One training from its first look at the photos to its last step; cut short at any step, it goes on where it was. */

import { logitAccuracy, logitLoss } from '../../core/metrics/logitScores.js';
import { fineTunePhases, gentlePhases } from '../../core/training/schedule.js';
import type { FineTuneJob, TrainingNews } from '../../protocol/training.js';
import { readCheckpoint } from './checkpoint.js';
import { evaluate } from './evaluate.js';
import { besides, groups, prepareTraining, requestsOf, type PreparedTraining } from './prepareTraining.js';
import { trainedModel } from './trainedModel.js';
import type { Measured, TrainPhasesResult } from './trainingLoop.js';
import { trainPhases } from './trainPhases.js';
import type { Values } from './trainingStep.js';

export interface TrainingListener<Event = TrainingNews> {
  readonly onEvent: (event: Event) => void;
  /** Asked before each step: stop, and keep the best so far. */
  readonly wantsStop: () => boolean;
  /** Told whenever something got done, so that a training that hangs is noticed. */
  readonly onProgress: () => void;
}

export interface TrainedOnce {
  readonly prepared: PreparedTraining;
  readonly ended: TrainPhasesResult;
  /** What the network with these weights answers about the validation photos by the CPU, float32[photos, classes]; null without any. */
  readonly logitsOf: (values: Values) => Promise<Float32Array | null>;
}

/** Which epoch a recipe keeps. */
export const keptBy = ({ recipe }: FineTuneJob['settings']): 'last' | 'best' => (recipe === 'fastai' ? 'last' : 'best');

/**
 * @param onMeasured told the logits of the validation photos after each epoch, before its checkpoint is written.
 * @param signal aborted = leave; checkpoints stay in `runDir`, and the same job goes on from them.
 */
export const trainOnce = async (
  job: Pick<FineTuneJob, 'settings' | 'vocab' | 'items' | 'backbone' | 'runDir'>,
  { onEvent, wantsStop, onProgress }: TrainingListener,
  signal: AbortSignal | undefined,
  onMeasured?: (epoch: number, logits: Float32Array) => Promise<void>,
): Promise<TrainedOnce> => {
  const { settings, vocab, runDir } = job;
  const classes = vocab.length;
  const found = await readCheckpoint(runDir);
  const prepared = await prepareTraining(job, found === null, onProgress, signal);
  const { network, head, view, train, valid, plain, examples } = prepared;
  const logitsOf = async (values: Values, device: 'cpu' | 'webgpu' = 'cpu'): Promise<Float32Array | null> =>
    valid.length === 0
      ? null
      : evaluate(
          trainedModel(network, head, values, { view, temperature: 1 }),
          { input: network.input, side: view.side },
          'logits',
          plain,
          requestsOf(valid),
          signal,
          device,
        );
  const labels = valid.map(({ label }) => label);
  const measure = async (values: Values, epoch: number): Promise<Measured> => {
    const logits = await logitsOf(values, besides(settings));
    if (!logits) return { loss: null, accuracy: null };
    await onMeasured?.(epoch, logits);
    return { loss: logitLoss(logits, labels, classes), accuracy: logitAccuracy(logits, labels, classes) };
  };
  const ended = await trainPhases({
    network,
    head,
    classes,
    phases:
      settings.recipe === 'fastai' ? fineTunePhases({ ...settings, groups }) : gentlePhases({ ...settings, groups }),
    photos: train,
    examples,
    settings,
    keeps: keptBy(settings),
    runDir,
    found,
    measure,
    onEvent,
    wantsStop,
    onProgress,
    signal,
  });
  return { prepared, ended, logitsOf };
};
