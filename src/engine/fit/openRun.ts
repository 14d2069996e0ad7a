/** A run ready for new labels: kept in memory after its fit, rebuilt from cached embeddings and what was chosen otherwise. */

import { WinnowError } from '../../base/errors.js';
import type { ItemId } from '../../core/dataset/item.js';
import { smootherOf, voteOf } from '../../core/training/chooseHeads.js';
import type { FeatureBlock } from '../../core/training/featureBlock.js';
import { predictorBlocks } from '../../core/training/fitModel.js';
import { SmootherScorer, VoteScorer, type Head, type HeadSettings } from '../../core/training/head.js';
import type { LinearAlgebra } from '../../core/training/linearAlgebra.js';
import type { Model } from '../../core/training/model.js';
import type { NeighbourVote } from '../../core/training/neighbourVote.js';
import { prepareBlock, type PreparedBlock } from '../../core/training/preparedBlock.js';
import type { FitItem } from '../../protocol/engine.js';
import { loadBlocks } from './featureBlocks.js';
import { readRecord, type ModelRecord, type RunRecord } from './runRecord.js';

export interface OpenRun {
  readonly run: string;
  readonly record: RunRecord;
  readonly items: readonly FitItem[];
  readonly rowOf: ReadonlyMap<ItemId, number>;
  readonly groups: Int32Array;
  readonly blocks: readonly FeatureBlock[];
  readonly predictor: Model;
  readonly judge: Model;
}

/** The last run used; a second dataset takes its place. */
let kept: { readonly key: string; readonly open: Promise<OpenRun> } | null = null;

export const keepRun = (runDir: string, open: OpenRun): void => {
  kept = { key: runDir, open: Promise.resolve(open) };
};

/** @throws WinnowError 'no-run' when its files or its embeddings are gone. */
export const openRun = (
  algebra: LinearAlgebra,
  job: { readonly run: string; readonly runDir: string; readonly cacheDir: string },
): Promise<OpenRun> => {
  if (kept?.key === job.runDir) return kept.open;
  const open = rebuild(algebra, job);
  const entry = { key: job.runDir, open };
  kept = entry;
  open.catch(() => {
    if (kept === entry) kept = null;
  });
  return open;
};

/** A number a group, in the order in which they appear. */
export const groupNumbers = (items: readonly Pick<FitItem, 'group'>[]): Int32Array => {
  const numbers = new Map<ItemId, number>();
  return Int32Array.from(items, ({ group }) => {
    const known = numbers.get(group) ?? numbers.size;
    numbers.set(group, known);
    return known;
  });
};

/** Rows that a model is fitted on: all labelled ones for the judge; the predictor never sees `test`. */
export const trainedRows = (items: readonly FitItem[], isUsed: (item: FitItem) => boolean): Int32Array =>
  Int32Array.from(items.keys()).filter((row) => items[row]!.label !== null && isUsed(items[row]!));

export const isForPredictor = (item: FitItem): boolean => item.split !== 'test';
export const isForJudge = (): boolean => true;

const rebuild = async (
  algebra: LinearAlgebra,
  job: { readonly run: string; readonly runDir: string; readonly cacheDir: string },
): Promise<OpenRun> => {
  const { record, items } = await readRecord(job.runDir);
  const { blocks, missing } = await loadBlocks(
    job.cacheDir,
    record.backbone,
    record.views,
    items.map((item) => item.id),
  );
  if (missing.length > 0) {
    throw new WinnowError(
      'no-run',
      'The cache no longer holds what this run looked at. Your decisions are safe; train again to rank them.',
    );
  }
  const groups = groupNumbers(items);
  const judgeRows = trainedRows(items, isForJudge);
  const predictorRows = trainedRows(items, isForPredictor);
  const ofJudge = await prepare(algebra, blocks, judgeRows, record.seed);
  const own = blocks.filter((block) => predictorBlocks.includes(block.id));
  const ofPredictor =
    predictorRows.length === judgeRows.length ? ofJudge : await prepare(algebra, own, predictorRows, record.seed);
  const judge = await rebuildModel(algebra, record.vocab, record.judge, ofJudge, groups, record.seed);
  const predictor = await rebuildModel(
    algebra,
    record.vocab,
    record.predictor,
    ofPredictor,
    groups,
    record.seed,
    ofPredictor === ofJudge ? judge : null,
  );
  const rowOf = new Map(items.map((item, row) => [item.id, row]));
  return { run: job.run, record, items, rowOf, groups, blocks, predictor, judge };
};

const prepare = (
  algebra: LinearAlgebra,
  blocks: readonly FeatureBlock[],
  rows: Int32Array,
  seed: number,
): Promise<PreparedBlock[]> => Promise.all(blocks.map((block) => prepareBlock(algebra, block, rows, { seed })));

/** @param sharing a model on the same rows, whose smoothers serve this one too. */
const rebuildModel = async (
  algebra: LinearAlgebra,
  vocab: readonly string[],
  record: ModelRecord,
  prepared: readonly PreparedBlock[],
  groups: Int32Array,
  seed: number,
  sharing: Model | null = null,
): Promise<Model> => {
  const votes = new Map<string, NeighbourVote>();
  const heads: Head[] = [];
  for (const settings of record.heads) {
    const block = prepared.find((candidate) => candidate.block.id === settings.block);
    if (!block)
      throw new WinnowError('no-run', `Run files name a block ${settings.block} that was not embedded; train again.`);
    const twin = sharing?.heads.find((head) => isSameSmoother(head.settings, settings));
    if (settings.kind !== 'votes') {
      const scorer =
        twin?.scorer ??
        new SmootherScorer(
          algebra,
          await smootherOf(algebra, block, settings.kind, settings.gamma, settings.lambda),
          groups,
        );
      heads.push({ settings, scorer });
      continue;
    }
    const vote = votes.get(settings.block) ?? (await voteOf(algebra, block, { groups, seed }));
    votes.set(settings.block, vote);
    heads.push({ settings, scorer: new VoteScorer(vote, settings.tau) });
  }
  const pool = { v: Float64Array.from(record.v), epsilon: record.epsilon };
  return { vocab, trained: prepared[0]!.trained, heads, pool };
};

const isSameSmoother = (a: HeadSettings, b: HeadSettings): boolean =>
  a.kind !== 'votes' && a.kind === b.kind && a.block === b.block && a.lambda === b.lambda && a.gamma === b.gamma;
