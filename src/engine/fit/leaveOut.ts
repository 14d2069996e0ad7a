/** What the predictor would say of a run's photos, had other things been left out together (JUDGE § 3, "groupBy"). */

import { WinnowError } from '../../base/errors.js';
import { argmax } from '../../core/metrics/accuracy.js';
import { smootherOf } from '../../core/training/chooseHeads.js';
import { rowsInMemory, widthOf } from '../../core/training/featureBlock.js';
import type { LeftOut } from '../../core/training/groupHeldOut.js';
import { SmootherScorer, type HeadSettings } from '../../core/training/head.js';
import { leftOutSets } from '../../core/training/leftOutSets.js';
import type { LinearAlgebra } from '../../core/training/linearAlgebra.js';
import { modelRows, type Model } from '../../core/training/model.js';
import { exactLimit, prepareBlock, sampleOf } from '../../core/training/preparedBlock.js';
import type { ExpandableSmoother } from '../../core/training/smoother.js';
import type { OnProgress } from '../../ports/engine.js';
import type { LeaveOutJob, LeaveOutResult, RankJob } from '../../protocol/engine.js';
import { isForPredictor, openRun, type OpenRun } from './openRun.js';

interface Fit {
  /** Position in the job's labels of each row of the fit; −1 = not in the dataset any more. */
  readonly at: Int32Array;
  readonly model: Model;
  /** One a head, in the order of the model's. */
  readonly smoothers: readonly ExpandableSmoother[];
}

/** Settings and pool stay as trained. Throws `no-run`, `too-few`, `cancelled`. */
export const leaveOutRun = async (
  job: LeaveOutJob,
  { algebra }: { readonly algebra: LinearAlgebra },
  onProgress?: OnProgress,
  signal?: AbortSignal,
): Promise<LeaveOutResult> => {
  const open = await openRun(algebra, job);
  const { at, model, smoothers } = await fitOn(algebra, open, job, job.most ?? exactLimit, signal);
  const labels = at.map((position) => (position < 0 ? -1 : (job.labels[position]!.label ?? -1)));
  const judged = Array.from(at.keys()).filter((row) => labels[row]! >= 0);
  const predictions: number[][] = [];
  for (const [done, way] of job.ways.entries()) {
    WinnowError.throwIfAborted(signal, 'leave out');
    onProgress?.({ stage: 'fit', done, total: job.ways.length });
    const sets = setsOf(at, way);
    const heads = model.heads.map(({ settings }, head) => ({
      settings,
      scorer: new SmootherScorer(algebra, smoothers[head]!, sets),
    }));
    const { probabilities } = await modelRows({ ...model, heads }, labels, job.vocab);
    const width = job.vocab.length;
    predictions.push(judged.map((row) => argmax(probabilities, row * width, width)));
  }
  return { at: judged.map((row) => at[row]!), predictions };
};

/** Rows that are not in the dataset any more stand for themselves: nothing is learnt from them. */
const setsOf = (at: Int32Array, { parts, families }: LeaveOutJob['ways'][number]): LeftOut[] =>
  leftOutSets(
    at.map((position) => (position < 0 ? -1 : parts[position]!)),
    at.map((position, row) => (position < 0 ? -1 - row : families[position]!)),
  );

/** The run's own fit; of more photos than can be left out in bulk, one of a seeded sample, exact. */
export const fitOn = async (
  algebra: LinearAlgebra,
  open: OpenRun,
  job: RankJob,
  limit: number,
  signal: AbortSignal | undefined,
): Promise<Fit> => {
  const positionOf = new Map(job.labels.map(({ id }, position) => [id, position]));
  const at = Int32Array.from(open.items, ({ id }) => positionOf.get(id) ?? -1);
  const { predictor } = open;
  if (predictor.trained.length <= limit) return { at, model: predictor, smoothers: predictor.heads.map(smootherIn) };
  const labelled = Int32Array.from(at.keys()).filter((row) => at[row]! >= 0 && job.labels[at[row]!]!.label !== null);
  const rows = sampleOf(labelled, limit, open.record.seed + 5);
  const trained = Int32Array.from(rows.keys()).filter((place) => isForPredictor(open.items[rows[place]!]!));
  const smoothers: ExpandableSmoother[] = [];
  const kept = new Map<string, ReturnType<typeof prepareBlock>>();
  for (const { settings } of predictor.heads) {
    WinnowError.throwIfAborted(signal, 'leave out');
    let prepared = kept.get(settings.block);
    if (!prepared) {
      const block = open.blocks.find(({ id }) => id === settings.block)!;
      const some = { ...block, rows: rowsInMemory(block.rows.read(rows), widthOf(block)) };
      prepared = prepareBlock(algebra, some, trained, { seed: open.record.seed });
      kept.set(settings.block, prepared);
    }
    smoothers.push(await smootherOf(algebra, await prepared, kindOf(settings), settings.gamma, settings.lambda));
  }
  return { at: rows.map((row) => at[row]!), model: { ...predictor, trained }, smoothers };
};

const smootherIn = ({ scorer }: Model['heads'][number]): ExpandableSmoother => {
  if (!(scorer instanceof SmootherScorer)) throw new WinnowError('internal', 'a predictor holds no votes');
  return scorer.smoother;
};

const kindOf = ({ kind }: HeadSettings): 'ridge' | 'kernel' => {
  if (kind === 'votes') throw new WinnowError('internal', 'a predictor holds no votes');
  return kind;
};
