/** One fit: predictor and judge on cached embeddings, judged group by group, written into the run folder. */

import { WinnowError } from '../../base/errors.js';
import { rankItems } from '../../core/findings/rankItems.js';
import { argmax } from '../../core/metrics/accuracy.js';
import { calibrationError, perfectCalibrationError } from '../../core/metrics/calibrationError.js';
import { natsOf } from '../../core/metrics/nats.js';
import { crossFittedRows } from '../../core/training/crossFit.js';
import { fitModel, headCount, predictorBlocks, type FittedModel } from '../../core/training/fitModel.js';
import type { LinearAlgebra } from '../../core/training/linearAlgebra.js';
import { findNeighbours, searchRows } from '../../core/training/neighbours.js';
import { prepareBlock, type PreparedBlock } from '../../core/training/preparedBlock.js';
import type { OnProgress } from '../../ports/engine.js';
import type { FitItem, FitJob, FitResult, FitSummary } from '../../protocol/engine.js';
import type { ValidationRows } from '../../protocol/training.js';
import { loadBlocks } from './featureBlocks.js';
import { groupNumbers, isForJudge, isForPredictor, keepRun, trainedRows } from './openRun.js';
import { writeOddness } from './runOddness.js';
import { writePredictor } from './predictorFile.js';
import { recordOf, writeJson, writeRows, type RunRecord } from './runRecord.js';
import { forgetShippedRun } from './shippedRun.js';

interface Tools {
  readonly algebra: LinearAlgebra;
}

/** What the second fit of a run (with the whole photos) takes over from its first. */
interface FirstPass {
  readonly runDir: string;
  readonly prepared: ReadonlyMap<string, PreparedBlock>;
  readonly predictor: FittedModel;
  readonly validation: FitSummary['validation'];
}
let firstPass: FirstPass | null = null;

/** Throws `too-few`, `cancelled`; `no-run` when an item has no embedding. */
export const fitRun = async (
  job: FitJob,
  { algebra }: Tools,
  onProgress?: OnProgress,
  signal?: AbortSignal,
): Promise<FitResult> => {
  const started = performance.now();
  const { items, vocab, seed } = job;
  const { blocks, missing } = await loadBlocks(
    job.cacheDir,
    job.backbone,
    job.views,
    items.map((item) => item.id),
  );
  if (missing.length > 0) {
    throw new WinnowError('no-run', `${String(missing.length)} images have not been looked at. Train again.`);
  }
  const labels = Int32Array.from(items, (item) => item.label ?? -1);
  const groups = groupNumbers(items);
  const judgeRows = trainedRows(items, isForJudge);
  const predictorRows = trainedRows(items, isForPredictor);
  const ownBlocks = blocks.filter((block) => predictorBlocks.includes(block.id));

  let before = firstPass?.runDir === job.runDir ? firstPass : null;
  firstPass = null;
  const total = headCount(blocks.length, true) + (before ? 0 : 2 * headCount(ownBlocks.length, false));
  let done = 0;
  const onHead = (): void => {
    WinnowError.throwIfAborted(signal, 'fit');
    onProgress?.({ stage: 'fit', done: ++done, total });
  };
  const prepared = (rows: Int32Array, some: typeof blocks): Promise<PreparedBlock[]> =>
    Promise.all(some.map((block) => prepareBlock(algebra, block, rows, { seed })));
  const task = { vocab, labels, groups, seed, onHead };

  if (!before) {
    // First, so that its heads are gone before those of the predictor come.
    const validation = await validate(algebra, job.runDir, items, task, (rows) => prepared(rows, ownBlocks));
    const own = await prepared(predictorRows, ownBlocks);
    const predictor = await fitModel(algebra, { ...task, blocks: own, hasVotes: false });
    before = {
      runDir: job.runDir,
      prepared: new Map(own.map((block) => [block.block.id, block])),
      predictor,
      validation,
    };
  }
  const { predictor, validation } = before;
  const isSameRows = predictorRows.length === judgeRows.length;
  const reusable = isSameRows ? before.prepared : new Map<string, PreparedBlock>();
  const all: PreparedBlock[] = [];
  for (const block of blocks) {
    all.push(reusable.get(block.id) ?? (await prepareBlock(algebra, block, judgeRows, { seed })));
  }
  const embedding = blocks.find(({ id }) => id === 'a')!;
  const search = await searchRows(algebra, embedding, seed);
  const near = await findNeighbours(algebra, search, { candidates: judgeRows, groups, labels });
  const judge = await fitModel(algebra, {
    ...task,
    blocks: all,
    hasVotes: true,
    neighbours: { block: 'a', near },
    ...(isSameRows ? { sharing: predictor } : {}),
  });
  // Nothing follows the fit with the whole photos, so nothing is kept for it.
  firstPass = job.views.includes('squish') ? null : before;

  const ranking = rankItems({
    run: job.run,
    vocab,
    items: items.map((item) => ({ id: item.id, group: item.group, label: item.label, isOut: false })),
    predictor: predictor.probabilities,
    judge: judge.probabilities,
    epsilon: judge.model.pool.epsilon,
    classes: judge.classes,
  });
  const record: RunRecord = {
    version: 1,
    backbone: job.backbone,
    views: job.views,
    vocab,
    seed,
    shape: [items.length, vocab.length],
    predictor: recordOf(predictor.model),
    judge: recordOf(judge.model),
  };
  const { runDir } = job;
  await Promise.all([
    writeJson(runDir, 'items.json', { items }),
    writeJson(runDir, 'heads.json', record),
    writeJson(runDir, 'ranking.json', ranking),
    writeRows(runDir, 'predictor.f32', predictor.probabilities),
    writeRows(runDir, 'judge.f32', judge.probabilities),
    writePredictor(runDir, record, predictor, before.prepared),
    writeOddness(algebra, runDir, {
      block: embedding,
      search,
      near,
      fitted: predictor,
      labels,
      groups,
      seed,
    }),
  ]);
  forgetShippedRun(runDir);
  keepRun(runDir, {
    run: job.run,
    record,
    items,
    rowOf: new Map(items.map((item, row) => [item.id, row])),
    groups,
    blocks,
    predictor: predictor.model,
    judge: judge.model,
  });
  return {
    summary: {
      ...scores(items, predictor, judge, { views: blocks.length, width: vocab.length, seed }),
      validation,
      epsilon: { predictor: predictor.model.pool.epsilon, judge: judge.model.pool.epsilon },
      timingMs: performance.now() - started,
    },
    ranking,
  };
};

