/** The network that ships: trained, its temperature fitted, written as an ONNX file. */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { WinnowError } from '../../base/errors.js';
import { fitTemperature, logitAccuracy, logitLoss, logitProbabilities } from '../../core/metrics/logitScores.js';
import { rowScores } from '../../core/metrics/rowScores.js';
import { writeOwnFile } from '../../node/ownFiles.js';
import type { FineTuneJob, FineTuneResult, ValidationRows } from '../../protocol/training.js';
import { augmentedAnswers } from './augmentedAnswers.js';
import { dropCheckpoints } from './checkpoint.js';
import { trainOnce, type TrainingListener } from './trainOnce.js';
import { trainedModel } from './trainedModel.js';

export const trainedModelFile = 'model.onnx';

/** Throws `bad-model` naming an operator without a gradient, `too-few`, `bad-image`, `usage` (a rate that keeps nothing), `cancelled`. */
export const networkRun = async (
  job: FineTuneJob,
  listener: TrainingListener,
  signal?: AbortSignal,
): Promise<FineTuneResult> => {
  const started = performance.now();
  const { vocab, runDir } = job;
  const classes = vocab.length;
  const { prepared, ended, logitsOf } = await trainOnce(job, listener, signal);
  if (ended.endedEarly === 'not-a-number' && ended.epochs.length === 0) {
    throw new WinnowError(
      'usage',
      `The loss was no number any more before the first epoch was over, so there is nothing to keep; what was there before is as it was. Lower the learning rate (--lr ${String(Number((job.settings.rate / 10).toPrecision(2)))}) and try again.`,
    );
  }
  const { network, head, view, recipe, valid } = prepared;
  const logits = await logitsOf(ended.values);
  const labels = valid.map(({ label }) => label);
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
  if (logits) {
    const probabilities = logitProbabilities(logits, classes, temperature);
    const rows = valid.map(({ id, label }, row) => ({ id, label, probabilities: probabilities[row]! }));
    await writeOwnFile(path.join(runDir, 'validation.json'), JSON.stringify({ rows } satisfies ValidationRows));
  }
  const rows =
    logits && job.settings.augmentations > 0
      ? await augmentedAnswers(
          { bytes, input: network.input, view, normalise: recipe.normalise },
          valid,
          Float32Array.from(logitProbabilities(logits, classes, temperature).flat()),
          job.settings.augmentations,
          signal,
          listener.onProgress,
        )
      : null;
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
      tta: rows && { augmentations: job.settings.augmentations, ...rowScores(rows, labels) },
    },
    temperature,
    model: trainedModelFile,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    recipe,
    view,
    timingMs: performance.now() - started,
  };
};

const resultFile = 'network.json';

/** The same where folds come after it: what it reached is kept, so that one that is gone on with does not train it again. */
export const networkBeforeFolds = async (
  job: FineTuneJob,
  listener: TrainingListener,
  signal?: AbortSignal,
): Promise<FineTuneResult> => {
  const file = path.join(job.runDir, resultFile);
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text !== null) return JSON.parse(text) as FineTuneResult;
  const result = await networkRun(job, listener, signal);
  await writeOwnFile(file, JSON.stringify(result));
  await dropCheckpoints(job.runDir);
  return result;
};
