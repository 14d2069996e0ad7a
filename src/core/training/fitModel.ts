/** Fits a model: which heads, how wide, how sure, how much each counts (JUDGE § 1). */

import { chooseSmootherHead, chooseVoteHead, type FittedHead, type Targets } from './chooseHeads.js';
import type { BlockId } from './featureBlock.js';
import type { LinearAlgebra } from './linearAlgebra.js';
import { fitPool, pooled } from './logPool.js';
import { activeClasses, compactLabels, requireTwoClasses, spreadRows, type Model, type ModelRows } from './model.js';
import type { Neighbours } from './neighbours.js';
import type { PreparedBlock } from './preparedBlock.js';

/** Blocks of the first pass: the predictor's. The judge has all. */
export const predictorBlocks: readonly BlockId[] = ['a', 'mid'];

export interface FittedModel extends ModelRows {
  readonly model: Model;
  /** Vocab index of each active class, and what was fitted on them. */
  readonly active: Int32Array;
  readonly targets: Targets;
  readonly fitted: readonly FittedHead[];
}

export interface ModelTask {
  /** All trained on the same rows. */
  readonly blocks: readonly PreparedBlock[];
  readonly vocab: readonly string[];
  /** Vocab index of each row, −1 = none. */
  readonly labels: Int32Array;
  /** Group number of each row. */
  readonly groups: Int32Array;
  readonly seed: number;
  /** Neighbour votes beside the smoothers: the judge's. */
  readonly hasVotes: boolean;
  /** Another model fitted on the same rows, whose heads of the same blocks are shared. */
  readonly sharing?: FittedModel;
  /** Nearest trained rows of a block, where they are known; the votes on other blocks search for themselves. */
  readonly neighbours?: { readonly block: BlockId; readonly near: Neighbours };
  /** After each head. Throws to cancel. */
  readonly onHead?: () => void;
}

export const headCount = (blocks: number, hasVotes: boolean): number => blocks * (hasVotes ? 3 : 2);

const chooseHeads = async (algebra: LinearAlgebra, task: ModelTask, targets: Targets): Promise<FittedHead[]> => {
  const heads: FittedHead[] = [];
  for (const prepared of task.blocks) {
    for (const kind of ['ridge', 'kernel'] as const) {
      const shared = task.sharing?.fitted.find(
        ({ head }) => head.settings.block === prepared.block.id && head.settings.kind === kind,
      );
      heads.push(shared ?? (await chooseSmootherHead(algebra, prepared, kind, targets)));
      task.onHead?.();
    }
    if (!task.hasVotes) continue;
    const known = task.neighbours?.block === prepared.block.id ? task.neighbours.near : undefined;
    heads.push(await chooseVoteHead(algebra, prepared, targets, known));
    task.onHead?.();
  }
  return heads;
};

/** @throws WinnowError 'too-few' when the trained rows hold fewer than two classes. */
export const fitModel = async (algebra: LinearAlgebra, task: ModelTask): Promise<FittedModel> => {
  const { vocab, labels } = task;
  const trained = task.blocks[0]!.trained;
  const active = activeClasses(trained, labels, vocab.length);
  requireTwoClasses(active, vocab);
  const classes = active.length;
  const targets: Targets = {
    groups: task.groups,
    labels: compactLabels(labels, active, vocab.length),
    classes,
    seed: task.seed,
  };
  const fitted = await chooseHeads(algebra, task, targets);
  const logs = fitted.map((head) => head.logs);
  const pool = fitPool(logs, classes, trained, targets.labels);
  const heads = fitted.map(({ head: { settings, scorer } }) => {
    const b = new Array<number>(vocab.length).fill(0);
    active.forEach((index, at) => (b[index] = settings.b[at]!));
    return { settings: { ...settings, b }, scorer };
  });
  return {
    model: { vocab, trained, heads, pool },
    active,
    targets,
    fitted,
    probabilities: spreadRows(pooled(logs, pool, classes), active, vocab.length),
    classes,
  };
};