/** The predictor fitted on `train` items alone, all choices included, asked about the `valid` ones (JUDGE § 3). */
const validate = async (
  algebra: LinearAlgebra,
  runDir: string,
  items: readonly FitItem[],
  task: Omit<Parameters<typeof fitModel>[1], 'blocks' | 'hasVotes'>,
  prepare: (rows: Int32Array) => Promise<PreparedBlock[]>,
): Promise<FitSummary['validation']> => {
  const asked = trainedRows(items, (item) => item.split === 'valid');
  const fittedOn = trainedRows(items, (item) => item.split === 'train');
  const classes = new Set(Array.from(fittedOn, (row) => items[row]!.label));
  if (asked.length === 0 || classes.size < 2) return { items: asked.length, accuracy: null };
  const { probabilities } = await fitModel(algebra, { ...task, blocks: await prepare(fittedOn), hasVotes: false });
  const width = task.vocab.length;
  const right = asked.filter((row) => argmax(probabilities, row * width, width) === items[row]!.label);
  const rows = Array.from(asked, (row) => ({
    id: items[row]!.id,
    label: items[row]!.label!,
    probabilities: Array.from(probabilities.slice(row * width, (row + 1) * width)),
  }));
  await writeJson(runDir, 'validation.json', { rows } satisfies ValidationRows);
  return { items: asked.length, accuracy: right.length / asked.length };
};

const scores = (
  items: readonly FitItem[],
  predictor: FittedModel,
  judge: FittedModel,
  { views, width, seed }: { readonly views: number; readonly width: number; readonly seed: number },
): Pick<FitSummary, 'outOfFold' | 'judge'> => {
  const labelled = trainedRows(items, isForJudge);
  const shareRight = (rows: Float64Array): number =>
    labelled.filter((row) => argmax(rows, row * width, width) === items[row]!.label).length / labelled.length;
  const crossFitted = crossFittedRows(predictor, width);
  let loss = 0;
  const confidences: number[] = [];
  const isRight: boolean[] = [];
  for (const row of labelled) {
    const label = items[row]!.label!;
    const best = argmax(crossFitted, row * width, width);
    loss += natsOf(crossFitted[row * width + label]!);
    confidences.push(crossFitted[row * width + best]!);
    isRight.push(best === label);
  }
  return {
    outOfFold: {
      accuracy: shareRight(predictor.probabilities),
      loss: loss / labelled.length,
      ece: calibrationError(confidences, isRight),
      perfectEce: perfectCalibrationError(confidences, seed),
    },
    judge: { accuracy: shareRight(judge.probabilities), views },
  };
};
