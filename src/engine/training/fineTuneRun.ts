/** A fine-tuning from its first look at the photos to its ONNX file; cut short at any step, it goes on where it was. */

import { createHash } from 'node:crypto';
import path from 'node:path';
import { WinnowError } from '../../base/errors.js';
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
import { Examples, type ExampleRequest } from './examples.js';
import { firstHead, type DenseHead } from './firstHead.js';
import { makeHead } from './graph/head.js';
import { readTrainable, type TrainableNetwork } from './trainableNetwork.js';
import { trainedModel } from './trainedModel.js';
import { trainPhases, type Measured, type Values } from './trainPhases.js';

export interface FineTuneListener {
  readonly onEvent: (event: TrainingEvent) => void;
  /** Asked before each step: stop, and keep the best so far. */
  readonly wantsStop: () => boolean;
}

/** Layer groups: the first half of the layers, the second, the head. */
const groups = 3;
export const trainedModelFile = 'model.onnx';

/**
 * @param signal aborted = leave; checkpoints stay, and the same job goes on from them.
 * Throws `bad-model` naming an operator without a gradient, `too-few`, `bad-image`, `cancelled`.
 */
export const fineTuneRun = async (
  job: FineTuneJob,
  { onEvent, wantsStop }: FineTuneListener,
  signal?: AbortSignal,
): Promise<FineTuneResult> => {
  const started = performance.now();
  const { settings, vocab, runDir } = job;
  const classes = vocab.length;
  const train = job.items.filter(({ split }) => split === 'train');
  const valid = job.items.filter(({ split }) => split === 'valid');
  needClasses(train);
  const isFastai = settings.recipe === 'fastai';
  const headKind = isFastai ? 'concat-pool' : 'dense';
  const network = await readTrainable(job.backbone, headKind);
  const recipe = { ...job.backbone.recipe, size: network.side };
  const plain = new Examples({ recipe, layout: network.input.layout, augment: null });
  const examples = new Examples({ recipe, layout: network.input.layout, augment: settings.augment });
  const found = await readCheckpoint(runDir);
  const one = await network.at(1);
  const shape = one.shapes.get(network.features)!.slice(1);
  const first = isFastai || found ? null : await startingHead(network, plain, train, classes, settings.seed, signal);
  const head = makeHead(headKind, network.features, shape, classes, {
    ...(first ? { first } : {}),
    dropout: isFastai ? 0.5 : 0.2,
    seed: settings.seed,
  });

  const logitsOf = (values: Values): Promise<Float32Array> =>
    evaluate(trainedModel(network, head, values, 1), network, 'logits', plain, requestsOf(valid), signal);
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
    signal,
  });
  const logits = valid.length === 0 ? null : await logitsOf(ended.values);
  const temperature = logits ? fitTemperature(logits, labels, classes) : 1;
  const bytes = trainedModel(network, head, ended.values, temperature, {
    'winnow.classes': JSON.stringify(vocab),
    'winnow.recipe': JSON.stringify(recipe),
    'winnow.backbone': job.backbone.sha256,
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

const needClasses = (train: readonly FineTuneItem[]): void => {
  if (new Set(train.map(({ label }) => label)).size >= 2) return;
  throw new WinnowError(
    'too-few',
    'The training photos have fewer than two classes; there is nothing to tell apart. Add photos, then fine-tune again.',
  );
};

/** Photos as the network answers about them. */
const requestsOf = (items: readonly FineTuneItem[]): ExampleRequest[] =>
  items.map(({ id, file }) => ({ id, file, seed: 0 }));

const startingHead = async (
  network: TrainableNetwork,
  plain: Examples,
  train: readonly FineTuneItem[],
  classes: number,
  seed: number,
  signal: AbortSignal | undefined,
): Promise<DenseHead> => {
  const bare = makeHead(
    'dense',
    network.features,
    (await network.at(1)).shapes.get(network.features)!.slice(1),
    classes,
    {
      dropout: 0,
      seed,
    },
  );
  // What the dense layer reads, pooled and flat, is the features.
  const { input } = bare.nodes.at(-1)!;
  const bytes = trainedModel(network, bare, new Map(), 1, {}, input[0]);
  const rows = await evaluate(bytes, network, 'features', plain, requestsOf(train), signal);
  const labels = Int32Array.from(train, ({ label }) => label);
  return firstHead(rows, rows.length / train.length, labels, classes, seed);
};
