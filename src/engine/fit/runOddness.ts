/** oddness.json of a run (and its domain, which it needs): how each photo lies among the others. */

import { oddnessOf, type Oddness } from '../../core/findings/oddness.js';
import type { FeatureBlock } from '../../core/training/featureBlock.js';
import type { FittedModel } from '../../core/training/fitModel.js';
import type { LinearAlgebra } from '../../core/training/linearAlgebra.js';
import type { Neighbours, SearchRows } from '../../core/training/neighbours.js';
import { writeDomain } from './runDomain.js';
import { writeJson } from './runRecord.js';

export const writeOddness = async (
  algebra: LinearAlgebra,
  dir: string,
  task: {
    /** The embedding. */
    readonly block: FeatureBlock;
    readonly fitted: FittedModel;
    /** What its nearest photos were found on, and those: the labelled ones of other groups. */
    readonly search: SearchRows;
    readonly near: Neighbours;
    /** Of all rows; −1 = none. */
    readonly labels: Int32Array;
    readonly groups: Int32Array;
    readonly seed: number;
  },
): Promise<void> => {
  const { block, search, near, fitted, labels, groups, seed } = task;
  const percentiles = await writeDomain(algebra, dir, block, fitted, groups, seed);
  const oddness: Oddness = {
    ...(await oddnessOf(algebra, { search, near, labels, seed })),
    inDomain: percentiles && Array.from(percentiles, (value) => Math.round(value * 100) / 100),
  };
  await writeJson(dir, 'oddness.json', oddness);
};
