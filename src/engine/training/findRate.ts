/** A hundred steps with a rising learning rate, thrown away afterwards; their losses say which rate to train with. */

import { WinnowError } from '../../base/errors.js';
import { epochOrder } from '../../core/training/epochOrder.js';
import { finderRate, isDiverged, suggestedRate, type FinderPoint } from '../../core/training/rateFinder.js';
import { evenFactors } from '../../core/training/schedule.js';
import type { FindRateEvent, FindRateJob, FindRateResult } from '../../protocol/training.js';
import { floatsOf } from '../session/tensorSession.js';
import { scheduleOf, trainingGraph } from './graph/trainingGraph.js';
import { openTraining } from './openTraining.js';
import { groups, prepareTraining } from './prepareTraining.js';
import { graphOptions, stepFeeds } from './trainingStep.js';

const smoothing = 0.98;
const momentum = 0.95;

export interface FindRateListener {
  readonly onEvent: (event: FindRateEvent) => void;
  readonly onProgress: () => void;
}

/** As the recipe would begin: `fastai` with the head alone, `winnow` with everything. Throws what `fineTuneRun` throws. */
export const findRate = async (
  job: FindRateJob,
  { onEvent, onProgress }: FindRateListener,
  signal?: AbortSignal,
): Promise<FindRateResult> => {
  const started = performance.now();
  const { settings, vocab, steps } = job;
  const classes = vocab.length;
  const isFastai = settings.recipe === 'fastai';
  const { network, head, train, examples } = await prepareTraining(job, true, onProgress, signal);
  const batch = Math.min(settings.batch, train.length);
  const stepJob = { network, head, classes, settings };
  const options = graphOptions(stepJob, await network.at(batch), new Map(), isFastai);
  const graph = trainingGraph(options, network.name);
  const session = await openTraining(settings.device, options, graph, network.name);
  try {
    session.load(graph.state);
    const points: FinderPoint[] = [];
    const perEpoch = epochOrder(train.length, batch, settings.seed, 0).length;
    let smooth = 0;
    for (let step = 0; step < steps; step++) {
      await new Promise(setImmediate);
      WinnowError.throwIfAborted(signal, 'lr-find');
      const drawn = epochOrder(train.length, batch, settings.seed, Math.floor(step / perEpoch))[step % perEpoch]!;
      const requests = drawn.map(({ at, seed }) => ({ id: train[at]!.id, file: train[at]!.file, seed }));
      const pictures = await examples.batch(requests, signal);
      const rate = finderRate(step, steps);
      const schedule = scheduleOf(graph.vectors, {
        rates: isFastai ? Array.from({ length: groups }, () => rate) : evenFactors(rate / 100, rate, groups),
        momentum,
        weightDecay: settings.weightDecay,
        stepOf: () => step + 1,
      });
      const labels = drawn.map(({ at }) => train[at]!.label);
      const found = await session.step(stepFeeds(stepJob, { pictures, labels, serial: step, schedule }));
      const loss = floatsOf(found['loss'], 'loss').reduce((sum, each) => sum + each, 0) / batch;
      smooth = smoothing * smooth + (1 - smoothing) * loss;
      const smoothed = smooth / (1 - smoothing ** (step + 1));
      onProgress();
      // JSON knows no infinity; a loss that is no number is where it ends.
      if (!Number.isFinite(smoothed)) break;
      points.push({ rate, loss: smoothed });
      onEvent({ step: step + 1, steps, rate, loss: smoothed });
      if (isDiverged(points.map((point) => point.loss))) break;
    }
    return {
      engine: session.provider,
      batch,
      points,
      suggestion: suggestedRate(points, steps),
      timingMs: performance.now() - started,
    };
  } finally {
    await session.dispose();
  }
};
