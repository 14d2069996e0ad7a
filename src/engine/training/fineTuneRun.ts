/** A fine-tuning from its first look at the photos to its ONNX file; cut short at any step, it goes on where it was. */

import { createHash } from 'node:crypto';
import path from 'node:path';
import { fitTemperature, logitAccuracy, logitLoss } from '../../core/metrics/logitScores.js';
import { fineTunePhases, gentlePhases } from '../../core/training/schedule.js';
import { writeOwnFile } from '../../node/ownFiles.js';
import type {
  FineTuneItem,
  FineTuneJob,
  FineTuneResult,
  TrainingEvent,
  ValidationRows,
} from '../../protocol/training.js';
import { dropCheckpoints, readCheckpoint } from './checkpoint.js';
import { evaluate } from './evaluate.js';
import { groups, prepareTraining, requestsOf } from './prepareTraining.js';
import { trainedModel } from './trainedModel.js';
import { trainPhases, type Measured } from './trainPhases.js';
import type { Values } from './trainingStep.js';

export interface FineTuneListener {
  readonly onEvent: (event: TrainingEvent) => void;
  /** Asked before each step: stop, and keep the best so far. */
  readonly wantsStop: () => boolean;
  /** Told whenever something got done, so that a training that hangs is noticed. */
  readonly onProgress: () => void;
}

export const trainedModelFile = 'model.onnx';

/**
 * @param signal aborted = leave; checkpoints stay, and the same job goes on from them.
 * Throws `bad-model` naming an operator without a gradient, `too-few`, `bad-image`, `cancelled`.
 */
export const fineTuneRun = async (
  job: FineTuneJob,
  { onEvent, wantsStop, onProgress }: FineTuneListener,
  signal?: AbortSignal,
): Promise<FineTuneResult> => {
  const started = performance.now();
  const { settings, vocab, runDir } = job;
  const classes = vocab.length;
  const isFastai = settings.recipe === 'fastai';
  const found = await readCheckpoint(runDir);
  const prepared = await prepareTraining(job, found === null, onProgress, signal);
  const { network, head, view, recipe, train, valid, plain, examples } = prepared;
  const asked = { input: network.input, side: view.side };

  const logitsOf = (values: Values): Promise<Float32Array> =>
    evaluate(
      trainedModel(network, head, values, { view, temperature: 1 }),
      asked,
      'logits',
      plain,
      requestsOf(valid),
      signal,
    );
  const labels = valid.map(({ label }) => label);
  const measure = async (values: Values): Promise<Measured> => {
    if (valid.length === 0) return { loss: null, accuracy: null };
    const logits = await logitsOf(values);
    return { loss: logitLoss(logits, labels, classes), accuracy: logitAccuracy(logits, labels, classes) };
  };

  const ended = await trainPhases({
    network,
    head,
    classes,
    phases: isFastai ? fineTunePhases({ ...settings, groups }) : gentlePhases({ ...settings, groups }),
    photos: train,
    examples,
    settings,
    keeps: isFastai ? 'last' : 'best',
    runDir,
    found,
    measure,
    onEvent,
    wantsStop,
    onProgress,
    signal,
  });
  const logits = valid.length === 0 ? null : await logitsOf(ended.values);
  const temperature = logits ? fitTemperature(logits, labels, classes) : 1;
  const bytes = trainedModel(network, head, ended.values, {
    view,
    temperature,
    metadata: {
      'winnow.classes': JSON.stringify(vocab),
      'winnow.recipe': JSON.stringify(recipe),
      'winnow.view': JSON.stringify(view),
      'winnow.backbone': job.backbone.sha256,
    },
  });
  await writeOwnFile(path.join(runDir, trainedModelFile), bytes);
  if (logits)
    await writeOwnFile(
      path.join(runDir, 'validation.json'),
      JSON.stringify(validationRows(valid, logits, classes, temperature)),
    );
  await dropCheckpoints(runDir);
  return {
    engine: ended.engine,
    batch: ended.batch,
    epochs: ended.epochs,
    kept: ended.kept,
    endedEarly: ended.endedEarly,
    validation: {
      items: valid.length,
      accuracy: logits && logitAccuracy(logits, labels, classes),
      loss: logits && logitLoss(logits, labels, classes, temperature),
    },
    temperature,
    model: trainedModelFile,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    recipe,
    view,
    timingMs: performance.now() - started,
  };
};

/** What the network says of its validation photos, for comparisons. */
const validationRows = (
  valid: readonly FineTuneItem[],
  logits: Float32Array,
  classes: number,
  temperature: number,
): ValidationRows => ({
  rows: valid.map(({ id, label }, row) => {
    const own = Array.from(logits.subarray(row * classes, (row + 1) * classes), (logit) => logit / temperature);
    const top = Math.max(...own);
    const powers = own.map((logit) => Math.exp(logit - top));
    const sum = powers.reduce((whole, power) => whole + power, 0);
    return { id, label, probabilities: powers.map((power) => power / sum) };
  }),
});
