/** Which learning rate to fine-tune a dataset with: a suggestion that changes nothing. */

import type { Engine } from '../ports/engine.js';
import type { FindRateEvent, FindRateResult } from '../protocol/training.js';
import type { OpenDataset } from './openDataset.js';
import type { StartEngine } from './trainingDevice.js';
import { arrangeTraining, withFiles, type FineTuneOptions } from './trainingJob.js';
import { inspectUnknown } from './verify.js';

export interface FindRateTools {
  /** A process of its own. */
  readonly engine: Engine;
  readonly startEngine: StartEngine;
  readonly onEvent: (event: FindRateEvent) => void;
  readonly signal: AbortSignal | undefined;
}

/** The JSON of `lr-find`. */
export interface FindRateReport extends FindRateResult {
  readonly backbone: string;
  readonly recipe: FineTuneOptions['recipe'];
  readonly notes: readonly string[];
}

/** Throws `no-images`, `too-few`, `bad-model`, `cancelled`. @param steps fastai takes 100. */
export const findLearningRate = async (
  dataset: OpenDataset,
  options: FineTuneOptions,
  steps: number,
  tools: FindRateTools,
): Promise<FindRateReport> => {
  let snapshot = await dataset.refresh(tools.signal);
  if (await inspectUnknown(dataset, snapshot, undefined, tools.signal)) snapshot = await dataset.refresh(tools.signal);
  const { backbone, vocab, settings, items, notes } = await arrangeTraining(
    dataset,
    snapshot,
    { ...options, folds: 0 },
    tools,
  );
  const job = { backbone, vocab, settings, items: withFiles(dataset, snapshot, items), steps };
  const found = await tools.engine.findRate(job, tools.onEvent, tools.signal);
  return { ...found, backbone: backbone.id, recipe: options.recipe, notes };
};
